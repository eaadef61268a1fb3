"""A signature whose own proof fell may have vouched for others: what rests on it is looked at.

As a job of its own: the caller holds a lock on this signature alone, and the others are to be
locked in the order of their ids. The job is written in the transaction in which the proof fell.
"""

from uuid import UUID, uuid4

from django.utils import timezone

from background.actions import enqueue
from proofs.actions import vouching
from signatures.models import Signature

JOB = "signatures.look-again"


def look_again(signature: Signature, *, without: UUID) -> None:
    """Have those looked at who rest on a signature that has lost this proof."""
    # When a worker wakes is no fact about anybody, so no caller has to say it.
    now, scope, voucher = timezone.now(), signature.petition_id, signature.pk
    if vouching.stands(voucher=voucher, now=now, without=without):
        return
    if vouching.vouches_of(scope=scope, voucher=voucher).exists():
        enqueue(kind=JOB, key=str(uuid4()), payload={"signature": str(voucher)}, now=now)
