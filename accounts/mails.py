"""Mail to organisers: allauth writes it, the outbox delivers it."""

from background.mails import MailKind, register

NOTICE = register(
    MailKind(
        name="accounts.notice",
        when="an organiser's account needs an answer or has changed, or a contact list or its keys",
        context=("subject", "body"),
    )
)
