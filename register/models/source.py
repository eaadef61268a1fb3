"""Where a fact was read, and how sure we are of it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Confidence(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    REMEMBERED = "remembered", _("not confirmed")
    DISPUTED = "disputed", _("sources disagree")
    INVENTED = "invented", _("invented for the demo")


@pghistory.track()
class Source(models.Model):
    """A document in which facts were read."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    site = models.CharField(_("site"), max_length=200, blank=True)
    url = models.URLField(_("address"), blank=True)
    date = models.CharField(_("date as printed"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]

    def __str__(self) -> str:
        parts = [self.title, self.site, self.date]
        return ", ".join(part for part in parts if part)


class Sourced(models.Model):
    """What every fact of the register has: a source, and a mark of confidence."""

    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    confidence = models.CharField(
        _("confidence"), max_length=12, choices=Confidence.choices, default=Confidence.REMEMBERED
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_confirmed(self) -> bool:
        return self.confidence == Confidence.CONFIRMED


def confirmed_has_source(noun: str) -> models.CheckConstraint:
    """Nothing counts as confirmed without the source that confirms it."""
    return models.CheckConstraint(
        condition=~Q(confidence=Confidence.CONFIRMED) | Q(source__isnull=False),
        name=f"{noun}_confirmed_has_source",
        violation_error_message=_("Name the source that confirms this, or mark it otherwise."),
    )


def with_deletions() -> tuple[pghistory.Tracker, ...]:
    """The history of rows that a form may take away; the others stay for good."""
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
