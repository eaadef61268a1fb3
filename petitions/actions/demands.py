"""The register of legal demands, kept by whoever keeps the host."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.errors import PetitionRefused
from privacy import access_log
from privacy.models import Asker, Given, LegalDemand, Told
from privacy.verbs import verb

ENTERED = verb("demand.entered", _("entered a legal demand"))
CHANGED = verb("demand.changed", _("changed a legal demand"))
PUBLISHED = verb("demand.published", _("published a legal demand"))


@dataclass(frozen=True)
class Demand:
    """What is known of a demand. It names no person: the words are shown to everybody."""

    received_on: date
    asker: str
    asked: str
    given: str = Given.OPEN
    answer: str = ""
    told: str = Told.LATER
    source: str = ""


@dataclass(frozen=True)
class Entered:
    demand_id: int


def enter(*, demand: Demand, actor: User, now: datetime) -> Entered:
    """Write a demand down as a draft."""
    _check(demand, actor, now)
    with transaction.atomic():
        row = LegalDemand.objects.create(**demand.__dict__)
        _note(ENTERED, row, actor, now)
    return Entered(row.pk)


def change(*, demand_id: int, demand: Demand, actor: User, now: datetime) -> Entered:
    """Correct a demand, or write down how it was answered."""
    _check(demand, actor, now)
    with transaction.atomic():
        row = LegalDemand.objects.select_for_update().get(pk=demand_id)
        for name, value in demand.__dict__.items():
            setattr(row, name, value)
        row.save()
        _note(CHANGED, row, actor, now)
    return Entered(row.pk)


def publish(*, demand_id: int, actor: User, now: datetime) -> Entered:
    """Show a demand to everybody; it cannot be hidden again."""
    _require_host(actor)
    with transaction.atomic():
        row = LegalDemand.objects.select_for_update().get(pk=demand_id)
        if row.is_published:
            raise PetitionRefused("demand-published")
        row.published_on = now.date()
        row.save(update_fields=["published_on"])
        _note(PUBLISHED, row, actor, now)
    return Entered(row.pk)


def _check(demand: Demand, actor: User, now: datetime) -> None:
    _require_host(actor)
    if not demand.asked.strip():
        raise PetitionRefused("demand-says-nothing")
    if demand.received_on > now.date():
        raise PetitionRefused("demand-to-come")
    known = ((demand.asker, Asker), (demand.given, Given), (demand.told, Told))
    if any(value not in kind.values for value, kind in known):
        raise PetitionRefused("unknown-answer")


def _require_host(actor: User) -> None:
    if not (actor.is_active and actor.is_superuser):
        raise PetitionRefused("no-right")


def _note(verb_name: str, row: LegalDemand, actor: User, now: datetime) -> None:
    access_log.record(actor_id=actor.pk, verb=verb_name, subject=f"demand:{row.pk}", now=now)
