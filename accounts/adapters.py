"""How django-allauth behaves here: sign-up by invitation of the host, mail by our outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from accounts import mails
from background.actions import post


class OrganiserAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        post(
            kind=mails.NOTICE,
            to=email,
            context={"subject": str(message.subject), "body": str(message.body)},
            language=get_language() or "en",
            now=timezone.now(),
        )
