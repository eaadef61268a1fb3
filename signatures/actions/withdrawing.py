"""Taking a signature back, by its owner."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from petitions.relations import ADDRESS_ONLY
from proofs.actions import claiming
from signatures.actions import vouching
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.errors import SignatureRefused
from signatures.models import Link, Objection, Signature


@dataclass(frozen=True)
class Withdrawn:
    petition_id: UUID


def withdraw(*, token: str, now: datetime) -> Withdrawn:
    """The count goes down by one; address and proof are dropped, and so is what rests on them."""
    with transaction.atomic():
        vouching.lock_circle(token, now)
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        count(signature, -1)
        signature.state = Signature.State.WITHDRAWN
        signature.proof, signature.proof_method = None, ADDRESS_ONLY
        for seal in (signature.seal_address, signature.seal_name, signature.seal_title):
            seal("")
        signature.save(update_fields=["state", "proof", "proof_method", "address", "name", "title"])
        signature.visibilities.all().delete()
        signature.links.all().delete()
        Objection.objects.filter(signature=signature).delete()
        vouching.let_fall(signature)
        claiming.forget(subject=signature.pk)
    return Withdrawn(signature.petition_id)
