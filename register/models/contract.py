"""Agencies, and what they bought from whom."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from register.models.company import Company
from register.models.source import Sourced, confirmed_has_source


@pghistory.track()
class Agency(models.Model):
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    is_fictional = models.BooleanField(_("invented for the demo"), default=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("register:agency-detail", args=[self.slug])


@pghistory.track()
class Contract(Sourced):
    """What an agency has from a company: product, term and amount as they were printed."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="contracts", verbose_name=_("company")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="contracts", verbose_name=_("agency")
    )
    product = models.CharField(_("product"), max_length=200)
    starts = models.DateField(_("starts"), null=True, blank=True)
    ends = models.DateField(_("ends"), null=True, blank=True)
    term = models.CharField(_("term as printed"), max_length=300, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    amount_note = models.CharField(_("amount as printed"), max_length=200, blank=True)
    quote = models.CharField(_("quotation"), max_length=600, blank=True)
    is_fictional = models.BooleanField(_("invented for the demo"), default=False)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["agency__name", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="contract_ends_after_its_start",
                violation_error_message=_("The contract ends before it starts."),
            ),
            confirmed_has_source("contract"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.product}"

    def get_absolute_url(self) -> str:
        return reverse("register:contract-detail", args=[self.slug])

    def is_active_on(self, day: date) -> bool | None:
        """None where the register does not know."""
        if self.starts is None:
            return None if self.ends is None or day <= self.ends else False
        return self.starts <= day and (self.ends is None or day <= self.ends)
