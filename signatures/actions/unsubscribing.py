"""No more notices, or notices again. Mail that a signer asks for comes either way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from signatures.actions.confirming import owner_of
from signatures.models import Link, Signature


@dataclass(frozen=True)
class Muted:
    signature_id: UUID
    muted: bool


def unsubscribe(*, token: str, now: datetime) -> Muted:
    """By the link of a notice; the same link works again and changes nothing more."""
    with transaction.atomic():
        return _set(owner_of(token, Link.Purpose.UNSUBSCRIBE, now), muted=True)


def set_notices(*, token: str, wanted: bool, now: datetime) -> Muted:
    """By a visit: notices on or off."""
    with transaction.atomic():
        return _set(owner_of(token, Link.Purpose.VISIT, now), muted=not wanted)


def _set(signature: Signature, *, muted: bool) -> Muted:
    signature.is_muted = muted
    signature.save(update_fields=["is_muted"])
    return Muted(signature.pk, muted)
