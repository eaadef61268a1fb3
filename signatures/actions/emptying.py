"""Emptying a signature's row for good; while a legal hold lasts, taking it out of use."""

import secrets
from datetime import datetime

from petitions.relations import ADDRESS_ONLY
from privacy import holds
from proofs.actions import claiming
from signatures.models import MailCount, Objection, Signature

DIGEST_BYTES = 32


def empty(signature: Signature, now: datetime) -> None:
    """Take away whatever tells of the person; the row is locked, and counted no more.

    An empty row stays, with its days; nothing here can be matched with the entry in the public log
    any more. The fingerprint is gone too, so the address may sign again.
    """
    MailCount.objects.filter(
        petition=signature.petition, address_digest=signature.address_digest
    ).delete()
    uncount(signature)
    unsay(signature)
    unname(signature)
    signature.consents, signature.marked_on, signature.is_muted = {}, None, False
    signature.log_salt = signature.log_leaf = b""
    signature.anonymised_on = now.date()
    signature.save()
    signature.visibilities.all().delete()
    signature.links.all().delete()
    Objection.objects.filter(signature=signature).delete()
    claiming.forget(subject=signature.pk)


def keep_for_hold(signature: Signature, now: datetime) -> bool:
    """Where a hold forbids to erase: take the row out of use, and note the wish; else False.

    The caller has called `holds.share_lock` before it locked the row, and has taken it out of the
    count. Nothing is shown and no link works; what is held stays as it is. Its fingerprint, which
    follows from the address, makes room for a new signature, which the wish does not touch.
    """
    if not holds.is_held(signature.petition_id):
        return False
    uncount(signature)
    unname(signature)
    signature.save(update_fields=["state", "proof", "proof_method", "address_digest"])
    signature.links.all().delete()
    holds.note_wish(scope=signature.petition_id, subject=signature.pk, now=now)
    return True


def uncount(signature: Signature) -> None:
    """Take it out of the count's states. The caller saves, here and in the two below."""
    signature.state = Signature.State.WITHDRAWN
    signature.proof, signature.proof_method = None, ADDRESS_ONLY


def unsay(signature: Signature) -> None:
    """Nothing is left of what its owner wrote."""
    for seal in (signature.seal_address, signature.seal_name, signature.seal_title):
        seal("")
    signature.contact = b""


def unname(signature: Signature) -> None:
    """A random fingerprint: no address can be tried against it, and it is still one a person."""
    signature.address_digest = secrets.token_bytes(DIGEST_BYTES)
