"""Invitation codes by organisers: issuing a batch as cards, calling it back, what then falls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, may
from background.actions import enqueue
from petitions.models import Petition
from privacy import access_log
from privacy.verbs import verb
from proofs.actions import invitations
from proofs.methods.invitation import METHOD, Invitation
from proofs.models import InvitationBatch
from proofs.policy import INVITATION_DAYS_MAX, INVITATIONS_PER_BATCH_MAX
from signatures import cards
from signatures.actions.proving import settle_again
from signatures.errors import SignatureRefused
from signatures.models import Signature

JOB = "signatures.let-invited-fall"
# One transaction lets so many fall, so that its locks are short.
FALL_AT_ONCE = 50
MADE = verb("invitations.made", _("made invitation codes"))
CALLED_BACK = verb("invitations.called-back", _("called back invitation codes"))
LEAKED = verb("invitations.leaked", _("let fall what leaked invitation codes had shown"))


@dataclass(frozen=True)
class Issued:
    """pdf: the cards. It cannot be made again, for the codes are kept as digests only."""

    batch_id: UUID
    pdf: bytes


@dataclass(frozen=True)
class CalledBack:
    batch_id: UUID


def issue(
    *,
    petition_id: UUID,
    occasion: str,
    number: int,
    relation: str,
    valid_until: date,
    neutral: bool,
    language: str,
    actor: User,
    now: datetime,
) -> Issued:
    """Make a batch of single-use codes, and set them as cards."""
    petition = Petition.objects.select_related("team").get(pk=petition_id)
    _require(actor, petition)
    if METHOD not in petition.methods:
        raise SignatureRefused("no-invitations")
    if relation not in relations_of(petition):
        raise SignatureRefused("not-invited")
    if not occasion.strip():
        raise SignatureRefused("no-occasion")
    if not 1 <= number <= INVITATIONS_PER_BATCH_MAX:
        raise SignatureRefused("cards-out-of-range", most=INVITATIONS_PER_BATCH_MAX)
    if not now.date() <= valid_until <= now.date() + timedelta(days=INVITATION_DAYS_MAX):
        raise SignatureRefused("valid-until-out-of-range", days=INVITATION_DAYS_MAX)
    with transaction.atomic():
        made = invitations.make(
            scope=petition.pk,
            occasion=occasion.strip(),
            number=number,
            verdict=relation,
            valid_until=valid_until,
            actor=actor,
            now=now,
        )
        _log(MADE, actor, petition.pk, made.batch_id, now, made=number)
        # Inside the block: a batch whose cards could not be set is none.
        title = "" if neutral else petition.title
        pdf = cards.pdf(made.codes, title=title, valid_until=valid_until, language=language)
    return Issued(made.batch_id, pdf)


def call_back(*, batch_id: UUID, is_leaked: bool, actor: User, now: datetime) -> CalledBack:
    """The unused codes of a batch die. If codes leaked, what used ones had shown falls too."""
    with transaction.atomic():
        batch = InvitationBatch.objects.get(pk=batch_id)
        petition = Petition.objects.select_related("team").get(pk=batch.scope)
        _require(actor, petition)
        invitations.call_back(batch_id=batch_id, is_leaked=is_leaked, now=now)
        _log(LEAKED if is_leaked else CALLED_BACK, actor, petition.pk, batch_id, now)
        if is_leaked:
            enqueue(kind=JOB, key=str(batch_id), payload={"batch": str(batch_id)}, now=now)
    return CalledBack(batch_id)


def let_fall(*, batch_id: UUID, progress: Callable[[int, int], None]) -> int:
    """Count those whom codes of this batch had shown by another proof, or as unverified.

    progress: told in hundredths, for the number itself may be below the floor.
    """
    subjects = invitations.shown_by(InvitationBatch.objects.get(pk=batch_id))
    done = 0
    while done < len(subjects):
        some = subjects[done : done + FALL_AT_ONCE]
        with transaction.atomic():
            # In the order of their ids, like everybody who locks several.
            rows = Signature.objects.select_for_update(of=("self",)).filter(pk__in=some)
            signatures = {row.pk: row for row in rows.order_by("pk")}
            fell = invitations.flag(subjects=some)
            for subject, proof_id in fell.items():
                if signatures[subject].proof_id == proof_id:
                    settle_again(signatures[subject], without=proof_id)
        done += len(some)
        progress(done * 100 // len(subjects), 100)
    return done


def relations_of(petition: Petition) -> list[str]:
    """For whom cards can be made: whom the petition asks, and a card can show."""
    return [relation for relation in petition.relations if relation in Invitation.shows]


def _require(actor: User, petition: Petition) -> None:
    if not may(actor, Right.ISSUE_INVITATIONS, petition.team):
        raise SignatureRefused("no-right")


def _log(
    verb_: str, actor: User, scope: UUID, batch_id: UUID, now: datetime, **detail: int
) -> None:
    access_log.record(
        actor_id=actor.pk,
        verb=verb_,
        subject=f"invitations:{batch_id}",
        scope=scope,
        detail=detail,
        now=now,
    )
