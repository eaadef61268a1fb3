"""What happens to signatures in the background. Each step can be repeated."""

from uuid import UUID

from django.utils import timezone

from background.jobs import JobRun, job_kind
from signatures.actions import invitations, standing, vouching


@job_kind(standing.JOB)
def look_again(job: JobRun) -> None:
    """Let fall what rests on somebody whose own proof fell."""
    vouching.look_again(signature_id=UUID(job.payload["signature"]), now=timezone.now())


@job_kind(invitations.JOB)
def let_invited_fall(job: JobRun) -> None:
    """Let fall, some at a time, what was shown by codes that leaked."""
    invitations.let_fall(batch_id=UUID(job.payload["batch"]), progress=job.progress)
