"""Count events, folding them into the petition's ledger, and the recount that checks both."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from background.wakeups import wake_on_commit
from petitions.actions import ledger
from signatures.models import CountEvent, Signature
from signatures.policy import EVENTS_PER_FOLD
from transparency.actions import release

# Names folding among PostgreSQL's advisory locks: one folder at a time, and no recount meanwhile.
FOLD_LOCK = 0x436F756E74

TAKE = """
    DELETE FROM signatures_countevent WHERE id IN (
        SELECT id FROM signatures_countevent ORDER BY id LIMIT %s
    ) RETURNING petition_id, relation, proof, delta
"""
# One statement sees one snapshot: rows, totals and waiting events belong to the same moment.
COMPARE = """
    SELECT petition_id, relation, proof, SUM(n) FROM (
        SELECT petition_id, relation, proof_method AS proof, 1 AS n
            FROM signatures_signature WHERE state = 'confirmed' AND marked_on IS NULL
        UNION ALL SELECT petition_id, relation, proof, -total FROM petitions_total
        UNION ALL SELECT petition_id, relation, proof, -delta FROM signatures_countevent
    ) AS cells GROUP BY petition_id, relation, proof HAVING SUM(n) <> 0
"""


@dataclass(frozen=True)
class Folded:
    events: int


@dataclass(frozen=True)
class Recounted:
    """How many cells were wrong, and are right now."""

    corrected: int


def count(signature: Signature, delta: int) -> None:
    """Write the event of a change; it belongs into the transaction of the change."""
    if not connection.in_atomic_block:
        raise RuntimeError("A count event is written in the transaction that causes it.")
    if signature.marked_on is not None:
        return  # set aside: whatever happens to it moves no count
    relation, proof = signature.cell
    CountEvent.objects.create(
        petition_id=signature.petition_id, relation=relation, proof=proof, delta=delta
    )
    wake_on_commit("signatures.tasks.fold_counts")


def fold(*, now: datetime) -> Folded:
    """Move the waiting events into the totals, some thousands in each transaction."""
    events = 0
    while True:
        taken = _fold_some(now)
        events += taken
        if taken < EVENTS_PER_FOLD:
            return Folded(events)


def recount(*, now: datetime) -> Recounted:
    """Compare the totals with the signatures; repair at once and publish the correction."""
    with transaction.atomic():
        _wait_for_other_folders()
        with connection.cursor() as cursor:
            cursor.execute(COMPARE)
            rows = cursor.fetchall()
        for petition_id, errors in _by_petition(rows).items():
            applied = ledger.correct(petition_id=petition_id, errors=errors, now=now)
            release(group=str(petition_id), count=applied.entries)
    return Recounted(len(rows))


def _fold_some(now: datetime) -> int:
    with transaction.atomic():
        _wait_for_other_folders()
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [EVENTS_PER_FOLD])
            rows = cursor.fetchall()
        for petition_id, changes in sorted(_by_petition(rows).items()):
            applied = ledger.apply(petition_id=petition_id, changes=changes, now=now)
            release(group=str(petition_id), count=applied.entries)
    return len(rows)


def _wait_for_other_folders() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])


def _by_petition(
    rows: list[tuple[UUID, str, str, int]],
) -> dict[UUID, dict[tuple[str, str], int]]:
    changes: dict[UUID, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for petition_id, relation, proof, delta in rows:
        changes[petition_id][relation, proof] += int(delta)
    return changes
