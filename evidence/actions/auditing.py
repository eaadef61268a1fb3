"""Asking for an audit, running it as a job, and keeping its report by content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

import recognition_audit
from accounts.models import Team, User
from accounts.rights import Right, may
from background.actions import cancel as cancel_job
from background.actions import enqueue
from evidence.errors import EvidenceRefused
from evidence.models import AuditRun, Report, Upload
from recognition_audit import Threshold
from register.models import Company

JOB = "evidence.audit"


@dataclass(frozen=True)
class Asked:
    run_id: UUID


@dataclass(frozen=True)
class Reported:
    sha256: str


def ask(
    *,
    team: Team,
    title: str,
    data: Upload,
    subjects: Upload | None,
    failed: Upload | None,
    kind: str,
    parameters: Mapping[str, Any],
    company: Company | None,
    actor: User,
    now: datetime,
) -> Asked:
    """Ask for an audit; a worker runs it. parameters: as `recognition_audit` takes them."""
    if not may(actor, Right.RUN_AUDIT, team):
        raise EvidenceRefused("no-right")
    is_verify = kind == AuditRun.Kind.VERIFY
    if is_verify and parameters.get("threshold") is None and parameters.get("at_fmr") is None:
        raise EvidenceRefused("no-threshold")
    if not is_verify and subjects is None:
        raise EvidenceRefused("no-truth")
    with transaction.atomic():
        run = AuditRun(
            team=team,
            asked_by=actor,
            asked_at=now,
            kind=kind,
            title=title,
            company=company,
            data=data,
            subjects=subjects,
            failed=failed,
            parameters=dict(parameters),
        )
        run.job = enqueue(kind=JOB, key=str(run.pk), payload={"run": str(run.pk)}, now=now)
        run.save(force_insert=True)
    return Asked(run.pk)


def cancel(*, run_id: UUID, actor: User, now: datetime) -> bool:
    """Stop an audit that is not finished."""
    run = AuditRun.objects.select_related("team").get(pk=run_id)
    if not may(actor, Right.RUN_AUDIT, run.team):
        raise EvidenceRefused("no-right")
    return cancel_job(job_id=run.job_id, now=now)


def compute(run: AuditRun, progress: Callable[[int, int], None]) -> recognition_audit.Report:
    """Run the audit; raises BadInput. The same run gives the same bytes."""
    given = dict(run.parameters)
    told = {name: given.get(name) or None for name in ("system", "labels", "source")}
    if run.kind == AuditRun.Kind.CLASSIFY:
        assert run.subjects is not None  # noqa: S101 - `ask` refuses otherwise
        return recognition_audit.classify(
            run.data.file.path,
            truth=run.subjects.file.path,
            attribute=given.get("attribute") or "gender",
            groups=given.get("groups") or None,
            progress=progress,
            **told,
        )
    steps = []
    if given.get("threshold") is not None:
        value = float(given["threshold"])
        steps = [Threshold(f"{value:g}", value, given.get("origin") or "given")]
    return recognition_audit.verify(
        run.data.file.path,
        subjects=run.subjects.file.path if run.subjects else None,
        failed=run.failed.file.path if run.failed else None,
        polarity=given.get("polarity") or None,
        thresholds=steps,
        at_fmr=given.get("at_fmr"),
        groups=given.get("groups") or None,
        progress=progress,
        **told,
    )


def keep(*, run_id: UUID, report: recognition_audit.Report, now: datetime) -> Reported:
    """Store a finished report once, by the hash of its bytes."""
    with transaction.atomic():
        run = AuditRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        findings = report.document["findings"]
        row = Report(
            sha256=report.sha256,
            document=report.to_bytes(),
            charts=recognition_audit.charts.all_charts(report.document),
            title=run.title,
            headline=findings[0]["text"] if findings else "",
            system=report.document["system"].get("name", ""),
            company=run.company,
            team=run.team,
            made_at=now,
        )
        Report.objects.bulk_create([row], ignore_conflicts=True)
        run.report_id = report.sha256
        run.save(update_fields=["report"])
    return Reported(report.sha256)


def publish(*, sha256: str, actor: User, now: datetime) -> Reported:
    """Show the report to everybody; it can be cited from then on, and never changes."""
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=sha256)
        if not report.may_be_published_by(actor):
            raise EvidenceRefused("no-right")
        if report.is_published:
            raise EvidenceRefused("published")
        report.published_at = now
        report.save(update_fields=["published_at"])
    return Reported(sha256)
