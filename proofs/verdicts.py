"""What a proof can find: never a bare yes (domain.md 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    EMPLOYEE = "employee", _("employee")
    CONTINGENT = "contingent", _("contingent staff")
    FORMER = "former", _("former employee")
    SHAREHOLDER = "shareholder", _("shareholder")
    ALIAS = "alias", _("an address that others hold as well")
    UNKNOWN = "unknown", _("not told by this address")
