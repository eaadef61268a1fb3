"""Proofs age, and people leave: what a signature counts as follows (domain.md 7).

Only while a petition takes or may again take signatures; after closing the count says who worked
there then, and no longer changes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import override

from petitions.models import State
from petitions.relations import Relation
from proofs.actions import claiming
from proofs.models import Proof
from signatures import mails
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.actions.noticing import post_notice
from signatures.actions.proving import RELATION_OF, settle_again
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature
from signatures.policy import PROOF_ENDS_NOTICE_DAYS, SIGNATURES_PER_STEP

# A pause ends; what is closed is a snapshot.
MOVING = (State.OPEN, State.PAUSED)


@dataclass(frozen=True)
class Aged:
    """How many signatures were told, or fell."""

    signatures: int


@dataclass(frozen=True)
class Left:
    """`shown_on`: the day of the proof by which the signature counts; None: it has none."""

    signature_id: UUID
    shown_on: date | None


def remind_all(*, now: datetime) -> Aged:
    """Tell once, by mail, whose last proof ends soon. May break off and be run again."""
    lasting = Proof.objects.filter(
        subject=OuterRef("pk"),
        verdict__in=RELATION_OF,
        is_flagged=False,
        expires_on__gt=OuterRef("proof__expires_on"),
    )
    due = ageing_signatures().filter(
        ~Exists(lasting),
        proof__expires_on__gt=now.date(),
        proof__expires_on__lte=now.date() + timedelta(days=PROOF_ENDS_NOTICE_DAYS),
        proof__reminded_on=None,
        is_muted=False,
    )
    return Aged(_each(due, lambda signature: _remind(signature, now)))


def expire_all(*, now: datetime) -> Aged:
    """Let each signature fall whose proof is over: to another proof, else to the unverified."""
    due = ageing_signatures().filter(proof__expires_on__lte=now.date())
    return Aged(_each(due, lambda signature: _expire(signature, now.date())))


def leave_company(*, token: str, now: datetime) -> Left:
    """The signer no longer works there: count them among the former employees from now on.

    A proof that they worked there on a day stays one, so it goes along and ages no more.
    """
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.VISIT, now)
        check_may_leave(signature)
        count(signature, -1)
        signature.relation, signature.left_on = Relation.FORMER, now.date()
        signature.save(update_fields=["relation", "left_on"])
        count(signature, +1)
        proof = signature.proof
        return Left(signature.pk, proof.verified_on if proof else None)


def check_may_leave(signature: Signature) -> None:
    """Raise SignatureRefused with the reason why this signature cannot become a former one's."""
    petition = signature.petition
    if signature.state != Signature.State.CONFIRMED or signature.relation != Relation.EMPLOYEE:
        raise SignatureRefused("not-staff")
    if petition.state not in MOVING:
        raise SignatureRefused("count-is-final")
    if Relation.FORMER not in petition.relations:
        raise SignatureRefused("no-former")


def ageing_signatures() -> QuerySet[Signature]:
    """Those whose proof can run out. To have worked there once stays true."""
    return (
        Signature.objects.countable()
        .filter(petition__state__in=MOVING, proof__isnull=False)
        .exclude(relation=Relation.FORMER)
    )


def _each(due: QuerySet[Signature], act: Callable[[Signature], None]) -> int:
    """Do one act for each that is due, each in its own transaction, and none twice."""
    done = 0
    for ids in _steps(due):
        for pk in ids:
            with transaction.atomic():
                signature = _locked_if_due(due, pk)
                if signature is not None:
                    act(signature)
                    done += 1
    return done


def _locked_if_due(due: QuerySet[Signature], pk: UUID) -> Signature | None:
    """Its owner or another worker may have been faster; None as well while they are at work."""
    if not Signature.objects.select_for_update(skip_locked=True).filter(pk=pk):
        return None
    # A statement of its own, which sees what was written before the lock was had. PostgreSQL asks
    # a locking one's conditions again only of the row that it locks, not of the proof beside it.
    return due.select_related("petition", "version", "proof").filter(pk=pk).first()


def _steps(due: QuerySet[Signature]) -> Iterator[list[UUID]]:
    last: UUID | None = None
    while True:
        rest = due if last is None else due.filter(pk__gt=last)
        ids = list(rest.order_by("pk").values_list("pk", flat=True)[:SIGNATURES_PER_STEP])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _remind(signature: Signature, now: datetime) -> None:
    proof = signature.proof
    if proof is None:
        return
    with override(signature.version.language):
        context = {"day": date_format(proof.expires_on)}
    lasts = timedelta(days=PROOF_ENDS_NOTICE_DAYS)
    post_notice(signature=signature, kind=mails.PROOF_ENDS, context=context, opens=lasts, now=now)
    claiming.note_reminder(proof_id=proof.pk, now=now)


def _expire(signature: Signature, today: date) -> None:
    if signature.proof_id is not None:
        settle_again(signature, without=signature.proof_id, today=today)
