"""Mail of the proofs: neutral, for an employer's mail system may read it."""

from background.mails import MailKind, register

CODE = register(
    MailKind(
        name="proofs.code",
        when="somebody asks for a code to a work mailbox",
        context=("code", "minutes"),
        neutral=True,
    )
)
USED = register(
    MailKind(
        name="proofs.used",
        when="a code is asked for a work mailbox that has been used in this scope before",
        context=("minutes",),
        neutral=True,
    )
)
