from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProofsConfig(AppConfig):
    name = "proofs"
    verbose_name = _("Proofs")

    def ready(self) -> None:
        # Methods, mails and rules register themselves when their modules are loaded.
        from proofs import mails, methods, retention  # noqa: F401
