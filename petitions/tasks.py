from celery import shared_task
from django.utils import timezone

from petitions.actions import lifecycle


@shared_task
def close_due() -> None:
    """Close every petition whose closing day is over."""
    lifecycle.close_due(now=timezone.now())
