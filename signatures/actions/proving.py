"""Showing a relation: the verdict and the count event are one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from petitions.models import Petition
from petitions.relations import ADDRESS_ONLY, Relation, counts_by_address_alone
from proofs.actions import claiming, uploads
from proofs.methods.base import (
    METHODS,
    Asked,
    Decided,
    Method,
    NotShown,
    Started,
    by_name,
    methods_for,
)
from proofs.models import Proof
from proofs.verdicts import Verdict
from signatures import mails
from signatures.actions import standing
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.actions.noticing import post_notice
from signatures.actions.signing import OPEN_LASTS
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature

# What a verdict counts as, whatever the signer had claimed.
RELATION_OF: dict[str, Relation] = {
    Verdict.EMPLOYEE: Relation.EMPLOYEE,
    Verdict.CONTINGENT: Relation.CONTINGENT,
    Verdict.FORMER: Relation.FORMER,
    Verdict.SHAREHOLDER: Relation.SHAREHOLDER,
}


@dataclass(frozen=True)
class Proved:
    """The relation as shown; `counted` is False where the verdict does not tell a relation."""

    signature_id: UUID
    relation: str
    counted: bool


@dataclass(frozen=True)
class Uploads:
    """How many more files may fail today."""

    left: int


@dataclass(frozen=True)
class Begun:
    """A claim is open or waits for others; `once` is shown on the next page and never again."""

    claim_id: UUID
    once: Mapping[str, str] = field(default_factory=dict)


def begin_proof(
    *, token: str, method: str, answers: Mapping[str, Any], language: str, now: datetime
) -> Begun | Proved:
    """Open a claim for the signature of this visit; some ways decide at once."""
    with transaction.atomic():
        signature = _provable(token, now)
        if method not in {way.name for way in ways_of(signature)}:
            raise SignatureRefused("no-way")
        petition = signature.petition
        asked = Asked(
            scope=petition.pk,
            subject=signature.pk,
            company=petition.target.company,
            relation=signature.relation,
            language=language,
            now=now,
            settings=settings_of(petition),
        )
        started = claiming.begin(method=method, asked=asked, answers=answers)
        if isinstance(started, Decided):
            return settle(signature, started)
        if isinstance(started, Started):
            if by_name(method).is_reviewed:
                _tell_until_when(signature, now)
            return Begun(started.claim_id, started.once)
    # Outside the block: the failed try is committed before the refusal is raised.
    raise SignatureRefused("not-usable", left=started.left)


def check_uploads(*, token: str, method: str, now: datetime) -> Uploads:
    """Whether another file may be sent; before it is read, for reading is what costs."""
    with transaction.atomic():
        row = owner_of(token, Link.Purpose.VISIT, now)
        found = uploads.check(scope=row.petition_id, subject=row.pk, method=method, now=now)
    return Uploads(found.left)


def note_refused_upload(*, token: str, method: str, now: datetime) -> Uploads:
    """Count a file that could not be used, after what it began was undone."""
    with transaction.atomic():
        row = owner_of(token, Link.Purpose.VISIT, now)
        found = uploads.note_refused(scope=row.petition_id, subject=row.pk, method=method, now=now)
    return Uploads(found.left)


def decide_proof(
    *, token: str, answers: Mapping[str, Any], method: str | None = None, now: datetime
) -> Proved:
    """Judge what the signer brings; if it shows the relation, count it from now on.

    method: the way whose answers these are; None: whichever is open.
    """
    with transaction.atomic():
        signature = _provable(token, now)
        decided = claiming.decide(subject=signature.pk, answers=answers, method=method, now=now)
        if not isinstance(decided, NotShown):
            return settle(signature, decided)
    # Outside the block: the failed try is committed before the refusal is raised.
    raise SignatureRefused("wrong-code", left=decided.left)


def settle(signature: Signature, decided: Decided) -> Proved:
    """Count a signature, locked by the caller, by a proof that was just recorded.

    A further proof of what is shown already is kept beside the one that counts.
    """
    relation = relation_by(signature, decided.verdict)
    if relation is None:  # an alias: somebody reads it, but who is not told
        return Proved(signature.pk, signature.relation, counted=False)
    if not signature.is_proved:
        _count_by(signature, relation, decided.proof_id, decided.method)
    return Proved(signature.pk, signature.relation, counted=True)


def relation_by(signature: Signature, verdict: str) -> Relation | None:
    """What a verdict makes of this signature; None: it does not tell a relation.

    Who said that they left was an employee, and is a former one now.
    """
    relation = RELATION_OF.get(verdict)
    if relation == Relation.EMPLOYEE and signature.left_on is not None:
        return Relation.FORMER
    return relation


def settle_again(signature: Signature, *, without: UUID, today: date | None = None) -> Proved:
    """Count a locked signature by another of its proofs, else as unverified: this one fell.

    today: proofs that are over on this day do not count either; None: their age is left to the
    nightly ageing.
    """
    standing.look_again(signature, without=without)
    others = Proof.objects.of(signature.pk).exclude(pk=without).filter(is_flagged=False)
    if today is not None:
        others = others.filter(expires_on__gt=today)
    order = list(METHODS)
    for proof in sorted(others, key=lambda proof: order.index(proof.method)):
        relation = relation_by(signature, proof.verdict)
        if relation is not None:
            _count_by(signature, relation, proof.pk, proof.method)
            return Proved(signature.pk, relation, counted=True)
    _count_by(signature, Relation(signature.relation), None, ADDRESS_ONLY)
    return Proved(signature.pk, signature.relation, counted=False)


def ways_of(signature: Signature) -> list[Method]:
    """The ways in which this signature's relation may be shown in its petition."""
    petition = signature.petition
    return methods_for(
        signature.relation, petition.methods, petition.target.company, settings_of(petition)
    )


def settings_of(petition: Petition) -> dict[str, Any]:
    """What a petition's own settings say to the ways."""
    return {
        "team": petition.team_id,
        "review_days": petition.review_days,
        "vouchers": petition.vouchers,
        "floor": petition.floor,
    }


def _provable(token: str, now: datetime) -> Signature:
    signature = owner_of(token, Link.Purpose.VISIT, now)
    if signature.state != Signature.State.CONFIRMED:
        raise SignatureRefused("not-confirmed")
    if counts_by_address_alone(signature.relation):
        raise SignatureRefused("no-proof-needed")
    if not ways_of(signature):
        raise SignatureRefused("no-way")
    return signature


def _tell_until_when(signature: Signature, now: datetime) -> None:
    until = now + timedelta(days=signature.petition.review_days)
    with override(signature.version.language):
        day = date_format(until.date())
    post_notice(
        signature=signature,
        kind=mails.DOCUMENT_RECEIVED,
        context={"day": day},
        opens=OPEN_LASTS,
        now=now,
    )


def _count_by(signature: Signature, relation: Relation, proof_id: UUID | None, method: str) -> None:
    count(signature, -1)
    signature.relation, signature.proof_id, signature.proof_method = relation, proof_id, method
    signature.save(update_fields=["relation", "proof", "proof_method"])
    count(signature, +1)
