"""Erasing what is held of a signature, by its owner, at once or when a legal hold ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from privacy import holds
from signatures.actions import vouching
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.actions.emptying import empty, keep_for_hold
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature


@dataclass(frozen=True)
class Erased:
    """is_held: it counts no more, and is erased once a legal hold ends."""

    petition_id: UUID
    is_held: bool = False


def erase(*, token: str, now: datetime) -> Erased:
    """Take the signature back and empty its row: address, name, proofs, fingerprints, log key."""
    with transaction.atomic():
        holds.share_lock()
        vouching.lock_circle(token, now)
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        count(signature, -1)
        held = keep_for_hold(signature, now)
        if not held:
            vouching.let_fall(signature)
            empty(signature, now)
    return Erased(signature.petition_id, held)
