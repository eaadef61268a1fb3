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
