from celery import shared_task
from django.utils import timezone

from transparency import actions


@shared_task
def append() -> None:
    """Append what waits to the public log."""
    actions.append(now=timezone.now())
