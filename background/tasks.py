from uuid import UUID

from celery import shared_task
from django.utils import timezone

from background import actions, retention


@shared_task
def run_job(job_id: str) -> None:
    """Run a job, if it is still to be run."""
    actions.run_job(job_id=UUID(job_id), now=timezone.now())


@shared_task
def deliver_mail(mail_id: str) -> None:
    """Send a mail, if it is still to be sent."""
    actions.deliver_mail(mail_id=UUID(mail_id), now=timezone.now())


@shared_task
def retain() -> None:
    """Ask for tonight's run of the retention schedule."""
    now = timezone.now()
    actions.enqueue(kind=retention.JOB, key=retention.key_of(now.date()), payload={}, now=now)


@shared_task
def wake() -> None:
    """Wake what is due."""
    actions.wake_due(now=timezone.now())
