"""The job of the fault tests: each step leaves one row."""

import time

from django.db import transaction

from privacy import access_log
from privacy.verbs import verb

STEP = verb("tests.step", "did a step")
STEPS = 10
STEP_SECONDS = 0.25
FOLD_SECONDS = 0.4
BATCH_SECONDS = 0.1


def do(run):
    from django.utils import timezone

    for step in range(run.step_state.get("next", 0), STEPS):
        time.sleep(STEP_SECONDS)
        with transaction.atomic():
            access_log.record(
                actor_id=None, verb=STEP, subject=f"{run.id}:{step}", now=timezone.now()
            )
            run.save_step({"next": step + 1})
