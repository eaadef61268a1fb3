"""An attempt to show a relation: what a person or others are to bring, until when."""

import uuid
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from proofs.verdicts import Verdict
from register.models import Company


class Reason(models.TextChoices):
    """Why people found that something does not show the relation, as the signer reads it."""

    UNREADABLE = "unreadable", _("It could not be read. A sharper picture may help.")
    NO_COMPANY = "no_company", _("It does not name the company.")
    NO_PERSON = "no_person", _("It does not show that it is about one person.")
    TOO_OLD = "too_old", _("It is too old, or shows no date.")
    OTHER_KIND = "other_kind", _("It does not show the relation. Another document may.")
    DUPLICATE = "duplicate", _("It has been used in this petition before.")
    DOUBTFUL = "doubtful", _("It could not be told whether it is genuine.")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def newest(self, subject: UUID, method: str) -> "Claim | None":
        """The latest attempt of a subject by a method."""
        return self.filter(subject=subject, method=method).order_by("-begun_at").first()


class Claim(models.Model):
    """One attempt by one method. It keeps no address: the mailbox is a keyed digest.

    OPEN: the signer is to bring something. WAITING: others are to decide.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        WAITING = "waiting", _("waiting for others")
        PROVED = "proved", _("proved")
        REFUSED = "refused", _("refused")
        OVER = "over", _("over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    subject = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    mailbox_digest = models.BinaryField(max_length=32, null=True)
    code_digest = models.BinaryField(max_length=32, null=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    # Why people refused it; empty for what a rule decided.
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [
            models.Index(fields=["scope", "mailbox_digest", "begun_at"]),
            models.Index(fields=["subject", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.state}"
