"""Companies that sell, and the mail domains by which their staff are known."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from register.models.source import Sourced, confirmed_has_source, with_deletions


class CompanyQuerySet(models.QuerySet["Company"]):
    def real(self) -> Self:
        return self.filter(is_fictional=False)


@pghistory.track()
class Company(models.Model):
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    ticker = models.CharField(_("ticker"), max_length=12, blank=True)
    exchange = models.CharField(_("exchange"), max_length=20, blank=True)
    is_fictional = models.BooleanField(_("invented for the demo"), default=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("register:company-detail", args=[self.slug])


@pghistory.track(*with_deletions())
class CompanyDomain(Sourced):
    """A mail domain of a company, and what an address there says about its holder."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("mail of its staff")
        CUSTOMER = "customer", _("mail of its customers")
        ALIAS = "alias", _("staff and others share it")

    company = models.ForeignKey(Company, models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=253, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STAFF)
    subdomains = models.BooleanField(_("all subdomains too"), default=False)
    strip_dots = models.BooleanField(_("dots mean nothing"), default=False)
    prefixes = models.JSONField(
        _("prefixes"),
        default=dict,
        blank=True,
        help_text=_('What a prefix of the name says, for example {"v-": "contingent"}.'),
    )

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(
                condition=Q(domain=Lower("domain")) & ~Q(domain__contains="@"),
                name="domain_is_lower_case",
                violation_error_message=_("Write the domain alone, in lower case."),
            ),
            confirmed_has_source("domain"),
        ]

    def __str__(self) -> str:
        return self.domain
