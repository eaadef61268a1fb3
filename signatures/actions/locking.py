"""Locking several signatures at once without a deadlock: always in the order of their ids."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction

from signatures.models import Signature


class _MoreToLock(Exception):
    """Undoes the savepoint, and with it its locks."""


def lock_all(find: Callable[[], set[UUID]]) -> dict[UUID, Signature]:
    """Lock the signatures that `find` names, until it names none that is not locked.

    For an open transaction that holds no lock on a signature yet. `find` reads without a lock,
    so what it names may change until the rows are locked; then they are let go and found again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Locks are held for the length of a transaction; open one.")
    wanted = find()
    while True:
        try:
            with transaction.atomic():
                locked = _lock(wanted)
                found = find()
                if not found <= wanted:
                    raise _MoreToLock
                return locked
        except _MoreToLock:
            wanted = found


def _lock(ids: set[UUID]) -> dict[UUID, Signature]:
    rows = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("petition", "version")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}
