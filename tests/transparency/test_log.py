"""The log: one writer, no gap, nothing changed afterwards."""

import pytest
from django.db import InternalError, transaction

from tests.parallel import at_once
from tests.people import NOON
from transparency import proofs
from transparency.actions import append, queue
from transparency.errors import LogForked
from transparency.merkle import note, tree
from transparency.merkle.checkpoint import CheckpointBody
from transparency.models import Checkpoint, LogEntry, QueuedEntry


def put(number):
    queue(entry={"t": "named", "n": number}, group="g")


def body_of(text):
    return CheckpointBody.parse(note.verify(text, proofs.signer().verifier))


def test_the_served_checkpoint_is_signed_and_covers_every_entry(client, db):
    assert body_of(client.get("/log/checkpoint").content.decode()).size == 0
    for number in range(5):
        put(number)

    append(now=NOON)

    body = body_of(client.get("/log/checkpoint").content.decode())
    leaves = [bytes(leaf) for leaf in LogEntry.objects.values_list("leaf_hash", flat=True)]
    assert (body.size, body.root) == (5, tree.root(tree.from_leaves(leaves), 5))


def test_each_batch_keeps_the_one_before_it_and_every_entry_can_be_proved(db):
    old = None
    for size in (1, 3, 7, 8, 20):
        for number in range(size):
            put(f"{size}.{number}")
        append(now=NOON)
        new = body_of(proofs.latest_checkpoint().note)
        if old:
            path = tree.consistency_proof(proofs.stored_subtree, old.size, new.size)
            assert tree.verify_consistency(
                old=old.size, new=new.size, old_root=old.root, new_root=new.root, path=path
            )
        old = new
    for entry in LogEntry.objects.all():
        leaf = bytes(entry.leaf_hash)
        found = proofs.latest_inclusion(leaf)
        assert tree.verify_inclusion(
            leaf=leaf, index=found.index, size=found.size, path=found.path, root_hash=old.root
        )


@pytest.mark.django_db(transaction=True)
def test_many_writers_leave_no_gap_and_no_double():
    def act(number):
        put(number)
        append(now=NOON)

    assert at_once(24, act, threads=8) == [None] * 24
    append(now=NOON)

    assert list(LogEntry.objects.values_list("index", flat=True)) == list(range(24))
    assert QueuedEntry.objects.count() == 0
    assert body_of(proofs.latest_checkpoint().note).size == 24


def test_the_database_refuses_to_change_the_log(db):
    put(1)
    append(now=NOON)
    for change in (
        lambda: LogEntry.objects.update(entry=b""),
        lambda: LogEntry.objects.all().delete(),
        lambda: Checkpoint.objects.update(note=""),
    ):
        with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
            change()


def test_a_log_that_is_shorter_than_what_was_signed_refuses_to_go_on(db):
    put(1)
    append(now=NOON)
    Checkpoint.objects.create(size=9, root=bytes(32), note="a restored backup forgot these")
    put(2)

    with pytest.raises(LogForked):
        append(now=NOON)

    assert QueuedEntry.objects.count() == 1
