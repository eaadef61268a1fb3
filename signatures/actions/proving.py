"""Showing a relation: the verdict and the count event are one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from petitions.relations import Relation, counts_by_address_alone
from proofs.actions import claiming
from proofs.actions.claiming import NotShown
from proofs.methods.base import methods_for
from proofs.verdicts import Verdict
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.errors import SignatureRefused
from signatures.models import Link, Signature

# What a mailbox at the company shows, whatever the signer had claimed.
RELATION_OF: dict[str, Relation] = {
    Verdict.EMPLOYEE: Relation.EMPLOYEE,
    Verdict.CONTINGENT: Relation.CONTINGENT,
}


@dataclass(frozen=True)
class Begun:
    claim_id: UUID


@dataclass(frozen=True)
class Proved:
    """The relation as shown; `counted` is False where the verdict does not tell a relation."""

    signature_id: UUID
    relation: str
    counted: bool


def begin_proof(
    *, token: str, method: str, answers: Mapping[str, str], language: str, now: datetime
) -> Begun:
    """Open a claim for the signature that the receipt's token belongs to."""
    with transaction.atomic():
        signature = _provable(token, now)
        started = claiming.begin(
            method=method,
            scope=signature.petition_id,
            subject=signature.pk,
            company=signature.petition.target.company,
            answers=answers,
            language=language,
            now=now,
        )
    return Begun(started.claim_id)


def decide_proof(*, token: str, answers: Mapping[str, str], now: datetime) -> Proved:
    """Judge what the signer brings; if it shows the relation, count it from now on."""
    with transaction.atomic():
        signature = _provable(token, now)
        decided = claiming.decide(subject=signature.pk, answers=answers, now=now)
        if not isinstance(decided, NotShown):
            return _count_as_proved(signature, decided.proof_id, decided.method, decided.verdict)
    # Outside the block: the failed try is committed before the refusal is raised.
    raise SignatureRefused("wrong-code", left=decided.left)


def _provable(token: str, now: datetime) -> Signature:
    signature = owner_of(token, Link.Purpose.RECEIPT, now)
    if signature.state != Signature.State.CONFIRMED:
        raise SignatureRefused("not-confirmed")
    if counts_by_address_alone(signature.relation):
        raise SignatureRefused("no-proof-needed")
    if signature.is_proved:
        raise SignatureRefused("already-proved")
    if not methods_for(signature.relation):
        raise SignatureRefused("no-way")
    return signature


def _count_as_proved(signature: Signature, proof_id: UUID, method: str, verdict: Verdict) -> Proved:
    relation = RELATION_OF.get(verdict)
    if relation is None:  # an alias: somebody reads it, but who is not told
        return Proved(signature.pk, signature.relation, counted=False)
    count(signature, -1)
    signature.relation, signature.proof_id, signature.proof_method = relation, proof_id, method
    signature.save(update_fields=["relation", "proof", "proof_method"])
    count(signature, +1)
    return Proved(signature.pk, relation, counted=True)
