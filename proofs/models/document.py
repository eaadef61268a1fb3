"""A document that waits for reviewers, and what they found so far."""

from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ReviewKey, User
from proofs.models.claim import Claim, Reason
from proofs.verdicts import Verdict

METHOD = "document"  # by which claims and proofs name this way


class DocumentQuerySet(models.QuerySet["Document"]):
    def waiting_in(self, scopes: models.QuerySet | list[UUID]) -> Self:
        """Those of these scopes, the most urgent first."""
        found = self.filter(claim__scope__in=scopes).select_related("claim__company", "key")
        return found.order_by("claim__expires_at", "pk")


class Document(models.Model):
    """A picture, encrypted to the reviewers' key. It goes with the verdict, or with its claim."""

    class Kind(models.TextChoices):
        BADGE = "badge", _("Staff badge")
        PAYSLIP = "payslip", _("Payslip")
        OFFER = "offer", _("Offer letter or contract of employment")
        LEAVING = "leaving", _("Letter on leaving, or a reference")
        HOLDING = "holding", _("Statement of the transfer agent (DRS) or the broker")

    claim = models.OneToOneField(Claim, models.CASCADE, primary_key=True, related_name="document")
    key = models.ForeignKey(ReviewKey, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    ciphertext = models.BinaryField()
    # By which the same picture is known again; keyed, so that it tells nothing by itself.
    image_digest = models.BinaryField(max_length=32)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.kind


class Opinion(models.Model):
    """What one reviewer found, where a petition wants two; it goes with the document.

    verdict: empty where the document does not show the relation, for the reason given.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="opinions")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    person_digest = models.BinaryField(max_length=32, null=True)
    given_on = models.DateField()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "reviewer"], name="opinion_one_per_reviewer"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="") ^ models.Q(reason=""),
                name="opinion_is_a_verdict_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.verdict or self.reason
