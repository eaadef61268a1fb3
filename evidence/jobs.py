"""The audit as a background job. Run again after a crash it gives the same report, once."""

import re
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from background.errors import JobFailed
from background.jobs import JobRun, job_kind
from evidence.actions import auditing
from evidence.actions.receiving import placed
from evidence.fields import PARAMETERS
from evidence.kinds import KINDS, Kind
from evidence.models import AuditRun
from recognition_audit import BadInput

FLAG = re.compile(r"--([a-z][a-z-]*)")
# Where the form calls it otherwise than the command line does.
FIELD_OF = {
    "threshold": "thresholds",
    "column": "columns",
    "rank": "ranks",
    "distance": "polarity",
    "similarity": "polarity",
}


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
    kind = KINDS[run.kind]
    names = {Path(path).name: role for role, path in run.paths().items()}
    role = names.get(Path(problem.file).name)
    words = FLAG.sub(lambda found: _field(kind, found[1]) or found[0], problem.words)
    place = str(kind.input(role).label) if role else problem.file
    return placed(BadInput(words, row=problem.row, column=problem.column), place)


def _field(kind: Kind, flag: str) -> str:
    """The field of the form that stands for a flag of the command line; "" where there is none."""
    name = FIELD_OF.get(flag, flag.replace("-", "_"))
    labels = {one.role: one.label for one in kind.inputs}
    labels |= {field: PARAMETERS[field]().label for field in kind.fields}
    if name not in labels:
        return ""
    return f"“{labels[name]}: {flag}”" if name == "polarity" else f"“{labels[name]}”"
