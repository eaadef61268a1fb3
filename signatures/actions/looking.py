"""Every look at signatures is written down, before anything is shown (DESIGN.md 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy import access_log
from privacy.verbs import verb
from signatures.models import Signature

LIST = verb("signers.list", _("listed signatures"))
SEARCH = verb("signers.search", _("searched signatures"))
READ = verb("signers.read", _("opened a signature"))


@dataclass(frozen=True)
class Looked:
    records: int


def record_listing(
    *, actor: User, petition_ids: Sequence[UUID], searched: bool, now: datetime
) -> Looked:
    """A list of signatures, one record for each petition whose signatures may stand in it."""
    looked = SEARCH if searched else LIST
    with transaction.atomic():
        for petition_id in petition_ids:
            access_log.record(
                actor_id=actor.pk,
                verb=looked,
                subject=f"petition:{petition_id}",
                scope=petition_id,
                now=now,
            )
    return Looked(len(petition_ids))


def record_reading(*, actor: User, signature: Signature, now: datetime) -> Looked:
    """One signature opened."""
    access_log.record(
        actor_id=actor.pk,
        verb=READ,
        subject=f"signature:{signature.pk}",
        scope=signature.petition_id,
        now=now,
    )
    return Looked(1)
