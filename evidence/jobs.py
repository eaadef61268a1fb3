"""The audit as a background job. Run again after a crash it gives the same report, once."""

from uuid import UUID

from django.utils import timezone

from background.errors import JobFailed
from background.jobs import JobRun, job_kind
from evidence.actions import auditing
from evidence.models import AuditRun
from recognition_audit import BadInput


@job_kind(auditing.JOB, attempts_max=3)
def audit(job: JobRun) -> None:
    """Compute the report and keep it."""
    runs = AuditRun.objects.select_related("data", "subjects", "failed", "team")
    run = runs.get(pk=UUID(job.payload["run"]))
    try:
        report = auditing.compute(run, job.progress)
    except BadInput as problem:
        raise JobFailed(str(problem)) from problem
    auditing.keep(run_id=run.pk, report=report, now=timezone.now())
