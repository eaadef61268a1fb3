from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Who looked")

    def ready(self) -> None:
        from privacy import exports  # noqa: F401 - its rules of retention register themselves
