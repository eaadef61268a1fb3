"""Queuing entries and appending them: many may queue, one writes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from transparency.canonical import canonical_json
from transparency.errors import LogForked
from transparency.merkle import tree
from transparency.merkle.checkpoint import CheckpointBody
from transparency.models import Checkpoint, LogEntry, LogNode, QueuedEntry
from transparency.proofs import latest_checkpoint, signer, stored_subtree

# Names the writer among PostgreSQL's advisory locks.
APPEND_LOCK = 0x6C6F67
ENTRIES_PER_APPEND = 10_000


@dataclass(frozen=True)
class Appended:
    entries: int
    size: int


def queue(*, entry: Mapping[str, str | int], group: str, held: bool = False) -> None:
    """Queue an entry in the transaction that causes it."""
    QueuedEntry.objects.create(entry=canonical_json(entry), group=group, held=held)


def release(*, group: str, count: int) -> int:
    """Let so many of a group's held entries go, the oldest first; returns how many there were."""
    with transaction.atomic():
        waiting = QueuedEntry.objects.select_for_update().filter(group=group, held=True)
        keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:count])
        return QueuedEntry.objects.filter(pk__in=keys).update(held=False)


def append(*, now: datetime) -> Appended:  # noqa: ARG001 - a checkpoint tells no time
    """Move what waits into the log and sign the new root: all of it, or nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])
        size = _checked_size()
        waiting = list(QueuedEntry.objects.filter(held=False).order_by("pk")[:ENTRIES_PER_APPEND])
        if not waiting:
            return Appended(0, size)
        # The order of arrival would let an observer match entries with moments.
        secrets.SystemRandom().shuffle(waiting)
        _write([bytes(row.entry) for row in waiting], size)
        QueuedEntry.objects.filter(pk__in=[row.pk for row in waiting]).delete()
        _sign(size + len(waiting))
    return Appended(len(waiting), size + len(waiting))


def _checked_size() -> int:
    """The log's size; refuses to go on where the stored tree is not the one that was signed."""
    last = LogEntry.objects.order_by("index").last()
    size = last.index + 1 if last else 0
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return size
    if size < checkpoint.size:
        raise LogForked(f"{checkpoint.size} leaves were signed, {size} are stored")
    if tree.root(stored_subtree, checkpoint.size) != bytes(checkpoint.root):
        raise LogForked("the stored leaves do not lead to the signed root")
    return size


def _write(entries: list[bytes], size: int) -> None:
    """Store the leaves, and each complete subtree that they finish."""
    leaves = [
        LogEntry(index=index, entry=entry, leaf_hash=tree.leaf_hash(entry))
        for index, entry in enumerate(entries, start=size)
    ]
    LogEntry.objects.bulk_create(leaves)
    hashes = {(0, leaf.index): bytes(leaf.leaf_hash) for leaf in leaves}
    nodes = []
    for leaf in leaves:
        level, position = 0, leaf.index
        while position & 1:
            left = hashes.get((level, position - 1))
            if left is None:
                left = stored_subtree((position - 1) << level, 1 << level)
            value = tree.node_hash(left, hashes[level, position])
            level, position = level + 1, position >> 1
            hashes[level, position] = value
            nodes.append(LogNode(level=level, position=position, hash=value))
    LogNode.objects.bulk_create(nodes)


def _sign(size: int) -> None:
    root = tree.root(stored_subtree, size)
    body = CheckpointBody(settings.LOG_ORIGIN, size, root)
    Checkpoint.objects.create(size=size, root=root, note=signer().sign(str(body)))
