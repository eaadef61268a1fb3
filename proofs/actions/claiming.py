"""Opening a claim and judging it. Both run inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from proofs import policy
from proofs.errors import ProofRefused
from proofs.methods.base import METHODS, Asked, Decided, NotShown, Started, by_name
from proofs.models import Claim, Proof


@dataclass(frozen=True)
class Forgotten:
    proofs: int


@dataclass(frozen=True)
class Reminded:
    proofs: int


def begin(*, method: str, asked: Asked, answers: Mapping[str, Any]) -> Started | Decided | NotShown:
    """Open a claim by this method; some ways decide at once, and then a failed try counts."""
    with transaction.atomic():
        return by_name(method).begin(asked, answers)


def decide(
    *, subject: UUID, answers: Mapping[str, Any], method: str | None = None, now: datetime
) -> Decided | NotShown:
    """Judge the subject's open claim. A failed try counts, so the caller must commit.

    method: the way that the answers belong to; a claim by another would not understand them.
    """
    with transaction.atomic():
        claims = Claim.objects.select_for_update().filter(subject=subject, state=Claim.State.OPEN)
        if method is not None:
            claims = claims.filter(method=method)
        claim = claims.order_by("-begun_at").first()
        if claim is None:
            raise ProofRefused("code-over")
        decided = by_name(claim.method).decide(claim=claim, answers=answers, now=now)
    if decided is None:
        return NotShown(left=max(0, policy.CODE_TRIES_MAX - claim.tries))
    return decided


def note_reminder(*, proof_id: UUID, now: datetime) -> Reminded:
    """Write down that the owner of a proof was told that it ends."""
    told = Proof.objects.filter(pk=proof_id, reminded_on=None).update(reminded_on=now.date())
    return Reminded(told)


def forget(*, subject: UUID) -> Forgotten:
    """Erase all that showed the relation of a signature that was taken back or erased."""
    with transaction.atomic():
        for way in METHODS.values():
            way.forget(subject)
        Claim.objects.filter(subject=subject).delete()
        proofs, _of_each = Proof.objects.of(subject).delete()
    return Forgotten(proofs)
