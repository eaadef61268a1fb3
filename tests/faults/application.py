"""The worker's application with a job of steps to be killed in, and short leases."""

import time
from datetime import timedelta

from config.celery import app

app.loader.import_default_modules()

from background import models, policy  # noqa: E402 - Django is set up by the line above
from background.jobs import job_kind  # noqa: E402
from privacy.actions import retaining  # noqa: E402
from signatures.actions import counting  # noqa: E402
from tests.faults import steps  # noqa: E402

policy.LEASE = models.LEASE = timedelta(seconds=2)
app.conf.beat_schedule = {
    name: entry | {"schedule": 0.5}
    for name, entry in app.conf.beat_schedule.items()
    if name in ("wake-work", "fold-counts")
}


@job_kind("tests.steps")
def run_steps(run):
    """Ten rows, one a step, each with its resume point in one transaction."""
    steps.do(run)


# Small batches, each long enough to be killed in.
retaining.ROWS_PER_BATCH = 20
erase = retaining._batch


def slow_batch(*values):
    time.sleep(steps.BATCH_SECONDS)
    return erase(*values)


retaining._batch = slow_batch
original = counting.ledger.apply


def slow_apply(**values):
    """Leave time to be killed between the deletion of the events and the commit."""
    result = original(**values)
    time.sleep(steps.FOLD_SECONDS)
    return result


counting.ledger.apply = slow_apply
__all__ = ["app"]
