"""Vouching for a colleague, taking it back, and what becomes of those whom it carried."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from petitions.relations import Relation
from proofs.actions import vouching
from proofs.methods.base import NotShown
from proofs.models.vouch import VouchQuerySet
from signatures.actions.confirming import find, owner_of
from signatures.actions.locking import lock_all
from signatures.actions.proving import settle, settle_again
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature


@dataclass(frozen=True)
class Vouched:
    """The same whether it was the last word that was needed or not: that is not the voucher's."""

    petition_id: UUID


@dataclass(frozen=True)
class TakenBack:
    vouches: int


def vouch(*, token: str, phrase: str, attests: str, now: datetime) -> Vouched:
    """Give one's word by a phrase; the last that is needed counts the signer from now on."""
    with transaction.atomic():
        voucher = _visitor(token, now)
        scope = voucher.petition_id
        locked = lock_all(lambda: _both(voucher, phrase, now))
        voucher = owner_of(token, Link.Purpose.VISIT, now)
        if not may_vouch(voucher, now):
            raise SignatureRefused("may-not-vouch")
        given = vouching.give(
            scope=scope,
            voucher=voucher.pk,
            phrase=phrase,
            attests=attests,
            needed=voucher.petition.vouchers,
            now=now,
        )
        if not isinstance(given, NotShown):
            if given.decided is not None:
                settle(locked[given.subject], given.decided)
            return Vouched(scope)
    # Outside the block: the failed try is committed before the refusal is raised.
    raise SignatureRefused("not-usable", left=given.left)


def take_back(*, token: str, vouch_id: UUID, now: datetime) -> TakenBack:
    """Take back a word that was given; a proof that rests on it counts no more."""
    with transaction.atomic():
        lock_circle(token, now)
        voucher = owner_of(token, Link.Purpose.VISIT, now)
        number = let_fall(voucher, vouch_id=vouch_id)
        if not number:
            raise SignatureRefused("no-vouch")
    return TakenBack(number)


def look_again(*, signature_id: UUID, now: datetime) -> TakenBack:
    """Let fall what rests on a voucher who no longer may be one; repeatable."""
    with transaction.atomic():
        found = Signature.objects.get(pk=signature_id)
        signature = lock_all(lambda: _circle(found))[signature_id]
        if may_vouch(signature, now):
            return TakenBack(0)
        return TakenBack(let_fall(signature))


def let_fall(voucher: Signature, *, vouch_id: UUID | None = None) -> int:
    """Take back a word, or all; the caller holds the locks of `lock_circle`. Says how many."""
    words = vouches_of(voucher).filter(**({"pk": vouch_id} if vouch_id else {})).count()
    fell = vouching.take_back(scope=voucher.petition_id, voucher=voucher.pk, vouch_id=vouch_id)
    for one in fell:
        if one.proof_id is None:
            continue
        signature = Signature.objects.select_for_update(of=("self",)).get(pk=one.subject)
        if signature.proof_id == one.proof_id:
            settle_again(signature, without=one.proof_id)
    return words


def lock_circle(token: str, now: datetime) -> None:
    """Lock the visitor's signature and those that rest on it, before anything else is locked."""
    visitor = _visitor(token, now)
    lock_all(lambda: _circle(visitor))


def circles(signature_ids: Set[UUID]) -> set[UUID]:
    """Signatures, and those that rest on them: what is to be locked before their words fall."""
    found = set(signature_ids)
    for signature in Signature.objects.only("petition").filter(pk__in=signature_ids):
        found |= _circle(signature)
    return found


def may_vouch(signature: Signature, now: datetime) -> bool:
    """Whether it is counted as staff, by a way that may carry others."""
    counted = (
        signature.state == Signature.State.CONFIRMED
        and signature.is_proved
        and signature.marked_on is None
    )
    return (
        counted
        and signature.relation in (Relation.EMPLOYEE, Relation.CONTINGENT)
        and vouching.stands(voucher=signature.pk, now=now)
    )


def vouches_of(signature: Signature) -> VouchQuerySet:
    """The words that it gave, newest first. They name nobody."""
    return vouching.vouches_of(scope=signature.petition_id, voucher=signature.pk).order_by(
        "-given_on", "pk"
    )


def _visitor(token: str, now: datetime) -> Signature:
    signature = find(token, Link.Purpose.VISIT, now)
    if signature is None:
        raise SignatureRefused("link-over")
    return signature


def _both(voucher: Signature, phrase: str, now: datetime) -> set[UUID]:
    signer = vouching.subject_of(scope=voucher.petition_id, phrase=phrase, now=now)
    return {voucher.pk} if signer is None else {voucher.pk, signer}


def _circle(voucher: Signature) -> set[UUID]:
    return {voucher.pk} | vouching.rest_on(scope=voucher.petition_id, voucher=voucher.pk)
