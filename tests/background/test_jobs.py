"""Jobs: claimed by one worker at a time, resumed, tried again, and ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from background import jobs
from background.actions import cancel, enqueue, run_job, wake_due
from background.errors import JobFailed
from background.jobs import job_kind
from background.models import Job
from background.policy import ATTEMPTS_MAX, LEASE, backoff
from tests.parallel import at_once


@pytest.fixture
def kind():
    """Register a handler for one test under the name tests.job."""

    def register(handler):
        job_kind("tests.job")(handler)

    yield register
    jobs.KINDS.pop("tests.job", None)


def new(key="one", **payload):
    return enqueue(kind="tests.job", key=key, payload=payload, now=timezone.now())


def test_a_job_is_written_once_per_key(db):
    assert new().pk == new().pk
    assert Job.objects.count() == 1


def test_a_job_goes_with_the_transaction_that_caused_it(db):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        new()
        raise RuntimeError

    assert not Job.objects.exists()


def test_a_job_runs_and_says_how_far_it_is(db, kind):
    def handler(run):
        run.progress(3, 4, "halfway and a bit")
        run.progress(4, 4, "all of it")

    kind(handler)
    job = new()

    ran = run_job(job_id=job.pk, now=timezone.now())
    job.refresh_from_db()

    assert ran.state == job.state == Job.State.DONE
    assert (job.percent, job.words) == (100, "all of it")
    assert job.finished_at is not None


def test_a_job_that_is_done_is_not_done_again(db, kind):
    calls = []
    kind(calls.append)
    job = new()

    for _ in range(3):
        run_job(job_id=job.pk, now=timezone.now())

    assert len(calls) == 1


def test_a_refusal_ends_the_job_with_its_words(db, kind):
    def handler(run):
        raise JobFailed("Row 3, column score: “x” is not a number.")

    kind(handler)
    job = new()

    run_job(job_id=job.pk, now=timezone.now())
    job.refresh_from_db()

    assert (job.state, job.problem) == (
        Job.State.FAILED,
        "Row 3, column score: “x” is not a number.",
    )


def test_a_break_is_tried_again_later_and_later_and_then_ends(db, kind, caplog):
    def handler(run):
        raise ZeroDivisionError

    kind(handler)
    job = new()
    waits = []

    for _ in range(ATTEMPTS_MAX):
        job.refresh_from_db()
        now = max(timezone.now(), job.due_at)
        run_job(job_id=job.pk, now=now)
        job.refresh_from_db()
        waits.append(job.due_at - timezone.now())

    assert job.state == Job.State.FAILED
    assert waits[1] > waits[0]
    assert backoff(2) == 4 * backoff(1)
    assert "broke off" in job.problem


def test_a_job_before_its_time_stays(db, kind):
    kind(lambda run: None)
    job = new()

    assert run_job(job_id=job.pk, now=job.due_at - timedelta(seconds=1)).state is None


def test_a_job_goes_on_where_it_was(db, kind):
    seen = []

    def handler(run):
        start = run.step_state.get("next", 0)
        seen.append(start)
        run.save_step({"next": start + 1})
        if start == 0:
            raise ZeroDivisionError

    kind(handler)
    job = new()

    run_job(job_id=job.pk, now=timezone.now())
    run_job(job_id=job.pk, now=timezone.now() + timedelta(minutes=1))

    assert seen == [0, 1]


def test_an_abandoned_job_is_taken_over_and_its_first_worker_stops(db, kind):
    order = []

    def handler(run):
        order.append(run.attempt)
        if run.attempt == 1:
            later = timezone.now() + LEASE + timedelta(seconds=1)
            run_job(job_id=run.id, now=later)  # another worker, after the lease
            run.progress(1, 1)  # the first one wakes up and is told that it lost the job
            order.append("never")

    kind(handler)
    job = new()

    assert run_job(job_id=job.pk, now=timezone.now()).state is None
    assert order == [1, 2]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)


def test_a_cancelled_job_stops_at_its_next_sign_of_life(db, kind):
    def handler(run):
        assert cancel(job_id=run.id, now=timezone.now())
        run.progress(1, 2)
        raise AssertionError("it went on")

    kind(handler)
    job = new()

    run_job(job_id=job.pk, now=timezone.now())
    job.refresh_from_db()

    assert job.state == Job.State.CANCELLED
    assert not cancel(job_id=job.pk, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_runs_the_job(kind):
    calls = []
    kind(lambda run: calls.append(run.id))
    job = new()

    states = [
        ran.state
        for ran in at_once(20, lambda _: run_job(job_id=job.pk, now=timezone.now()), threads=20)
    ]

    assert len(calls) == 1
    assert states.count(Job.State.DONE) == 1


def test_beat_wakes_what_is_due_and_nothing_else(db, kind):
    kind(lambda run: None)
    now = timezone.now()
    new("due")
    Job.objects.create(kind="tests.job", key="later", due_at=now + timedelta(hours=1))
    Job.objects.create(kind="tests.job", key="alive", state="running", heartbeat_at=now, due_at=now)
    Job.objects.create(
        kind="tests.job", key="dead", state="running", heartbeat_at=now - 2 * LEASE, due_at=now
    )
    Job.objects.create(kind="tests.job", key="done", state="done", due_at=now)

    assert wake_due(now=timezone.now()).jobs == 2
