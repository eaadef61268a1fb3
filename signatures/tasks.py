from celery import shared_task
from django.utils import timezone

from signatures.actions import counting, reviewing


@shared_task
def fold_counts() -> None:
    """Move waiting count events into the ledger."""
    counting.fold(now=timezone.now())


@shared_task
def recount() -> None:
    """Compare the ledger with the signatures, every night."""
    counting.recount(now=timezone.now())


@shared_task
def expire_documents() -> None:
    """Delete the documents that nobody decided on in time."""
    reviewing.expire(now=timezone.now())
