"""kill -9 in the middle of retention: the next worker goes on, and each row is counted once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from background.actions import enqueue
from background.models import Job
from background.retention import JOB
from petitions.actions import lifecycle
from petitions.models import Petition
from privacy.models import Erasure
from signatures.models import Signature
from tests.factories import open_petition
from tests.faults.workers import Sink, kill, wait_until, workers_in
from tests.people import NOON

SIGNERS = 240
PATIENCE_SECONDS = 90  # a second worker starts

pytestmark = [
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.timeout(240),
    pytest.mark.django_db(transaction=True),
]


def signed_by_many(petition):
    text = petition.texts()[0]
    rows = [
        Signature(
            petition=petition, version=text, relation="public", state="confirmed",
            address_digest=number.to_bytes(32, "big"), address=b"sealed",
            received_on=NOON.date(), confirmed_on=NOON.date(), consents={"keep": "yes"},
        )
        for number in range(SIGNERS)
    ]  # fmt: skip
    Signature.objects.bulk_create(rows)


def test_a_worker_killed_in_the_middle_of_erasing_leaves_the_rest_to_the_next(tmp_path, team, ben):
    petition = open_petition(team, ben, keep_days=1)
    signed_by_many(petition)
    lifecycle.close(petition_id=petition.pk, actor=ben, now=NOON)
    Petition.objects.update(closed_on=timezone.now().date() - timedelta(days=3))
    left = Signature.objects.filter(anonymised_on=None)
    started = []
    with Sink() as sink:
        workers = workers_in(tmp_path, sink.port)
        try:
            started += [workers.start("beat"), workers.start()]
            job = enqueue(kind=JOB, key="tonight", payload={}, now=timezone.now())
            wait_until(lambda: 0 < left.count() < SIGNERS)

            kill(started[-1])
            assert left.count() > 0
            assert Erasure.objects.get().erased_on is None
            started.append(workers.start())

            wait_until(lambda: Job.objects.get(pk=job.pk).state == Job.State.DONE, PATIENCE_SECONDS)
        finally:
            for process in started:
                if process.poll() is None:
                    kill(process)
    erasure = Erasure.objects.get()
    assert erasure.erased_on is not None
    assert erasure.rows["signatures.people"] == SIGNERS
    assert left.count() == 0
    assert Job.objects.get(pk=job.pk).attempts == 2
    assert Signature.objects.countable().count() == SIGNERS
