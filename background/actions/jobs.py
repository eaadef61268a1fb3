"""Enqueuing and running jobs."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from background.errors import JobFailed, JobLost
from background.jobs import KINDS, JobRun
from background.models import Job
from background.policy import backoff
from background.wakeups import wake_on_commit

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ran:
    """What became of an attempt; state None: there was nothing to do here."""

    state: str | None


def enqueue(*, kind: str, key: str, payload: Mapping[str, Any], now: datetime) -> Job:
    """Write a job down, once per kind and key, in the caller's transaction."""
    new = Job(kind=kind, key=key, payload=dict(payload), due_at=now)
    Job.objects.bulk_create([new], ignore_conflicts=True)
    job = Job.objects.get(kind=kind, key=key)
    wake_on_commit("background.tasks.run_job", str(job.pk))
    return job


def cancel(*, job_id: UUID, now: datetime) -> bool:
    """Stop a job; a handler that runs notices at its next sign of life."""
    open_ones = Job.objects.filter(pk=job_id, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return bool(open_ones.update(state=Job.State.CANCELLED, finished_at=now))


def run_job(*, job_id: UUID, now: datetime) -> Ran:
    """Claim the job and run its handler; a second worker that tries finds nothing to do."""
    claimed = Job.objects.claimable(now).filter(pk=job_id)
    if not claimed.update(
        state=Job.State.RUNNING, heartbeat_at=now, attempts=F("attempts") + 1, problem=""
    ):
        return Ran(None)
    job = Job.objects.get(pk=job_id)
    try:
        KINDS[job.kind].handler(JobRun(job))
    except JobLost:
        return Ran(None)
    except JobFailed as failure:
        return _end(job, Job.State.FAILED, problem=str(failure))
    except Exception:
        log.exception("Job %s of kind %s broke off.", job.pk, job.kind)
        return _try_again(job)
    return _end(job, Job.State.DONE)


def _try_again(job: Job) -> Ran:
    if job.attempts >= KINDS[job.kind].attempts_max:
        words = _("It broke off several times. The host has been told in the log.")
        return _end(job, Job.State.FAILED, problem=words)
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.RUNNING)
    mine.update(state=Job.State.WAITING, due_at=timezone.now() + backoff(job.attempts))
    return Ran(Job.State.WAITING)


def _end(job: Job, state: Job.State, problem: str = "") -> Ran:
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.RUNNING)
    ended = mine.update(state=state, problem=problem, finished_at=timezone.now())
    return Ran(state if ended else None)
