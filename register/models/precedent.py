"""What staff and shareholders asked before, and what was counted then."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from register.models.company import Company
from register.models.source import Source, Sourced, confirmed_has_source, with_deletions


@pghistory.track()
class PastPetition(models.Model):
    """A petition of staff that is history."""

    slug = models.SlugField(max_length=60, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="past_petitions")
    name = models.CharField(_("name"), max_length=160)
    date = models.CharField(_("date as printed"), max_length=40)
    answer = models.CharField(_("the company's answer"), max_length=300, blank=True)
    answer_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the answer"),
    )

    class Meta:
        verbose_name = _("past petition")
        verbose_name_plural = _("past petitions")
        ordering = ["date", "slug"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*with_deletions())
class CountReport(Sourced):
    """A count as one source printed it: counts grow, and depend on who counted."""

    petition = models.ForeignKey(PastPetition, models.CASCADE, related_name="counts")
    count = models.CharField(_("count as printed"), max_length=60)
    as_of = models.CharField(_("as of"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("reported count")
        verbose_name_plural = _("reported counts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "count"], name="count_report_once"),
            confirmed_has_source("count_report"),
        ]

    def __str__(self) -> str:
        return self.count


@pghistory.track()
class Vote(Sourced):
    """A shareholders' vote: the percentage depends on the method, so both are kept."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="votes")
    meeting_on = models.DateField(_("meeting"))
    proposal = models.CharField(_("proposal"), max_length=200)
    percent_for = models.CharField(_("percent for, as printed"), max_length=120)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["meeting_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "meeting_on", "proposal"], name="vote_once"),
            confirmed_has_source("vote"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}, {self.meeting_on}"
