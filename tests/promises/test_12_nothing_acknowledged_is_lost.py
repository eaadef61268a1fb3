"""Promise 12 and 3: kill -9 of the worker and an emptied broker delay, and never lose or double."""

import time

import pytest
from django.utils import timezone

from background.actions import enqueue
from background.models import Job, OutboxMail
from petitions.models import Total
from privacy.models import AccessRecord
from signatures.models import CountEvent, Signature
from tests.factories import confirmed, open_petition, sign
from tests.faults import steps
from tests.faults.workers import Sink, kill, wait_until, workers_in

pytestmark = [
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.timeout(180),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def workers(sink, tmp_path):
    workers = workers_in(tmp_path, sink.port)
    started = []
    start = workers.start

    def remembered(kind="worker"):
        started.append(start(kind))
        return started[-1]

    workers.start = remembered
    yield workers
    for process in started:
        if process.poll() is None:
            kill(process)


def steps_done():
    return AccessRecord.objects.filter(verb="tests.step").count()


def test_a_killed_worker_and_an_emptied_broker_leave_each_step_done_once(workers):
    beat = workers.start("beat")
    worker = workers.start()
    job = enqueue(kind="tests.steps", key="one", payload={}, now=timezone.now())
    wait_until(lambda: steps_done() >= 3)

    kill(worker)
    kill(beat)
    workers.empty_the_broker()
    assert steps_done() < steps.STEPS
    workers.start("beat")
    workers.start()

    wait_until(lambda: Job.objects.get(pk=job.pk).state == Job.State.DONE)
    subjects = list(
        AccessRecord.objects.filter(verb="tests.step").values_list("subject", flat=True)
    )
    assert sorted(subjects) == [f"{job.pk}:{step}" for step in range(steps.STEPS)]


def test_mail_posted_while_broker_and_worker_are_gone_arrives_once(workers, sink, team, ben):
    petition = open_petition(team, ben)
    for number in range(12):
        sign(petition, f"person{number}@mail.example")
    OutboxMail.objects.update(due_at=timezone.now())  # the factories' day need not be today
    workers.empty_the_broker()

    workers.start("beat")
    worker = workers.start()
    wait_until(lambda: len(sink.messages) >= 4)
    kill(worker)
    workers.empty_the_broker()
    workers.start()

    waiting = OutboxMail.objects.filter(state=OutboxMail.State.WAITING)
    wait_until(lambda: not waiting.exists())
    receivers = sorted(to for tos, _text in sink.messages for to in tos)
    # A worker killed between the server's yes and the commit sends again, under the same id.
    identities = {
        (tuple(tos), text.split("Message-ID: ")[1].split()[0]) for tos, text in sink.messages
    }
    assert sorted(set(receivers)) == sorted(f"person{n}@mail.example" for n in range(12))
    assert len(identities) == 12
    assert len(receivers) <= 13
    assert {bytes(mail.address) for mail in OutboxMail.objects.all()} == {b""}


def test_a_worker_killed_in_the_middle_of_folding_leaves_an_exact_count(workers, team, ben):
    petition = open_petition(team, ben)
    for number in range(15):
        confirmed(petition, f"person{number}@mail.example", "public")
    workers.start("beat")
    worker = workers.start()
    wait_until(lambda: worker.poll() is None and _folding())

    kill(worker)
    time.sleep(0.2)
    workers.start()

    wait_until(lambda: not CountEvent.objects.exists())
    total = Total.objects.get(petition=petition, relation="public")
    assert total.total == Signature.objects.countable().count() == 15


def _folding():
    """Whether some folder holds the advisory lock right now."""
    from django.db import connection

    from signatures.actions.counting import FOLD_LOCK

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND (classid::bigint << 32 | objid::bigint) = %s",
            [FOLD_LOCK],
        )
        return cursor.fetchone()[0] > 0
