"""Legal demands that the host received, and how each was answered."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

DEMAND_WORDS_MAX = 2_000


class Asker(models.TextChoices):
    COURT = "court", _("a court")
    POLICE = "police", _("police or a prosecutor")
    AUTHORITY = "authority", _("another authority")
    COMPANY = "company", _("a company or its lawyers")
    OTHER = "other", _("somebody else")


class Given(models.TextChoices):
    OPEN = "open", _("not answered yet")
    NOTHING = "nothing", _("nothing")
    SOME = "some", _("a part of it")
    ALL = "all", _("all of it")


class Told(models.TextChoices):
    NOBODY_CONCERNED = "none", _("no signer is affected")
    YES = "yes", _("yes")
    LATER = "later", _("not yet")
    FORBIDDEN = "forbidden", _("no: we were forbidden to")


class LegalDemandQuerySet(models.QuerySet["LegalDemand"]):
    def published(self) -> Self:
        return self.exclude(published_on=None)


class LegalDemand(models.Model):
    """A demand for what we hold. It names nobody; a draft until somebody publishes it."""

    received_on = models.DateField(_("received on"))
    asker = models.CharField(_("who asked"), max_length=10, choices=Asker.choices)
    asked = models.TextField(_("what was asked for"), max_length=DEMAND_WORDS_MAX)
    given = models.CharField(
        _("what was given"), max_length=8, choices=Given.choices, default=Given.OPEN
    )
    answer = models.TextField(_("how we answered"), max_length=DEMAND_WORDS_MAX, blank=True)
    told = models.CharField(
        _("were the signers told"), max_length=10, choices=Told.choices, default=Told.LATER
    )
    source = models.URLField(_("where it can be read"), blank=True)
    published_on = models.DateField(_("published on"), null=True, editable=False)

    objects = LegalDemandQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal demand")
        verbose_name_plural = _("legal demands")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(asked=""), name="demand_asks_something"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_demands_stay",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_on}, {self.get_asker_display()}"

    @property
    def is_published(self) -> bool:
        return self.published_on is not None
