"""The retention schedule: what is held, who can see it, when it goes.

A room registers its rules when it starts. Those of `AFTER_CLOSING` run for one scope (a petition)
once its time is up; those of `SHORT_LIVED` run every day, whatever becomes of the scope.
`privacy.actions.retaining` runs them; the page “What we hold” is made from them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from privacy.models import Erasure

Words = Promise | str


@dataclass(frozen=True)
class Reach:
    """What a rule may touch: one scope whose time is up, or all scopes but the held ones."""

    now: datetime
    scope: UUID | None = None
    held: frozenset[UUID] = frozenset()


class Rule(Protocol):
    """One kind of thing that is held for a time."""

    @property
    def name(self) -> str: ...

    @property
    def holds(self) -> Words: ...  # what is held, as the signer reads it

    @property
    def seen_by(self) -> Words: ...  # who can see it as long as it is held

    @property
    def until(self) -> Words: ...  # short-lived things only; the others go with the petition

    def due(self, reach: Reach) -> int:
        """How many of these are to go now."""

    def apply(self, reach: Reach, limit: int) -> int:
        """Erase at most so many, in the caller's transaction; returns how many. Repeatable."""


def _delete(rows: QuerySet[Any], now: datetime) -> None:  # noqa: ARG001 - an eraser's signature
    rows.delete()


@dataclass(frozen=True)
class Rows:
    """Rows of a table. `held_in` is the lookup that leads to the scope; "" where there is none.

    rows: those that are left to erase, at this moment, of all scopes. erase: given a batch of
    them; afterwards `rows` no longer finds these. clears: the columns of people that it empties,
    where the rows stay; none: it deletes the rows.
    """

    name: str
    holds: Words
    seen_by: Words
    rows: Callable[[datetime], QuerySet[Any]]
    held_in: str = ""
    erase: Callable[[QuerySet[Any], datetime], None] = _delete
    clears: tuple[str, ...] = ()
    until: Words = ""

    def due(self, reach: Reach) -> int:
        return self._of(reach).count()

    def apply(self, reach: Reach, limit: int) -> int:
        left = self._of(reach)
        # What somebody is at work on right now is left for the next batch: no waiting, no deadlock.
        free = left.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        keys = [row.pk for row in free.only("pk")[:limit]]
        if keys:
            self.erase(left.model._default_manager.filter(pk__in=keys), reach.now)
        return len(keys)

    def _of(self, reach: Reach) -> QuerySet[Any]:
        rows = self.rows(reach.now)
        if reach.scope is not None:
            return rows.filter(**{self.held_in: reach.scope})
        if self.held_in and reach.held:
            return rows.exclude(**{f"{self.held_in}__in": reach.held})
        return rows


@dataclass(frozen=True)
class Files:
    """Files below a folder, older than so many days; below `<folder>/<scope>/` all of them."""

    name: str
    holds: Words
    seen_by: Words
    folder: Callable[[], Path]
    days: int = 0
    until: Words = ""

    def due(self, reach: Reach) -> int:
        return len(list(self._of(reach)))

    def apply(self, reach: Reach, limit: int) -> int:
        files = list(self._of(reach))[:limit]
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)

    def _of(self, reach: Reach) -> Iterable[Path]:
        folder = self.folder()
        if reach.scope is not None:
            return [file for file in (folder / str(reach.scope)).rglob("*") if file.is_file()]
        held = {folder / str(scope) for scope in reach.held}
        last = (reach.now - timedelta(days=self.days)).timestamp()
        return [
            file
            for file in folder.rglob("*")
            if file.is_file() and file.stat().st_mtime <= last and not held & set(file.parents)
        ]


@dataclass(frozen=True)
class Span:
    """A scope and the day from which on nothing of its people may be held."""

    scope: UUID
    name: str
    ends_on: date


AFTER_CLOSING: dict[str, Rule] = {}
SHORT_LIVED: dict[str, Rule] = {}
Schedule = Callable[[datetime], Iterable[Span]]
SCHEDULES: list[Schedule] = []  # the scopes whose time is up at a moment
OnErased = Callable[[Erasure, datetime], None]
# Run in the transaction that ends an erasure; each may set `entry` and `leaf`.
ON_ERASED: list[OnErased] = []


def after_closing(rule: Rule) -> Rule:
    """Register what goes with the petition."""
    AFTER_CLOSING[rule.name] = rule
    return rule


def short_lived(rule: Rule) -> Rule:
    """Register what goes after days of its own."""
    SHORT_LIVED[rule.name] = rule
    return rule


def schedule(found: Schedule) -> Schedule:
    """Register a source of scopes whose time is up."""
    SCHEDULES.append(found)
    return found


def on_erased(told: OnErased) -> OnErased:
    """Register what follows when a scope is erased."""
    ON_ERASED.append(told)
    return told


def spans(now: datetime) -> list[Span]:
    """All scopes whose time is up, the oldest first."""
    found = [span for source in SCHEDULES for span in source(now)]
    return sorted(found, key=lambda span: (span.ends_on, span.name))
