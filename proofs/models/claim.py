"""An attempt to show a relation: what a person or others are to bring, until when."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from proofs.verdicts import Verdict
from register.models import Company


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
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [
            models.Index(fields=["scope", "mailbox_digest", "begun_at"]),
            models.Index(fields=["subject", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.state}"
