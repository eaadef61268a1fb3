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
LINK = register(
    MailKind(
        name="signatures.link",
        when="a link to a signature was asked for, and this address has signed: it opens it",
        context=("link", "hours"),
    )
)
NO_LINK = register(
    MailKind(
        name="signatures.no_link",
        when="a link to a signature was asked for, and this address has not signed that petition",
        context=(),
    )
)
REVEAL_SOON = register(
    MailKind(
        name="signatures.reveal_soon",
        when="as many colleagues agreed as the signer asked for: names are shown after a while",
        context=("number", "hours", "link"),
        notice=True,
    )
)
REVEAL_OFF = register(
    MailKind(
        name="signatures.reveal_off",
        when="too few are left of those who had agreed, so that nothing is shown",
        context=("number",),
        notice=True,
    )
)
PROOF_ENDS = register(
    MailKind(
        name="signatures.proof_ends",
        when="the proof by which a signature counts ends in 30 days, once, unless its owner muted",
        context=("link", "day"),
        notice=True,
    )
)
DOCUMENT_RECEIVED = register(
    MailKind(
        name="signatures.document_received",
        when="a signer sent a document for review: until which day it is decided",
        context=("day", "link", "hours"),
        notice=True,
    )
)
DOCUMENT_DECIDED = register(
    MailKind(
        name="signatures.document_decided",
        when="reviewers decided on a signer's document",
        context=("link", "hours"),
        notice=True,
    )
)
DOCUMENT_OVER = register(
    MailKind(
        name="signatures.document_over",
        when="nobody decided on a signer's document in time; it is deleted",
        context=("link", "hours"),
        notice=True,
    )
)
