"""Who may see what of a signer: the signer's own choice, and the least of all by default."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models import Petition
from signatures.models.signature import Signature


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    SIGNERS = "signers", _("those who signed as well")
    ORGANISERS = "organisers", _("the petition’s organisers")
    TARGET = "target", _("who is addressed, at delivery")


class Level(models.TextChoices):
    NAME_AND_TITLE = "name_title", _("my name and my title")
    FIRST_NAME_AND_TITLE = "first_name_title", _("my first name and my title")
    TITLE_AND_COMPANY = "title_company", _("my title and my company, without a name")
    COUNTED = "counted", _("nothing: I am counted only")


class Reveal(models.Model):
    """Enough signers agreed to be shown together: they were told, and are shown when it is due.

    One at a time for an audience of a petition. Who joins meanwhile is told in the next one.
    """

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reveal together")
        verbose_name_plural = _("reveals together")
        constraints = [
            models.UniqueConstraint(fields=["petition", "audience"], name="reveal_one_at_a_time")
        ]

    def __str__(self) -> str:
        return self.audience


class Visibility(models.Model):
    """What one audience may see of one signature. No row: counted only.

    together: show it once so many signers of the same relation agreed to the same (null: at
    once). shown_on: since when it is shown; null while it waits for the others. reveal: the one
    that its owner was told of.
    """

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="visibilities")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    level = models.CharField(max_length=16, choices=Level.choices)
    together = models.PositiveSmallIntegerField(null=True)
    shown_on = models.DateField(null=True)
    reveal = models.ForeignKey(Reveal, models.SET_NULL, null=True, related_name="told")

    class Meta:
        verbose_name = _("visibility")
        verbose_name_plural = _("visibilities")
        constraints = [
            models.UniqueConstraint(
                fields=["signature", "audience"], name="visibility_one_per_audience"
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.COUNTED), name="visibility_shows_something"
            ),
            models.CheckConstraint(
                condition=Q(together__isnull=False) | Q(shown_on__isnull=False),
                name="visibility_waits_only_for_others",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.level}"
