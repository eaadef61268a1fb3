"""Setting and lifting a legal hold. Each is written to the access log and shown to everybody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, may
from petitions.errors import PetitionRefused
from petitions.models import HoldReference, Petition
from privacy import access_log, holds
from privacy.models import Erasure, Ground, LegalHold
from privacy.verbs import verb

SET = verb("hold.set", _("set a legal hold"))
LIFTED = verb("hold.lifted", _("lifted a legal hold"))


@dataclass(frozen=True)
class Held:
    hold_id: UUID


def set_hold(
    *,
    petition_id: UUID | None,
    ground: str,
    words: str,
    reference: str = "",
    actor: User,
    now: datetime,
) -> Held:
    """Stop the deletion of a petition's rows, or of all (petition_id None: the host alone may).

    words: shown to everybody. reference: sealed, for the desk.
    """
    if not words.strip():
        raise PetitionRefused("hold-says-nothing")
    if ground not in Ground.values:
        raise PetitionRefused("unknown-ground")
    with transaction.atomic():
        _require(actor, petition_id)
        holds.own_lock()
        if petition_id and Erasure.objects.filter(scope=petition_id, erased_on__isnull=False):
            raise PetitionRefused("erased-already")
        hold = LegalHold.objects.create(
            scope=petition_id, ground=ground, words=words.strip(), since=now, set_by_id=actor.pk
        )
        if reference.strip():
            beside = HoldReference(hold=hold)
            beside.seal_words(reference.strip())
            beside.save(force_insert=True)
        _note(SET, hold, actor, now)
    return Held(hold.pk)


def lift_hold(*, hold_id: UUID, actor: User, now: datetime) -> Held:
    """Let deletion go on at the next run. What the host held only the host lets go."""
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().get(pk=hold_id)
        _require(actor, hold.scope)
        if not may_lift(actor, hold):
            raise PetitionRefused("held-by-the-host")
        if not hold.is_in_force:
            raise PetitionRefused("hold-is-over")
        hold.ended_at, hold.ended_by_id = now, actor.pk
        hold.save(update_fields=["ended_at", "ended_by_id"])
        _note(LIFTED, hold, actor, now)
    return Held(hold.pk)


def may_lift(actor: User, hold: LegalHold) -> bool:
    by_host = User.objects.filter(pk=hold.set_by_id, is_superuser=True).exists()
    return actor.is_superuser or not by_host


def _require(actor: User, petition_id: UUID | None) -> None:
    if petition_id is None:
        allowed = actor.is_active and actor.is_superuser
    else:
        petition = Petition.objects.select_related("team").get(pk=petition_id)
        allowed = may(actor, Right.SET_LEGAL_HOLD, petition.team)
    if not allowed:
        raise PetitionRefused("no-right")


def _note(verb_name: str, hold: LegalHold, actor: User, now: datetime) -> None:
    access_log.record(
        actor_id=actor.pk,
        verb=verb_name,
        subject=f"hold:{hold.pk}",
        scope=hold.scope,
        detail={"ground": hold.ground},
        now=now,
    )
