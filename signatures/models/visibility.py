"""Who may see what of a signer: the signer's own choice, and the least of all by default."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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


class Visibility(models.Model):
    """What one audience may see of one signature. No row: counted only.

    together: show it once so many signers of the same relation agreed to the same (null: at
    once). shown_on: since when it is shown; null while it waits for the others.
    """

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="visibilities")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    level = models.CharField(max_length=16, choices=Level.choices)
    together = models.PositiveSmallIntegerField(null=True)
    shown_on = models.DateField(null=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.level}"
