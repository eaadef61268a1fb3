"""Giving one's word for a signer, and taking it back.

`signatures` calls these in its transaction, with voucher and signer locked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from proofs import policy
from proofs.errors import ProofRefused
from proofs.methods.base import Decided, NotShown
from proofs.methods.vouching import (
    METHOD,
    decide,
    oldest_that_counts,
    phrase_digest,
    trier_of,
    voucher_digest,
    vouches_of,
)
from proofs.models import Proof, Vouch
from proofs.verdicts import Verdict

# What colleagues can know of each other.
ATTESTED = (Verdict.EMPLOYEE, Verdict.CONTINGENT)


@dataclass(frozen=True)
class Given:
    """A word was given for a subject; `decided` where it was the last that was needed."""

    subject: UUID
    decided: Decided | None


@dataclass(frozen=True)
class Fell:
    """A subject's proof by vouching counts no more; None: none rested on what was taken back."""

    subject: UUID
    proof_id: UUID | None


@dataclass(frozen=True)
class Progress:
    """How far the vouching for a subject is. expires_at: of the phrases that are out."""

    given: int
    expires_at: datetime | None


def stands(*, voucher: UUID, now: datetime, without: UUID | None = None) -> bool:
    """Whether somebody may vouch: shown as staff by another way than vouching.

    Chains end at one link (proofs.policy), or two people who vouch could carry a crowd.
    """
    own = Proof.objects.of(voucher).filter(
        verdict__in=ATTESTED, is_flagged=False, expires_on__gt=now.date()
    )
    if without is not None:
        own = own.exclude(pk=without)
    return own.exclude(method=METHOD).exists()


def subject_of(*, scope: UUID, phrase: str, now: datetime) -> UUID | None:
    """Whose phrase it is, so that the caller can lock that signature before the word is given."""
    return (
        Vouch.objects.open(now)
        .filter(scope=scope, phrase_digest=phrase_digest(scope, phrase))
        .values_list("subject", flat=True)
        .first()
    )


def give(
    *, scope: UUID, voucher: UUID, phrase: str, attests: str, needed: int, now: datetime
) -> Given | NotShown:
    """Give one's word by a phrase. NotShown, always alike: wrong, used, too old, one's own, or of
    somebody for whom this voucher gave it already."""
    me, trier = voucher_digest(scope, voucher), trier_of(scope, voucher)
    if not trier.left(now):
        raise ProofRefused("tries-over")
    if vouches_of(scope=scope, voucher=voucher).count() >= policy.VOUCHES_PER_PERSON_MAX:
        raise ProofRefused("vouches-over", most=policy.VOUCHES_PER_PERSON_MAX)
    vouch = (
        Vouch.objects.open(now)
        .select_for_update()
        .filter(scope=scope, phrase_digest=phrase_digest(scope, phrase))
        .exclude(subject=voucher)
        .first()
    )
    if vouch is None or _given_already(vouch, me):
        return NotShown(trier.use(now))
    vouch.phrase_digest, vouch.expires_at = None, None
    vouch.voucher_digest, vouch.verdict, vouch.given_on = me, attests, now.date()
    vouch.save()
    assert vouch.subject is not None  # noqa: S101 - the table's check holds it
    return Given(vouch.subject, decide(subject=vouch.subject, needed=needed, now=now))


def rest_on(*, scope: UUID, voucher: UUID) -> set[UUID]:
    """The subjects for whom this voucher gave a word, so that the caller can lock them first."""
    given = vouches_of(scope=scope, voucher=voucher).exclude(subject=None)
    return {subject for subject in given.values_list("subject", flat=True) if subject}


def take_back(*, scope: UUID, voucher: UUID, vouch_id: UUID | None = None) -> list[Fell]:
    """Take back one word, or all of them; what rested on each counts no more."""
    given = vouches_of(scope=scope, voucher=voucher).select_for_update()
    if vouch_id is not None:
        given = given.filter(pk=vouch_id)
    fell = []
    for vouch in given.order_by("pk"):
        if vouch.subject is not None:
            fell.append(Fell(vouch.subject, _flag(vouch.subject)))
        vouch.delete()
    return fell


def progress_of(*, subject: UUID, now: datetime) -> Progress | None:
    """How far the vouching for somebody is; None where nothing is under way."""
    given = Vouch.objects.given_for(subject, oldest_that_counts(now.date())).count()
    out = Vouch.objects.open(now).filter(subject=subject).order_by("expires_at").first()
    return Progress(given, out.expires_at if out else None) if given or out else None


def _given_already(vouch: Vouch, me: bytes) -> bool:
    return Vouch.objects.filter(subject=vouch.subject, voucher_digest=me).exists()


def _flag(subject: UUID) -> UUID | None:
    proof = (
        Proof.objects.select_for_update()
        .of(subject)
        .filter(method=METHOD, is_flagged=False)
        .first()
    )
    if proof is None:
        return None
    proof.is_flagged = True
    proof.save(update_fields=["is_flagged"])
    return proof.pk
