"""An attempt to show a relation, and the record of one that succeeded.

Neither keeps a work address: the mailbox is a keyed digest, for uniqueness only.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proofs.verdicts import Verdict
from register.models import Company


class Claim(models.Model):
    """An open attempt: what a person is to bring, until when, and how often they tried."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PROVED = "proved", _("proved")
        OVER = "over", _("over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    subject = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    mailbox_digest = models.BinaryField(max_length=32)
    code_digest = models.BinaryField(max_length=32)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
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


class Proof(models.Model):
    """A relation shown: by which method, with which verdict, on which day, until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    subject = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    mailbox_digest = models.BinaryField(max_length=32, null=True)
    # A day, not a moment: a moment can be matched with a mail server's log.
    verified_on = models.DateField()
    expires_on = models.DateField()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "mailbox_digest"],
                condition=Q(mailbox_digest__isnull=False),
                name="proof_one_per_mailbox",
            ),
            models.UniqueConstraint(
                fields=["scope", "subject", "method"], name="proof_one_per_subject_and_method"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.verdict}"
