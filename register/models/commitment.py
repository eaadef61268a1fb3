"""Promises, laws and moratoria, with their scope and dates."""

from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from register.models.company import Company
from register.models.source import Source, Sourced, confirmed_has_source, with_deletions


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def in_force_on(self, day: date) -> Self:
        """Those known to hold on a day: from their start on, until the day of their end."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=day), starts__lte=day)

    def perhaps_in_force_on(self, day: date) -> Self:
        """Rules and promises whose start is not known, and that have not ended by then."""
        open_ended = self.filter(Q(ends__isnull=True) | Q(ends__gt=day), starts__isnull=True)
        return open_ended.exclude(kind__in=PLANS)


@pghistory.track(model_name="CommitmentHistory")  # CommitmentEvent is a thing of the register
class Commitment(Sourced):
    """What a company, a lawmaker or a court said would not, or no longer freely, be done."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("company's promise")
        SETTLEMENT = "settlement", _("settlement")
        CITY = "city", _("city's rule")
        COUNTY = "county", _("county's rule")
        STATE = "state", _("state's law")
        FEDERAL_BILL = "federal bill", _("federal bill")
        PROPOSAL = "proposal", _("proposal")
        REGULATION = "regulation", _("regulation")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    entity = models.CharField(_("whose"), max_length=120)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("company"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    instrument = models.CharField(_("what was said"), max_length=300)
    actor_scope = models.CharField(_("whom it binds"), max_length=300)
    technology_scope = models.CharField(_("what it covers"), max_length=300, blank=True)
    exceptions = models.CharField(_("exceptions"), max_length=300, blank=True)
    announced = models.CharField(_("announced or adopted, as printed"), max_length=20, blank=True)
    starts = models.DateField(_("in force from"), null=True, blank=True)
    ends = models.DateField(_("in force until"), null=True, blank=True)
    ends_as_printed = models.CharField(max_length=20, blank=True)
    status = models.CharField(_("status as last read"), max_length=160)
    confidence_note = models.CharField(_("confidence as noted"), max_length=120, blank=True)
    as_printed = models.CharField(_("as printed elsewhere"), max_length=300, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-announced", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="commitment_ends_after_its_start",
                violation_error_message=_("The commitment ends before it starts."),
            ),
            confirmed_has_source("commitment"),
        ]

    def __str__(self) -> str:
        return f"{self.entity}: {self.instrument}"

    def get_absolute_url(self) -> str:
        return reverse("register:commitment-detail", args=[self.slug])

    @property
    def is_plan(self) -> bool:
        """A bill or a proposal, which binds nobody until it has a start."""
        return self.kind in PLANS and self.starts is None

    def in_force_on(self, day: date) -> bool | None:
        """Half-open: start <= day < end. None: the start is not known, which is not “never”."""
        if self.ends is not None and day >= self.ends:
            return False
        if self.starts is None:
            return None
        return self.starts <= day


PLANS = (Commitment.Kind.FEDERAL_BILL, Commitment.Kind.PROPOSAL)


@pghistory.track(*with_deletions())
class CommitmentEvent(models.Model):
    """What became of a commitment: extended, narrowed, repealed, breached or not."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("extended")
        NARROWED = "narrowed", _("narrowed")
        REPEALED = "repealed", _("repealed")
        SUNSET = "sunset", _("ended by its own terms")
        BREACH_ALLEGED = "breach alleged", _("breach alleged")
        BREACH_DISPUTED = "breach disputed", _("breach disputed")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="steps")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    date = models.CharField(_("date as printed"), max_length=20)
    words = models.CharField(_("what happened"), max_length=400)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "kind", "date"], name="commitment_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.date}"
