"""Making invitation codes, calling them back, and letting fall what was shown by leaked ones.

`signatures` calls these in its transaction, after it asked for the right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from proofs.methods.invitation import METHOD, code_digest, mark
from proofs.models import Claim, InvitationBatch, InvitationCode, Proof
from proofs.phrases import new_invitation


@dataclass(frozen=True)
class Made:
    """The codes are here and nowhere else: the database keeps digests."""

    batch_id: UUID
    codes: list[str]


@dataclass(frozen=True)
class CalledBack:
    batch_id: UUID


def make(
    *,
    scope: UUID,
    occasion: str,
    number: int,
    verdict: str,
    valid_until: date,
    actor: User,
    now: datetime,
) -> Made:
    """A new batch of single-use codes."""
    batch = InvitationBatch.objects.create(
        scope=scope,
        occasion=occasion,
        number=number,
        verdict=verdict,
        valid_until=valid_until,
        made_on=now.date(),
        issued_by=actor,
    )
    codes = [new_invitation() for _each in range(number)]
    InvitationCode.objects.bulk_create(
        InvitationCode(scope=scope, batch=batch, code_digest=code_digest(scope, code))
        for code in codes
    )
    return Made(batch.pk, codes)


def call_back(*, batch_id: UUID, is_leaked: bool, now: datetime) -> CalledBack:
    """The unused codes die; a batch that was called back can still be found to have leaked."""
    batch = InvitationBatch.objects.select_for_update().get(pk=batch_id)
    batch.revoked_on = batch.revoked_on or now.date()
    batch.is_leaked = batch.is_leaked or is_leaked
    batch.save(update_fields=["revoked_on", "is_leaked"])
    batch.codes.all().delete()
    return CalledBack(batch.pk)


def shown_by(batch: InvitationBatch) -> list[UUID]:
    """Whose proof rests on a code of this batch, in the order of their ids."""
    claims = Claim.objects.filter(scope=batch.scope, method=METHOD, state=Claim.State.PROVED)
    return [
        subject
        for subject, digest in claims.order_by("subject").values_list("subject", "code_digest")
        if bytes(digest or b"") == mark(batch, subject)
    ]


def flag(*, subjects: Iterable[UUID]) -> dict[UUID, UUID]:
    """Flag the proofs by invitation of these; subject -> proof, for those that still counted."""
    proofs = Proof.objects.select_for_update().filter(
        subject__in=list(subjects), method=METHOD, is_flagged=False
    )
    fell = {proof.subject: proof.pk for proof in proofs.order_by("pk")}
    Proof.objects.filter(pk__in=fell.values()).update(is_flagged=True)
    return fell
