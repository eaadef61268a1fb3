"""Documents: kept encrypted to the reviewers, opened for one look, judged, and deleted.

All run inside the caller's transaction: a verdict, the deletion and the count are one change.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyrage

from accounts.actions import review_keys
from accounts.models import ReviewKey, User
from privacy.digests import KEY_BYTES, keyed_digest
from privacy.errors import KeyDestroyed
from proofs import policy
from proofs.errors import ProofRefused
from proofs.images import Picture
from proofs.methods.base import Asked, Decided
from proofs.methods.recording import record
from proofs.models import Claim, Document, Opinion, Proof
from proofs.models.document import METHOD


@dataclass(frozen=True)
class Finding:
    """What a reviewer found. verdict: empty where it does not show the relation, for `reason`.

    name: the person's, as printed; kept as a keyed digest only. is_another: the reviewer knows of
    the other proof with this name, and takes it for another person's.
    """

    verdict: str
    reason: str = ""
    name: str = ""
    is_another: bool = False


@dataclass(frozen=True)
class NotDecided:
    """Somebody else is to look at it too."""

    opinions: int


@dataclass(frozen=True)
class Rejected:
    """It does not show the relation."""

    reason: str


@dataclass(frozen=True)
class Duplicates:
    """How many other proofs and documents of the scope have the same picture, or name."""

    pictures: int
    names: int = 0


def put(*, asked: Asked, key: ReviewKey, kind: str, picture: Picture) -> Claim:
    """Keep a picture, encrypted to the reviewers; they decide within the petition's days."""
    claims = Claim.objects.filter(subject=asked.subject, method=METHOD)
    if claims.filter(state=Claim.State.WAITING).exists():
        raise ProofRefused("document-waits")
    if claims.filter(state=Claim.State.REFUSED).count() >= policy.DOCUMENTS_REFUSED_MAX:
        raise ProofRefused("documents-used-up")
    today = claims.filter(begun_at__gt=asked.now - timedelta(days=1))
    if today.count() >= policy.DOCUMENTS_PER_DAY:
        raise ProofRefused("documents-today")
    claim = Claim.objects.create(
        scope=asked.scope,
        subject=asked.subject,
        company=asked.company,
        method=METHOD,
        state=Claim.State.WAITING,
        begun_at=asked.now,
        expires_at=asked.now + timedelta(days=asked.settings["review_days"]),
    )
    Document.objects.create(
        claim=claim,
        key=key,
        kind=kind,
        ciphertext=_seal(picture.jpeg, claim, key),
        image_digest=keyed_digest(picture.pixels.hex(), scope=asked.scope, purpose="picture"),
    )
    return claim


def reveal(*, document: Document, passphrase: str) -> bytes:
    """The picture as JPEG; raises AccountRefused("wrong-passphrase") or ProofRefused."""
    identity = document.key.unlock(passphrase)
    try:
        plain = pyrage.decrypt(bytes(document.ciphertext), [identity])
    except pyrage.DecryptError as error:
        raise ProofRefused("document-altered") from error
    tag, jpeg = plain[:KEY_BYTES], plain[KEY_BYTES:]
    try:
        right = _tag(jpeg, document.claim)
    except KeyDestroyed as error:  # the petition's keys are gone; its documents go on their day
        raise ProofRefused("document-gone") from error
    if not hmac.compare_digest(tag, right):
        raise ProofRefused("document-altered")
    return jpeg


def duplicates(*, document: Document, name: str = "") -> Duplicates:
    """What hints at one person with two signatures; it tells numbers, not whose they are."""
    claim = document.claim
    proofs = Proof.objects.filter(scope=claim.scope).exclude(subject=claim.subject)
    waiting = Document.objects.filter(claim__scope=claim.scope).exclude(pk=document.pk)
    digest = bytes(document.image_digest)
    pictures = (
        proofs.filter(image_digest=digest).count() + waiting.filter(image_digest=digest).count()
    )
    person = person_digest(name, claim.scope)
    if person is None:
        return Duplicates(pictures)
    opinions = Opinion.objects.filter(document__in=waiting, person_digest=person)
    names = proofs.filter(person_digest=person).count()
    return Duplicates(pictures, names + opinions.values("document").distinct().count())


