"""A real mail server for a test: our outbox speaks SMTP to it, and it keeps what it is given."""

import re
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from background.actions import deliver_mail
from background.models import OutboxMail

LINK = re.compile(r"https?://[^\s<>]+")


@dataclass
class Server:
    """What arrived, oldest first. `answers` are given to the next mails instead of taking them."""

    taken: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd's name for it."""
        if self.answers:
            return self.answers.pop(0)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert envelope.rcpt_tos == [message["To"]]
        self.taken.append(message)
        return "250 taken"

    def deliver(self) -> None:
        """Send what waits in the outbox, as a worker does."""
        for mail in OutboxMail.objects.due(timezone.now()).order_by("due_at"):
            deliver_mail(mail_id=mail.pk, now=timezone.now())

    def newest(self, to: str) -> EmailMessage:
        """Deliver what waits, and open the newest mail to an address."""
        self.deliver()
        return [message for message in self.taken if message["To"] == to][-1]

    def link_to(self, to: str) -> str:
        """The first link in the newest mail to an address."""
        return links_in(self.newest(to))[0]


def words_of(message: EmailMessage) -> str:
    return message.get_content()


def links_in(message: EmailMessage) -> list[str]:
    """Every link that a program finds in a mail, its headers included."""
    headers = "\n".join(str(value) for value in message.values())
    return LINK.findall(words_of(message)) + LINK.findall(headers)


@pytest.fixture
def smtp(settings):
    """The outbox delivers to this server through Django's own SMTP transport."""
    server = Server()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    controller.stop()
