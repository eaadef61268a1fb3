"""The kinds of jobs, and what a handler holds while it runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from background.errors import JobLost
from background.models import Job
from background.policy import ATTEMPTS_MAX, HEARTBEAT_SECONDS


class JobRun:
    """One attempt at a job: its payload, its resume point, and its sign of life."""

    def __init__(self, job: Job) -> None:
        self.id = job.pk
        self.payload: dict[str, Any] = job.payload
        self.step_state: dict[str, Any] = job.step_state
        self.attempt = job.attempts
        self._told = 0.0

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Say how far the work is, at most twice a second; raises JobLost."""
        if time.monotonic() - self._told < HEARTBEAT_SECONDS and done < total:
            return
        self._told = time.monotonic()
        self._write(done=done, total=total, words=words)

    def save_step(self, state: dict[str, Any]) -> None:
        """Keep the resume point; call it in the transaction of the step's own rows."""
        self.step_state = state
        self._write(step_state=state)

    def _write(self, **values: Any) -> None:
        # The attempt's number is the token of ownership: whoever takes over counts it up.
        mine = Job.objects.filter(pk=self.id, state=Job.State.RUNNING, attempts=self.attempt)
        if not mine.update(heartbeat_at=timezone.now(), **values):
            raise JobLost


Handler = Callable[[JobRun], None]


@dataclass(frozen=True)
class JobKind:
    name: str
    handler: Handler
    attempts_max: int


KINDS: dict[str, JobKind] = {}


def job_kind(name: str, *, attempts_max: int = ATTEMPTS_MAX) -> Callable[[Handler], Handler]:
    """Register a handler. It may be run again after a crash, so each step must be repeatable."""

    def register(handler: Handler) -> Handler:
        KINDS[name] = JobKind(name, handler, attempts_max)
        return handler

    return register
