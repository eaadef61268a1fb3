"""Posting and delivering mail."""

import json
import logging
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from background.mails import MAILS, MailKind
from background.models import OutboxMail
from background.policy import MAIL_ATTEMPTS_MAX, backoff
from background.wakeups import wake_on_commit

log = logging.getLogger(__name__)
SMTP_PERMANENT_FROM = 500  # RFC 5321, 4.2.1: 5yz is a permanent failure


@dataclass(frozen=True)
class Delivered:
    """What became of a mail; state None: another worker has it, or it is gone already."""

    state: str | None


def post(
    *, kind: MailKind, to: str, context: Mapping[str, Any], language: str, now: datetime
) -> OutboxMail:
    """Write a mail down in the caller's transaction; a worker sends it after the commit."""
    mail = OutboxMail(kind=kind.name, language=language, due_at=now)
    mail.seal_address(to)
    mail.seal_context(json.dumps(dict(context)))
    mail.save(force_insert=True)
    wake_on_commit("background.tasks.deliver_mail", str(mail.pk))
    return mail


def deliver_mail(*, mail_id: UUID, now: datetime) -> Delivered:
    """Send one mail and wipe it; a row lock keeps other workers off meanwhile."""
    with transaction.atomic():
        mail = (
            OutboxMail.objects.select_for_update(skip_locked=True)
            .due(now)
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            return Delivered(None)
        mail.attempts += 1
        try:
            compose(mail).send()
        except Exception as error:  # noqa: BLE001 - a mail that nobody can send must come to an end
            return _not_sent(mail, error, now)
        return _gone(mail, OutboxMail.State.SENT)


def discard_waiting() -> int:
    """Drop every mail that waits: for invented people, who read none."""
    return OutboxMail.objects.filter(state=OutboxMail.State.WAITING).delete()[0]


def compose(mail: OutboxMail) -> EmailMessage:
    """The message, in the language of whoever asked for it."""
    kind = MAILS[mail.kind]
    context = json.loads(mail.reveal_context())
    with override(mail.language):
        subject = render_to_string(kind.template("subject"), context).strip()
        body = render_to_string(kind.template("body"), context).strip() + "\n"
        if kind.notice:
            body += (
                "\n" + render_to_string("background/mail/unsubscribe.txt", context).strip() + "\n"
            )
    sender = settings.NEUTRAL_FROM_EMAIL if kind.neutral else settings.DEFAULT_FROM_EMAIL
    domain = sender.rpartition("@")[2].rstrip(">")
    # The same id at each attempt: a receiver can drop the second copy.
    headers = {"Message-ID": f"<{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if kind.notice:  # RFC 2369 and RFC 8058: the mail program shows a button of its own
        headers["List-Unsubscribe"] = f"<{context['unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject, body, sender, [mail.reveal_address()], headers=headers)


def _not_sent(mail: OutboxMail, error: Exception, now: datetime) -> Delivered:
    code = getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max(answer[0] for answer in error.recipients.values())
    # The type only: the error's text may hold the address.
    log.warning("Mail %s was not sent: %s %s", mail.pk, type(error).__name__, code or "")
    if code >= SMTP_PERMANENT_FROM or mail.attempts >= MAIL_ATTEMPTS_MAX:
        return _gone(mail, OutboxMail.State.FAILED)
    mail.due_at = now + min(backoff(mail.attempts), timedelta(hours=6))
    mail.save(update_fields=["attempts", "due_at"])
    return Delivered(mail.state)


def _gone(mail: OutboxMail, state: OutboxMail.State) -> Delivered:
    mail.state = state
    mail.seal_address("")
    mail.seal_context("")
    mail.save(update_fields=["state", "address", "context", "attempts"])
    return Delivered(state)
