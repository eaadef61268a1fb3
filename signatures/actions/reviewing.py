"""The reviewers' desk: looking at a document, deciding on it. Verdict, deletion and count are one.

Whoever decides has looked, and every look and every wrong passphrase is written down.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountRefused
from accounts.models import User
from accounts.rights import Right, may
from privacy import access_log
from privacy.models import AccessRecord
from privacy.verbs import verb
from proofs.actions import documents
from proofs.actions.documents import Finding, NotDecided, Rejected
from proofs.errors import ProofRefused
from proofs.images import watermarked
from proofs.models import Claim, Document
from proofs.policy import WRONG_PASSPHRASES_PER_HOUR
from signatures import mails
from signatures.actions.confirming import owner_of
from signatures.actions.noticing import post_notice
from signatures.actions.proving import RELATION_OF, settle
from signatures.actions.signing import OPEN_LASTS
from signatures.models import Link, Signature

log = logging.getLogger(__name__)

LIST = verb("signers.documents", _("listed documents that wait"))
LOOK = verb("signers.document", _("looked at a document"))
LOCKED = verb("document.locked", _("typed a wrong passphrase for a document"))
OPINION = verb("document.opinion", _("gave a first opinion on a document"))
DECIDED = verb("document.decided", _("decided on a document"))


@dataclass(frozen=True)
class Listed:
    records: int


@dataclass(frozen=True)
class Shown:
    """One look: a JPEG with the reviewer's name in its pixels, and what hints at a duplicate."""

    jpeg: bytes
    same_pictures: int


@dataclass(frozen=True)
class Reviewed:
    """is_final: False where somebody else is asked too; counted: whether the count changed."""

    is_final: bool
    counted: bool


@dataclass(frozen=True)
class Expired:
    documents: int


@dataclass(frozen=True)
class TakenBack:
    was_waiting: bool


def record_listing(*, actor: User, petition_ids: Sequence[UUID], now: datetime) -> Listed:
    """The list of waiting documents, one record for each petition that stands in it."""
    with transaction.atomic():
        for petition_id in petition_ids:
            subject = f"petition:{petition_id}"
            access_log.record(
                actor_id=actor.pk, verb=LIST, subject=subject, scope=petition_id, now=now
            )
    return Listed(len(petition_ids))


def look(*, claim_id: UUID, passphrase: str, actor: User, now: datetime) -> Shown:
    """Decrypt a document for one answer. The look is written down before anything is shown."""
    document = Document.objects.select_related("claim", "key").filter(pk=claim_id).first()
    if document is None:
        raise ProofRefused("document-gone")
    signature = Signature.objects.get(pk=document.claim.subject)
    _check_right(actor, signature)
    hour_ago = now - timedelta(hours=1)
    wrong = AccessRecord.objects.filter(actor_id=actor.pk, verb=LOCKED, at__gt=hour_ago)
    if wrong.count() >= WRONG_PASSPHRASES_PER_HOUR:
        raise ProofRefused("passphrase-tries")
    try:
        jpeg = documents.reveal(document=document, passphrase=passphrase)
    except AccountRefused:
        _note(actor, LOCKED, document.claim, now)
        raise
    _note(actor, LOOK, document.claim, now)
    words = f"{actor} · {actor.pk} · {now:%Y-%m-%d %H:%M} UTC"
    return Shown(watermarked(jpeg, words), documents.duplicates(document=document).pictures)


def decide(*, claim_id: UUID, finding: Finding, actor: User, now: datetime) -> Reviewed:
    """Take a finding. Once it is final the document goes and the count follows, or neither."""
    with transaction.atomic():
        signature, document = _lock(claim_id)
        _check_right(actor, signature)
        looks = AccessRecord.objects.filter(
            actor_id=actor.pk, verb=LOOK, subject=_subject(document.claim)
        )
        if not looks.exists():
            raise ProofRefused("look-first")
        if finding.verdict and finding.verdict not in verdicts_for(signature):
            raise ProofRefused("relation-not-asked")
        outcome = documents.judge(
            document=document,
            finding=finding,
            reviewer=actor,
            is_alone=not signature.petition.two_reviewers,
            now=now,
        )
        if isinstance(outcome, NotDecided):
            _note(actor, OPINION, document.claim, now)
            return Reviewed(is_final=False, counted=False)
        _note(actor, DECIDED, document.claim, now)
        post_notice(signature=signature, kind=mails.DOCUMENT_DECIDED, opens=OPEN_LASTS, now=now)
        if isinstance(outcome, Rejected):
            return Reviewed(is_final=True, counted=False)
        return Reviewed(is_final=True, counted=settle(signature, outcome).counted)


def take_back(*, token: str, now: datetime) -> TakenBack:
    """Delete the document of the signature of this visit, undecided."""
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.VISIT, now)
        return TakenBack(documents.take_back(subject=signature.pk))


def expire(*, now: datetime) -> Expired:
    """Delete what nobody decided on in time, and tell its signers; then drop spent keys."""
    done = 0
    for claim in documents.overdue(now=now):
        try:
            done += _expire_one(claim, now)
        except Exception:  # one that cannot be deleted must not keep the others
            log.exception("The document of claim %s was not deleted.", claim.pk)
    documents.drop_spent_keys()
    return Expired(done)


def verdicts_for(signature: Signature) -> list[str]:
    """The verdicts that the petition asks for, as a reviewer may give them."""
    asked = set(signature.petition.relations)
    return [verdict for verdict, relation in RELATION_OF.items() if relation in asked]


def _expire_one(claim: Claim, now: datetime) -> bool:
    with transaction.atomic():
        signature = _locked_signature(claim.subject)
        if not documents.expire(claim_id=claim.pk, now=now):
            return False
        if signature is not None:
            post_notice(signature=signature, kind=mails.DOCUMENT_OVER, opens=OPEN_LASTS, now=now)
        return True


def _lock(claim_id: UUID) -> tuple[Signature, Document]:
    """The signature first, then its document: the order in which withdrawing locks them."""
    claim = Claim.objects.filter(pk=claim_id).first()
    signature = _locked_signature(claim.subject) if claim else None
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("claim__company")
        .filter(pk=claim_id)
        .first()
    )
    if document is None or signature is None or signature.state != Signature.State.CONFIRMED:
        raise ProofRefused("document-gone")
    return signature, document


def _locked_signature(subject: UUID) -> Signature | None:
    rows = Signature.objects.select_for_update(of=("self",))
    return rows.select_related("petition__team", "version").filter(pk=subject).first()


def _check_right(actor: User, signature: Signature) -> None:
    if not may(actor, Right.REVIEW_PROOF, signature.petition.team):
        raise AccountRefused("no-right")


def _note(actor: User, verb: str, claim: Claim, now: datetime) -> None:
    access_log.record(
        actor_id=actor.pk, verb=verb, subject=_subject(claim), scope=claim.scope, now=now
    )


def _subject(claim: Claim) -> str:
    return f"claim:{claim.pk}"
