"""Erasing what the schedule says, a batch in each transaction, one scope apart from the others.

A run that was killed goes on where it stopped: what is left to erase is what the rules still find.
"""

import logging
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from privacy import holds
from privacy.keys import destroy_key
from privacy.models import Erasure, ErasureWish
from privacy.policy import PASSES_MAX, PAUSE_SECONDS, ROWS_PER_BATCH
from privacy.retention import AFTER_CLOSING, ON_ERASED, SHORT_LIVED, Reach, Rule, Span, spans

log = logging.getLogger(__name__)
EVERY_DAY = "every day"


@dataclass(frozen=True)
class Erased:
    """What became of one scope, or of the short-lived things.

    rows: rule -> rows erased, or due in a preview. held: a hold forbids it. failed: by which error.
    """

    name: str
    rows: dict[str, int] = field(default_factory=dict)
    held: bool = False
    failed: str = ""


@dataclass(frozen=True)
class Retained:
    parts: list[Erased]
    wishes: int = 0

    @property
    def failed(self) -> list[Erased]:
        return [part for part in self.parts if part.failed]

    @property
    def total(self) -> int:
        return sum(sum(part.rows.values()) for part in self.parts)


@dataclass(frozen=True)
class Step:
    """How far a run is: so many of its parts are done, and it is at this one."""

    name: str
    done: int
    total: int


Batches = Generator[int, None, Erased]  # yields the rows of each batch after its commit


def preview(*, name: str = "", now: datetime) -> Retained:
    """What a run would erase now; changes nothing."""
    parts = []
    if not name:
        reach = Reach(now, held=frozenset(holds.held_scopes()))
        due = {rule.name: rule.due(reach) for rule in SHORT_LIVED.values()}
        parts.append(Erased(EVERY_DAY, due, held=holds.site_is_held()))
    for span in _wanted(name, now):
        reach = Reach(now, span.scope)
        due = {rule.name: rule.due(reach) for rule in AFTER_CLOSING.values()}
        parts.append(Erased(span.name, due, held=holds.is_held(span.scope)))
    return Retained(parts)


def run(*, name: str = "", now: datetime) -> Retained:
    """Erase what is due: of one scope, or of all of them and the short-lived things as well."""
    going = steps(name=name, now=now)
    while True:
        try:
            next(going)
        except StopIteration as end:
            return end.value


def steps(*, name: str = "", now: datetime) -> Generator[Step, None, Retained]:
    """The same, a batch at a time: yields after each commit and after each part.

    A scope that is held or that fails does not stop the others.
    """
    wishes = 0 if name else _fulfil_wishes(now)
    going = [] if name else [(EVERY_DAY, _short_lived(now))]
    going += [(span.name, _scope(span, now)) for span in _wanted(name, now)]
    parts = []
    for place, (part, batches) in enumerate(going):
        while True:
            try:
                next(batches)
            except StopIteration as end:
                parts.append(end.value)
                break
            yield Step(part, place, len(going))
        yield Step(part, place + 1, len(going))
    return Retained(parts, wishes)


def _wanted(name: str, now: datetime) -> list[Span]:
    return [span for span in spans(now) if name in ("", span.name)]


# One scope --------------------------------------------------------------------------------------


class _Held(Exception):
    """A hold forbids to go on."""


class _Busy(Exception):
    """Somebody was at work on the rows again and again."""


def _scope(span: Span, now: datetime) -> Batches:
    rows: dict[str, int] = {}
    try:
        for _pass in range(PASSES_MAX):
            for rule in AFTER_CLOSING.values():
                while done := _batch(span.scope, rule, now):
                    rows[rule.name] = rows.get(rule.name, 0) + done
                    yield done
            if _finish(span.scope, now):
                return Erased(span.name, rows)
            time.sleep(PAUSE_SECONDS)
        raise _Busy
    except _Held:
        return Erased(span.name, rows, held=True)
    except Exception as error:  # noqa: BLE001 - the others must not wait for this one
        return Erased(span.name, rows, failed=_failed(span.scope, error, now))


def _batch(scope: UUID, rule: Rule, now: datetime) -> int:
    """One transaction: the rows and their count, or neither."""
    with transaction.atomic():
        erasure = _begun(scope, now)
        done = rule.apply(Reach(now, scope), ROWS_PER_BATCH)
        if done:
            erasure.rows[rule.name] = erasure.rows.get(rule.name, 0) + done
            erasure.save(update_fields=["rows"])
    return done


def _finish(scope: UUID, now: datetime) -> bool:
    """Destroy the key and tell the log, once nothing is left; False where something is."""
    with transaction.atomic():
        erasure = _begun(scope, now)
        reach = Reach(now, scope)
        if any(rule.due(reach) for rule in AFTER_CLOSING.values()):
            return False
        ErasureWish.objects.filter(scope=scope).delete()
        erasure.problem = ""
        if erasure.erased_on is None:
            erasure.erased_on = now.date()
            destroy_key(scope=scope, now=now)
            for told in ON_ERASED:
                told(erasure, now)
        erasure.save()
    return True


def _begun(scope: UUID, now: datetime) -> Erasure:
    """The scope's record, locked, so that two runs take turns; raises _Held."""
    holds.share_lock()
    if holds.is_held(scope):
        raise _Held
    return _record(scope, now)


def _record(scope: UUID, now: datetime) -> Erasure:
    new = Erasure(scope=scope, begun_on=now.date())
    Erasure.objects.bulk_create([new], ignore_conflicts=True)
    return Erasure.objects.select_for_update().get(scope=scope)


def _failed(scope: UUID, error: Exception, now: datetime) -> str:
    # The type only: the error's text may hold what was to be erased.
    kind = type(error).__name__.strip("_")
    log.error("Retention of petition %s broke off: %s", scope, kind)
    with transaction.atomic():
        erasure = _record(scope, now)
        erasure.problem = f"{now.date()}: {kind}"[:120]
        erasure.save(update_fields=["problem"])
    return kind


# What goes every day ----------------------------------------------------------------------------


def _short_lived(now: datetime) -> Batches:
    rows: dict[str, int] = {}
    failed = []
    for rule in SHORT_LIVED.values():
        try:
            while done := _daily_batch(rule, now):
                rows[rule.name] = rows.get(rule.name, 0) + done
                yield done
        except _Held:
            return Erased(EVERY_DAY, rows, held=True)
        except Exception as error:  # noqa: BLE001 - the other rules must not wait for this one
            log.error("Retention by %s broke off: %s", rule.name, type(error).__name__)
            failed.append(f"{rule.name}: {type(error).__name__}")
    return Erased(EVERY_DAY, rows, failed=", ".join(failed))


def _daily_batch(rule: Rule, now: datetime) -> int:
    with transaction.atomic():
        holds.share_lock()
        if holds.site_is_held():
            raise _Held
        return rule.apply(Reach(now, held=frozenset(holds.held_scopes())), ROWS_PER_BATCH)


def _fulfil_wishes(now: datetime) -> int:
    """Erase the signers who asked for it during a hold that is over."""
    done = 0
    for key in list(ErasureWish.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            done += _fulfil(key, now)
        except Exception as error:  # noqa: BLE001 - the others must not wait for this one
            log.error("The wish %s to be erased broke off: %s", key, type(error).__name__)
    return done


def _fulfil(key: int, now: datetime) -> bool:
    with transaction.atomic():
        holds.share_lock()
        wish = ErasureWish.objects.select_for_update().filter(pk=key).first()
        if wish is None or holds.is_held(wish.scope):
            return False
        for erase in holds.ERASERS:
            erase(wish.subject, now)
        wish.delete()
    return True
