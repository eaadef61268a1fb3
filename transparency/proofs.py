"""Reading the log: roots and proofs from the stored nodes, never from all leaves."""

from dataclasses import dataclass

from django.conf import settings

from transparency.merkle import tree
from transparency.merkle.note import Signer
from transparency.models import Checkpoint, LogEntry, LogNode


@dataclass(frozen=True)
class Inclusion:
    """All that a verifier needs besides the entry itself."""

    index: int
    size: int
    path: list[bytes]
    checkpoint: str


def signer() -> Signer:
    """Who signs the checkpoints of this log."""
    return Signer(settings.LOG_ORIGIN, settings.LOG_SIGNING_KEY)


def stored_subtree(start: int, size: int) -> bytes:
    """The hash of a complete subtree, from the database."""
    if size == 1:
        return bytes(LogEntry.objects.values_list("leaf_hash", flat=True).get(index=start))
    level = size.bit_length() - 1
    row = LogNode.objects.values_list("hash", flat=True).get(level=level, position=start // size)
    return bytes(row)


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("size").last()


def index_of(leaf: bytes) -> int | None:
    """Where a leaf stands in the log; None while it waits."""
    return LogEntry.objects.filter(leaf_hash=leaf).values_list("index", flat=True).first()


def latest_inclusion(leaf: bytes) -> Inclusion | None:
    """The proof of a leaf against the latest checkpoint; None while it waits."""
    index, checkpoint = index_of(leaf), latest_checkpoint()
    if index is None or checkpoint is None or index >= checkpoint.size:
        return None
    path = tree.inclusion_proof(stored_subtree, index, checkpoint.size)
    return Inclusion(index, checkpoint.size, path, checkpoint.note)
