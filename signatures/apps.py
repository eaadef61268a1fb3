from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        # The mails and what waits on the desk register themselves.
        from signatures import desk, mails  # noqa: F401
