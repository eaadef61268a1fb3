"""Invitation codes: batches of cards for a meeting or a union's roll."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from proofs.policy import INVITATIONS_PER_BATCH_MAX
from proofs.verdicts import Verdict


class InvitationBatch(models.Model):
    """Codes that were printed together, and what their issuer vouches for.

    `used` counts; which signature used a code of which batch stands nowhere in clear (see
    `InvitationCode`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField(db_index=True)
    occasion = models.CharField(_("occasion"), max_length=80)
    number = models.PositiveSmallIntegerField(_("cards"))
    used = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(_("handed to"), max_length=12, choices=Verdict.choices)
    valid_until = models.DateField(_("valid until"))
    made_on = models.DateField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revoked_on = models.DateField(null=True)
    # Strangers got hold of codes: what was shown by them counts no more.
    is_leaked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("batch of invitations")
        verbose_name_plural = _("batches of invitations")
        ordering = ["-made_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__range=(1, INVITATIONS_PER_BATCH_MAX)),
                name="invitation_batch_has_a_size",
            ),
            models.CheckConstraint(
                condition=Q(used__lte=F("number")), name="invitation_used_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return self.occasion

    def is_over(self, now: datetime) -> bool:
        return self.revoked_on is not None or now.date() > self.valid_until


class InvitationCode(models.Model):
    """A code that nobody has used yet, as a keyed digest. Using it deletes the row.

    So no row joins a code with a signature. What remains is the claim's digest over batch and
    signature, which lets a leaked batch be found again by whoever has the pepper, and by nobody
    with the database alone.
    """

    scope = models.UUIDField()
    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="codes")
    code_digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("invitation code")
        verbose_name_plural = _("invitation codes")
        constraints = [
            models.UniqueConstraint(fields=["scope", "code_digest"], name="invitation_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}"
