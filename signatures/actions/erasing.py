"""Erasing what is held of a signature, by its owner, at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from petitions.relations import ADDRESS_ONLY
from proofs.actions import claiming
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.errors import SignatureRefused
from signatures.models import Link, MailCount, Objection, Signature


@dataclass(frozen=True)
class Erased:
    petition_id: UUID


def erase(*, token: str, now: datetime) -> Erased:
    """Take the signature back and empty its row: address, name, proofs, fingerprints, log key.

    An empty row stays, with its days; the entry in the public log stays, and nothing here can be
    matched with it any more. The fingerprint is gone too, so the address may sign again.
    """
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        count(signature, -1)
        MailCount.objects.filter(
            petition=signature.petition, address_digest=signature.address_digest
        ).delete()
        signature.state = Signature.State.WITHDRAWN
        signature.proof, signature.proof_method = None, ADDRESS_ONLY
        for seal in (signature.seal_address, signature.seal_name, signature.seal_title):
            seal("")
        # Random and not empty: it stands under the constraint of one signature a person.
        signature.address_digest = secrets.token_bytes(32)
        signature.consents, signature.marked_on, signature.is_muted = {}, None, False
        signature.log_salt = signature.log_leaf = b""
        signature.anonymised_on = now.date()
        signature.save()
        signature.visibilities.all().delete()
        signature.links.all().delete()
        Objection.objects.filter(signature=signature).delete()
        claiming.forget(subject=signature.pk)
    return Erased(signature.petition_id)
