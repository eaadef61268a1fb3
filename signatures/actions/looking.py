"""Every look at signatures is written down, before anything is shown (DESIGN.md 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from privacy import access_log
from signatures.models import Signature


@dataclass(frozen=True)
class Looked:
    records: int


def record_listing(
    *, actor: User, petition_ids: Sequence[UUID], searched: bool, now: datetime
) -> Looked:
    """A list of signatures, one record for each petition whose signatures may stand in it."""
    verb = "signers.search" if searched else "signers.list"
    with transaction.atomic():
        for petition_id in petition_ids:
            access_log.record(
                actor_id=actor.pk,
                verb=verb,
                subject=f"petition:{petition_id}",
                scope=petition_id,
                now=now,
            )
    return Looked(len(petition_ids))


def record_reading(*, actor: User, signature: Signature, now: datetime) -> Looked:
    """One signature opened."""
    access_log.record(
        actor_id=actor.pk,
        verb="signers.read",
        subject=f"signature:{signature.pk}",
        scope=signature.petition_id,
        now=now,
    )
    return Looked(1)
