"""Waking a worker. That it fails costs a delay, never the work: beat wakes what is due."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)


def wake(task: str, *args: Any) -> bool:
    """Ask a worker to run a task now; False where no broker answers."""
    try:
        current_app.send_task(task, args=args)
    except (KombuError, OSError) as error:
        log.warning("No broker answers (%s); beat will wake the work.", type(error).__name__)
        return False
    return True


def wake_on_commit(task: str, *args: Any) -> None:
    """The same, once the rows that the worker is to find are committed."""
    transaction.on_commit(lambda: wake(task, *args), robust=True)
