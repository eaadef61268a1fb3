"""Limits by address, all on keyed digests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models import Petition


class Block(models.Model):
    """An address whose owner, or a moderator, wants no signature from it."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+")
    address_digest = models.BinaryField(max_length=32)
    since = models.DateField()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["petition", "address_digest"], name="block_once")
        ]

    def __str__(self) -> str:
        return str(self.since)


class MailCount(models.Model):
    """How many mails a petition sent to an address on a day."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+")
    address_digest = models.BinaryField(max_length=32)
    day = models.DateField()
    sent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mail count")
        verbose_name_plural = _("mail counts")
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "address_digest", "day"], name="mail_count_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.sent}"


class Bucket(models.Model):
    """A token bucket: what may still be done now under a keyed name, and when that was written."""

    key = models.BinaryField(primary_key=True, max_length=32)
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")

    def __str__(self) -> str:
        return f"{self.tokens:.1f}"
