"""Erasing one signature for good, where nothing but its owner's wish asks for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from proofs.actions import claiming
from signatures.actions.counting import count
from signatures.actions.emptying import empty
from signatures.models import Signature


@dataclass(frozen=True)
class Gone:
    """`was_counted`: the count went down by one."""

    was_counted: bool


def erase_unasked(*, signature_id: UUID, now: datetime) -> Gone:
    """Erase a signature and all that showed its relation; one that is gone already is fine."""
    with transaction.atomic():
        signature = (
            Signature.objects.select_for_update(of=("self",))
            .select_related("petition")
            .filter(pk=signature_id)
            .first()
        )
        if signature is None or signature.anonymised_on is not None:
            return Gone(was_counted=False)
        counted = signature.state == Signature.State.CONFIRMED
        if counted:
            count(signature, -1)
        if signature.state == Signature.State.PENDING:
            # It was never counted, so no row of it is needed.
            signature.delete()
            claiming.forget(subject=signature_id)
        else:
            empty(signature, now)
    return Gone(was_counted=counted)
