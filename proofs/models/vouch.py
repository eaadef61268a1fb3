"""A colleague's word for a signer, and the phrase that lets one give it."""

import uuid
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proofs.verdicts import Verdict


class VouchQuerySet(models.QuerySet["Vouch"]):
    def open(self, now: datetime) -> Self:
        """Phrases that somebody may still enter."""
        return self.filter(phrase_digest__isnull=False, expires_at__gt=now)

    def given_for(self, subject: UUID, since: date) -> Self:
        return self.filter(subject=subject, given_on__gt=since)


class Vouch(models.Model):
    """First a phrase that is out, then a word that was given.

    Who vouched is a keyed digest and no key to a row: somebody with the database alone learns
    which signatures rest on vouching, on which day, and which of them share a voucher, but not
    who that is. With the pepper as well, which is kept elsewhere, one can digest the id of each
    signature and find the voucher, and try all phrases that are out. The number of vouches and
    taking them back need no more than the digest, for a voucher brings the id.

    When the signer goes, `subject` is emptied: the voucher's number still counts, and the own list
    does not betray that this signer has left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    subject = models.UUIDField(null=True)
    phrase_digest = models.BinaryField(max_length=32, null=True)
    expires_at = models.DateTimeField(null=True)
    voucher_digest = models.BinaryField(max_length=32, null=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    given_on = models.DateField(null=True)

    objects = VouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("vouch")
        verbose_name_plural = _("vouches")
        constraints = [
            models.UniqueConstraint(fields=["scope", "phrase_digest"], name="vouch_phrase_once"),
            models.UniqueConstraint(
                fields=["subject", "voucher_digest"], name="vouch_once_for_a_signer"
            ),
            models.CheckConstraint(
                condition=Q(
                    phrase_digest__isnull=False,
                    expires_at__isnull=False,
                    subject__isnull=False,
                    voucher_digest__isnull=True,
                    given_on__isnull=True,
                )
                | Q(
                    phrase_digest__isnull=True,
                    expires_at__isnull=True,
                    voucher_digest__isnull=False,
                    given_on__isnull=False,
                ),
                name="vouch_is_out_or_given",
            ),
        ]
        indexes = [models.Index(fields=["scope", "voucher_digest"])]

    def __str__(self) -> str:
        return str(self.given_on or _("a phrase that is out"))
