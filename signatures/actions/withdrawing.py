"""Taking a signature back, by its owner."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from privacy import holds
from proofs.actions import claiming
from signatures.actions import vouching
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.actions.emptying import keep_for_hold, uncount, unsay
from signatures.errors import SignatureRefused
from signatures.models import Link, Objection, Signature


@dataclass(frozen=True)
class Withdrawn:
    """is_held: it counts no more, and is erased once a legal hold ends."""

    petition_id: UUID
    is_held: bool = False


def withdraw(*, token: str, now: datetime) -> Withdrawn:
    """The count goes down by one; address and proof are dropped, and so is what rests on them.

    Where a legal hold forbids that, it is as with `erasing.erase`: all of it goes when the hold
    ends, and what rests on words of this signer stays counted.
    """
    with transaction.atomic():
        holds.share_lock()
        vouching.lock_circle(token, now)
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        count(signature, -1)
        if keep_for_hold(signature, now):
            return Withdrawn(signature.petition_id, is_held=True)
        uncount(signature)
        unsay(signature)
        signature.save(
            update_fields=[
                "state", "proof", "proof_method", "address", "name", "title", "contact",
            ]
        )  # fmt: skip
        signature.visibilities.all().delete()
        signature.links.all().delete()
        Objection.objects.filter(signature=signature).delete()
        vouching.let_fall(signature)
        claiming.forget(subject=signature.pk)
    return Withdrawn(signature.petition_id)