def judge(
    *, document: Document, finding: Finding, reviewer: User, is_alone: bool, now: datetime
) -> Decided | Rejected | NotDecided:
    """Take a reviewer's finding; the row is locked by the caller.

    is_alone: one finding decides. Otherwise it is decided once two people found the same; a third
    one is asked where they differ.
    """
    if bool(finding.verdict) == bool(finding.reason):
        raise ProofRefused("no-reason")
    if document.opinions.filter(reviewer=reviewer).exists():
        raise ProofRefused("opinion-given")
    if not finding.is_another and duplicates(document=document, name=finding.name).names:
        raise ProofRefused("same-person")
    person = person_digest(finding.name, document.claim.scope)
    agreeing = document.opinions.filter(verdict=finding.verdict)
    if not is_alone and agreeing.count() + 1 < policy.OPINIONS_THAT_AGREE:
        Opinion.objects.create(
            document=document,
            reviewer=reviewer,
            verdict=finding.verdict,
            reason=finding.reason,
            person_digest=person,
            given_on=now.date(),
        )
        return NotDecided(document.opinions.count())
    if person is None:  # the other reviewer may have read a name
        digests = agreeing.values_list("person_digest", flat=True)
        person = next((bytes(digest) for digest in digests if digest), None)
    return _end(document, finding, person, now)


def take_back(*, subject: UUID) -> bool:
    """Delete the document of a signer who no longer wants it looked at."""
    claim = (
        Claim.objects.select_for_update()
        .filter(subject=subject, method=METHOD, state=Claim.State.WAITING)
        .first()
    )
    if claim is None:
        return False
    _close(claim)
    return True


def expire(*, claim_id: UUID, now: datetime) -> bool:
    """Delete a document that nobody decided on in time; False where there is none any more."""
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None or claim.state != Claim.State.WAITING or now < claim.expires_at:
        return False
    _close(claim)
    return True


def overdue(*, now: datetime) -> Iterable[Claim]:
    """Claims whose document is to be deleted undecided."""
    waiting = Claim.objects.filter(method=METHOD, state=Claim.State.WAITING, expires_at__lte=now)
    return waiting.order_by("expires_at")


def drop_spent_keys() -> int:
    """Erase retired keys of reviewers once their last document is gone."""
    in_use = set(Document.objects.values_list("key_id", flat=True))
    return review_keys.drop_spent_keys(in_use=in_use).keys


def person_digest(name: str, scope: UUID) -> bytes | None:
    """A name under which “Rao, Asha” and “ASHA RAO” are one person; None without letters."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    if not words.strip():
        return None
    return keyed_digest(" ".join(sorted(words.split())), scope=scope, purpose="person")


def _end(
    document: Document, finding: Finding, person: bytes | None, now: datetime
) -> Decided | Rejected:
    claim, picture = document.claim, bytes(document.image_digest)
    Document.objects.filter(pk=document.pk).delete()
    if not finding.verdict:
        claim.state, claim.reason = Claim.State.REFUSED, finding.reason
        claim.save(update_fields=["state", "reason"])
        return Rejected(finding.reason)
    decided = record(claim, verdict=finding.verdict, days=policy.DOCUMENT_PROOF_DAYS, now=now)
    Proof.objects.filter(pk=decided.proof_id).update(person_digest=person, image_digest=picture)
    return decided


def _close(claim: Claim) -> None:
    Document.objects.filter(claim=claim).delete()
    claim.state = Claim.State.OVER
    claim.save(update_fields=["state"])


def _seal(jpeg: bytes, claim: Claim, key: ReviewKey) -> bytes:
    recipient = pyrage.x25519.Recipient.from_str(key.recipient)
    return pyrage.encrypt(_tag(jpeg, claim) + jpeg, [recipient])


def _tag(jpeg: bytes, claim: Claim) -> bytes:
    """Binds the picture to its claim. Anybody can encrypt to a recipient; only we can tag."""
    bound = f"{claim.pk}:{hashlib.sha256(jpeg).hexdigest()}"
    return keyed_digest(bound, scope=claim.scope, purpose="document")
