from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProofsConfig(AppConfig):
    name = "proofs"
    verbose_name = _("Proofs")

    def ready(self) -> None:
        # Methods, mails and rules register themselves when their modules are loaded.
        from proofs import mails, methods, oidc, retention  # noqa: F401
        from proofs.dkim import keys

        # A mistake in the host's files shows when the site starts, not to a signer.
        keys.archived()
        oidc.providers()
