"""Mail of signing. No text of a user goes to an address that is not confirmed."""

from background.mails import MailKind, register

CONFIRM = register(
    MailKind(
        name="signatures.confirm",
        when="an address was entered to sign, and has not been confirmed yet",
        context=("link", "days"),
    )
)
SIGNED = register(
    MailKind(
        name="signatures.signed",
        when="an address was entered to sign that has signed already: a link that opens it",
        context=("link", "hours"),
    )
)
BLOCKED = register(
    MailKind(
        name="signatures.blocked",
        when="an address was entered to sign whose owner said that it never should",
        context=(),
    )
)
DOCUMENT_RECEIVED = register(
    MailKind(
        name="signatures.document_received",
        when="a signer sent a document for review: until which day it is decided",
        context=("day", "link", "hours"),
    )
)
DOCUMENT_DECIDED = register(
    MailKind(
        name="signatures.document_decided",
        when="reviewers decided on a signer's document",
        context=("link", "hours"),
    )
)
DOCUMENT_OVER = register(
    MailKind(
        name="signatures.document_over",
        when="nobody decided on a signer's document in time; it is deleted",
        context=("link", "hours"),
    )
)
