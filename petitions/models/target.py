"""Whom a petition addresses. What is true of the company whoever petitions is in `register`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from register.models import Company


class Target(models.Model):
    petition = models.OneToOneField(Petition, models.CASCADE, related_name="target")
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company")
    )
    addressee = models.CharField(
        _("who is addressed there"), max_length=120, help_text=_("For example: the board")
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return _("%(addressee)s of %(company)s") % {
            "addressee": self.addressee,
            "company": self.company.name,
        }
