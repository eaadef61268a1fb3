"""Opening a claim and judging it. Both run inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from proofs import policy
from proofs.errors import ProofRefused
from proofs.methods.base import Decided, Started, by_name
from proofs.models import Claim, Proof
from register.models import Company


@dataclass(frozen=True)
class NotShown:
    """The answers do not show the relation; `left` tries remain."""

    left: int


def begin(
    *,
    method: str,
    scope: UUID,
    subject: UUID,
    company: Company,
    answers: Mapping[str, str],
    language: str,
    now: datetime,
) -> Started:
    """Open a claim of this subject by this method."""
    with transaction.atomic():
        return by_name(method).begin(
            scope=scope,
            subject=subject,
            company=company,
            answers=answers,
            language=language,
            now=now,
        )


def decide(*, subject: UUID, answers: Mapping[str, str], now: datetime) -> Decided | NotShown:
    """Judge the subject's open claim. A failed try counts, so the caller must commit."""
    with transaction.atomic():
        claim = (
            Claim.objects.select_for_update()
            .filter(subject=subject, state=Claim.State.OPEN)
            .order_by("-begun_at")
            .first()
        )
        if claim is None:
            raise ProofRefused("code-over")
        decided = by_name(claim.method).decide(claim=claim, answers=answers, now=now)
    if decided is None:
        return NotShown(left=max(0, policy.CODE_TRIES_MAX - claim.tries))
    return decided


def forget(*, proof_id: UUID) -> None:
    """Erase a proof whose signature was taken back, and the claims that led to it."""
    with transaction.atomic():
        proof = Proof.objects.select_for_update().get(pk=proof_id)
        Claim.objects.filter(subject=proof.subject).delete()
        proof.delete()
