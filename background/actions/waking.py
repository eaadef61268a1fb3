"""Waking what is due, overdue or abandoned: what makes losing the broker harmless."""

from dataclasses import dataclass
from datetime import datetime

from background.models import Job, OutboxMail
from background.policy import WAKE_AT_ONCE_MAX
from background.wakeups import wake


@dataclass(frozen=True)
class Woken:
    jobs: int
    mails: int


def wake_due(*, now: datetime) -> Woken:
    """Wake a worker for each job and mail that should be moving."""
    jobs = Job.objects.claimable(now).order_by("due_at")
    mails = OutboxMail.objects.due(now).order_by("due_at")
    job_ids = list(jobs.values_list("pk", flat=True)[:WAKE_AT_ONCE_MAX])
    mail_ids = list(mails.values_list("pk", flat=True)[:WAKE_AT_ONCE_MAX])
    for job_id in job_ids:
        wake("background.tasks.run_job", str(job_id))
    for mail_id in mail_ids:
        wake("background.tasks.deliver_mail", str(mail_id))
    return Woken(len(job_ids), len(mail_ids))
