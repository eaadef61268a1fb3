"""The transitions of a petition. Each is one verb: authorised, locked, logged."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right
from petitions.actions.drafting import check_closing_day, freeze, locked, require, require_state
from petitions.errors import PetitionRefused
from petitions.models import Petition, State, Transition
from petitions.models.petition import ENDED, PUBLISHED
from privacy import access_log
from privacy.verbs import verb as logged


@dataclass(frozen=True)
class Verb:
    """A transition: from which states to which, and the right it needs."""

    name: str
    done: Promise | str  # in words, for the records
    before: tuple[State, ...]
    after: State
    right: Right


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "submit",
            _("submitted a petition"),
            (State.DRAFT,),
            State.SUBMITTED,
            Right.SUBMIT_PETITION,
        ),
        Verb(
            "revise",
            _("took a petition back to work on it"),
            (State.SUBMITTED, State.REJECTED),
            State.DRAFT,
            Right.EDIT_PETITION,
        ),
        Verb(
            "publish",
            _("published a petition"),
            (State.SUBMITTED,),
            State.OPEN,
            Right.MODERATE_PETITION,
        ),
        Verb(
            "reject",
            _("rejected a petition"),
            (State.SUBMITTED,),
            State.REJECTED,
            Right.MODERATE_PETITION,
        ),
        Verb("pause", _("paused a petition"), (State.OPEN,), State.PAUSED, Right.STEER_PETITION),
        Verb("resume", _("resumed a petition"), (State.PAUSED,), State.OPEN, Right.STEER_PETITION),
        Verb(
            "close",
            _("closed a petition"),
            (State.OPEN, State.PAUSED),
            State.CLOSED,
            Right.STEER_PETITION,
        ),
        Verb(
            "deliver",
            _("recorded a delivery"),
            (State.CLOSED,),
            State.DELIVERED,
            Right.STEER_PETITION,
        ),
        Verb(
            "answer",
            _("recorded an answer"),
            (State.DELIVERED,),
            State.ANSWERED,
            Right.STEER_PETITION,
        ),
        Verb(
            "archive",
            _("archived a petition"),
            (State.CLOSED, State.DELIVERED, State.ANSWERED),
            State.ARCHIVED,
            Right.STEER_PETITION,
        ),
        Verb(
            "remove",
            _("removed a petition"),
            (*PUBLISHED, State.REJECTED),
            State.REMOVED,
            Right.MODERATE_PETITION,
        ),
    )
}
for _name, _verb in VERBS.items():
    logged(f"petition.{_name}", _verb.done)


@dataclass(frozen=True)
class Moved:
    petition_id: UUID
    slug: str
    state: str


def submit(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """Ask a moderator to publish the draft."""
    return _move("submit", petition_id, actor, now)


def revise(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """Take a submitted or rejected petition back to work on it."""
    return _move("revise", petition_id, actor, now)


def publish(
    *, petition_id: UUID, closes_on: date | None = None, actor: User, now: datetime
) -> Moved:
    """Open a petition for signing. Its text can never change afterwards."""
    with transaction.atomic():
        petition = locked(petition_id)
        _check(VERBS["publish"], petition, actor)
        if closes_on is not None:
            petition.closes_on = closes_on
        if petition.closes_on:
            check_closing_day(petition.closes_on, now)
        freeze(petition, now)
        petition.opened_at = now
        petition.save(update_fields=["published_number", "opened_at", "closes_on"])
        return _move("publish", petition_id, actor, now)


def reject(*, petition_id: UUID, reason: str, words: str, actor: User, now: datetime) -> Moved:
    """Refuse to publish, with a reason that everybody can read."""
    return _move("reject", petition_id, actor, now, reason=reason, words=_said(words))


def pause(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """Stop taking signatures for a while."""
    return _move("pause", petition_id, actor, now)


def resume(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """Take signatures again."""
    return _move("resume", petition_id, actor, now)


def close(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """End signing."""
    return _move("close", petition_id, actor, now)


def close_due(*, now: datetime) -> list[Moved]:
    """Close every petition whose closing day is over."""
    due = Petition.objects.due_to_close(now.date()).values_list("pk", flat=True)
    return [_move("close", petition_id, None, now) for petition_id in list(due)]


def deliver(*, petition_id: UUID, words: str, actor: User, now: datetime) -> Moved:
    """Record that the petition was handed over, and how."""
    return _move("deliver", petition_id, actor, now, words=_said(words))


def answer(*, petition_id: UUID, words: str, actor: User, now: datetime) -> Moved:
    """Record what the target answered."""
    return _move("answer", petition_id, actor, now, words=_said(words))


def archive(*, petition_id: UUID, actor: User, now: datetime) -> Moved:
    """Put the petition away; its page stays."""
    return _move("archive", petition_id, actor, now)


def remove(*, petition_id: UUID, words: str, actor: User, now: datetime) -> Moved:
    """Take the page down for good: its address answers 410 with the reason."""
    return _move("remove", petition_id, actor, now, words=_said(words))


def _said(words: str) -> str:
    if not words.strip():
        raise PetitionRefused("no-reason")
    return words.strip()


def _check(verb: Verb, petition: Petition, actor: User | None) -> None:
    if actor is not None:  # None: a rule acts, such as the closing day
        require(actor, verb.right, petition.team)
    require_state(petition, *verb.before)


def _move(
    name: str,
    petition_id: UUID,
    actor: User | None,
    now: datetime,
    *,
    reason: str = "",
    words: str = "",
) -> Moved:
    verb = VERBS[name]
    with transaction.atomic():
        petition = locked(petition_id)
        _check(verb, petition, actor)
        before, petition.state = petition.state, verb.after
        if petition.closed_on is None and verb.after in ENDED:
            petition.closed_on = now.date()
        petition.save(update_fields=["state", "closed_on"])
        Transition.objects.create(
            petition=petition,
            verb=name,
            before=before,
            after=verb.after,
            reason=reason,
            words=words,
            actor=actor,
            at=now,
        )
        access_log.record(
            actor_id=actor.pk if actor else None,
            verb=f"petition.{name}",
            subject=f"petition:{petition.pk}",
            scope=petition.pk,
            now=now,
        )
    return Moved(petition.pk, petition.slug, petition.state)
