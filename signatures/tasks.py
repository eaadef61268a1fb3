from celery import shared_task
from django.utils import timezone

from signatures.actions import ageing, counting, reviewing, together


@shared_task
def fold_counts() -> None:
    """Move waiting count events into the ledger."""
    counting.fold(now=timezone.now())


@shared_task
def recount() -> None:
    """Compare the ledger with the signatures, every night."""
    counting.recount(now=timezone.now())


@shared_task
def reveal_together() -> None:
    """Tell signers that enough agreed, and show those who were told long enough ago."""
    together.advance_all(now=timezone.now())


@shared_task
def age_proofs() -> None:
    """Tell whose proof ends soon, and let what has ended fall, every night."""
    now = timezone.now()
    ageing.remind_all(now=now)
    ageing.expire_all(now=now)


@shared_task
def expire_documents() -> None:
    """Delete the documents that nobody decided on in time."""
    reviewing.expire(now=timezone.now())
