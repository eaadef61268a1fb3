"""Asking whether a legal hold forbids deletion, and noting what is to be erased once it ends."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection

from privacy.models import ErasureWish, LegalHold

# Names holds among PostgreSQL's advisory locks. Who deletes shares it, who sets a hold has it
# alone: after a hold is committed nothing is deleted by somebody who had not seen it.
HOLD_LOCK = 0x484F4C44

Eraser = Callable[[UUID, datetime], None]
# What erases a subject whose wish waited for the end of a hold; the room of subjects registers it.
ERASERS: list[Eraser] = []


def is_held(scope: UUID) -> bool:
    """Whether a hold on this scope or on the whole site is in force.

    A verb that deletes calls `share_lock` before it asks, in the transaction of its deletion.
    """
    return LegalHold.objects.in_force().on(scope).exists()


def site_is_held() -> bool:
    return LegalHold.objects.in_force().filter(scope=None).exists()


def held_scopes() -> set[UUID]:
    """The scopes with a hold of their own."""
    held = LegalHold.objects.in_force().exclude(scope=None)
    return {scope for scope in held.values_list("scope", flat=True) if scope is not None}


def share_lock() -> None:
    """Keep holds from being set until this transaction ends."""
    _lock("pg_advisory_xact_lock_shared")


def own_lock() -> None:
    """Wait until nobody deletes, and let nobody begin until this transaction ends."""
    _lock("pg_advisory_xact_lock")


def note_wish(*, scope: UUID, subject: UUID, now: datetime) -> None:
    """Remember that a subject asked to be erased; the run after the end of the hold does it."""
    ErasureWish.objects.bulk_create(
        [ErasureWish(scope=scope, subject=subject, wished_on=now.date())], ignore_conflicts=True
    )


def erases_subjects(eraser: Eraser) -> Eraser:
    """Register what erases a subject."""
    ERASERS.append(eraser)
    return eraser


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [HOLD_LOCK])
