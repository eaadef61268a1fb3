"""The record of a relation that was shown."""

import uuid
from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from proofs.verdicts import Verdict
from register.models import Company


class ProofQuerySet(models.QuerySet["Proof"]):
    def of(self, subject: UUID) -> Self:
        return self.filter(subject=subject)


class Proof(models.Model):
    """A relation shown: by which method, with which verdict, on which day, until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    subject = models.UUIDField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    # One mailbox, one proof in a scope, by whichever method it was shown.
    mailbox_digest = models.BinaryField(max_length=32, null=True)
    # Of the name and the picture on a reviewed document: they only point at likely duplicates.
    person_digest = models.BinaryField(max_length=32, null=True)
    image_digest = models.BinaryField(max_length=32, null=True)
    # A day, not a moment: a moment can be matched with a mail server's log.
    verified_on = models.DateField()
    expires_on = models.DateField()
    # Its signer was told that it ends.
    reminded_on = models.DateField(null=True)
    # Something it rests on proved to be bad; people are to look at it again.
    is_flagged = models.BooleanField(default=False)

    objects = ProofQuerySet.as_manager()

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

    def is_over(self, today: date) -> bool:
        """Whether it has aged out: its last day was the one before `expires_on`."""
        return today >= self.expires_on

    @property
    def how(self) -> Promise | str:
        """The way in words, as “by work mailbox”."""
        from proofs.methods.base import METHODS

        return METHODS[self.method].counted_as if self.method in METHODS else self.method

    @property
    def why_flagged(self) -> Promise | str:
        """Why it no longer counts, as its owner reads it."""
        from proofs.methods.base import METHODS

        return METHODS[self.method].when_flagged if self.method in METHODS else ""
