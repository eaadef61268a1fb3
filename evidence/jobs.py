"""The audit as a background job. Run again after a crash it gives the same report, once."""

from pathlib import Path
from uuid import UUID

from django.utils import timezone

from background.errors import JobFailed
from background.jobs import JobRun, job_kind
from evidence.actions import auditing
from evidence.actions.receiving import placed
from evidence.kinds import KINDS
from evidence.models import AuditRun
from recognition_audit import BadInput


@job_kind(auditing.JOB, attempts_max=3)
def audit(job: JobRun) -> None:
    """Compute the report and keep it."""
    run = AuditRun.objects.select_related("company", "team").get(pk=UUID(job.payload["run"]))
    try:
        report = auditing.compute(run, job.progress)
    except BadInput as problem:
        raise JobFailed(_words(run, problem)) from problem
    # Short audits tell nothing on the way: whoever stopped one is heard here.
    job.progress(1, 1)
    auditing.keep(run_id=run.pk, report=report, now=timezone.now())


def _words(run: AuditRun, problem: BadInput) -> str:
    """What is wrong and where; a file has the name of its field, since its own is not kept."""
    names = {Path(path).name: role for role, path in run.paths().items()}
    role = names.get(Path(problem.file).name)
    label = str(KINDS[run.kind].input(role).label) if role else problem.file
    return placed(problem, label)
