"""Writing down what a method found. Every method ends here, inside the caller's transaction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from proofs.errors import ProofRefused
from proofs.methods.base import Decided
from proofs.models import Claim, Proof
from proofs.verdicts import Verdict


def record(claim: Claim, *, verdict: str, days: int, now: datetime) -> Decided:
    """End the claim in favour and write its proof, which ages after so many days.

    Raises ProofRefused("mailbox-used") where another signature of the scope has this mailbox.
    """
    claim.state, claim.verdict = Claim.State.PROVED, verdict
    claim.save(update_fields=["state", "verdict", "tries"])
    day = now.date()
    found: dict[str, Any] = {
        "company": claim.company,
        "verdict": verdict,
        "mailbox_digest": claim.mailbox_digest,
        "verified_on": day,
        "expires_on": day + timedelta(days=days),
        "reminded_on": None,
        "is_flagged": False,
    }
    try:
        with transaction.atomic():
            proof, _made = Proof.objects.update_or_create(
                scope=claim.scope, subject=claim.subject, method=claim.method, defaults=found
            )
    except IntegrityError as error:
        # Two signatures showed one mailbox; the other was faster.
        raise ProofRefused("mailbox-used") from error
    return Decided(proof.pk, proof.method, Verdict(proof.verdict))


def scopes_of(subject: UUID) -> set[UUID]:
    """Where a subject has claimed or shown something: what digests of it are keyed by."""
    claimed = Claim.objects.filter(subject=subject).values_list("scope", flat=True)
    return {*claimed, *Proof.objects.of(subject).values_list("scope", flat=True)}
