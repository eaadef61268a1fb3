"""Asking for an audit, running it as a job, and keeping its report by content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.text import Truncator

import recognition_audit
from accounts.models import Team, User
from accounts.rights import Right, may
from background.actions import cancel as cancel_job
from background.actions import enqueue
from evidence.actions import receiving
from evidence.errors import EvidenceRefused
from evidence.kinds import KINDS
from evidence.models import AuditRun, Report, RunFile, Upload
from recognition_audit.reading import systems
from register.models import Company, Contract

JOB = "evidence.audit"
SYSTEM_MAX = 200  # characters, as Report.system has room for


@dataclass(frozen=True)
class Asked:
    run_id: UUID


@dataclass(frozen=True)
class Reported:
    sha256: str


def hand_in(
    *, team: Team, files: "Mapping[str, File[Any]]", actor: User, now: datetime, **asked: Any
) -> Asked:
    """Store the files and ask for an audit of them, as `ask` does; or keep nothing."""
    with receiving.all_or_none(team=team, files=files, actor=actor) as uploads:
        return ask(team=team, files=uploads, actor=actor, now=now, **asked)


def ask(
    *,
    team: Team,
    title: str,
    kind: str,
    files: Mapping[str, Upload],
    parameters: Mapping[str, Any],
    company: Company | None,
    product: str = "",
    actor: User,
    now: datetime,
) -> Asked:
    """Ask for an audit; a worker runs it.

    files : by their role. parameters : keywords of the kind's maker in `recognition_audit`.
    product : the product under contract that the system tested is, as the register names it.
    """
    if not may(actor, Right.RUN_AUDIT, team):
        raise EvidenceRefused("no-right")
    if any(upload.team_id != team.pk for upload in files.values()):
        raise EvidenceRefused("no-right")
    _refuse_faults(kind, files, parameters)
    if product and not Contract.objects.filter(company=company, product=product).exists():
        raise EvidenceRefused("unknown-product")
    with transaction.atomic():
        run = AuditRun(
            team=team,
            asked_by=actor,
            asked_at=now,
            kind=kind,
            title=title,
            company=company,
            product=product,
            parameters=dict(parameters),
        )
        run.job = enqueue(kind=JOB, key=str(run.pk), payload={"run": str(run.pk)}, now=now)
        run.save(force_insert=True)
        RunFile.objects.bulk_create(
            RunFile(run=run, role=role, upload=upload) for role, upload in files.items()
        )
    return Asked(run.pk)


def _refuse_faults(kind: str, files: Mapping[str, Upload], parameters: Mapping[str, Any]) -> None:
    known = KINDS.get(kind)
    if known is None:
        raise EvidenceRefused("unknown-kind")
    for one in known.inputs:
        if one.required and one.role not in files:
            raise EvidenceRefused("no-file", label=one.label)
    for _field, code in known.faults(parameters, files):
        raise EvidenceRefused(code)


def cancel(*, run_id: UUID, actor: User, now: datetime) -> bool:
    """Stop an audit that is not finished."""
    run = AuditRun.objects.select_related("team").get(pk=run_id)
    if not may(actor, Right.RUN_AUDIT, run.team):
        raise EvidenceRefused("no-right")
    return cancel_job(job_id=run.job_id, now=now)


def compute(run: AuditRun, progress: Callable[[int, int], None]) -> recognition_audit.Report:
    """Run the audit; raises BadInput. The same run gives the same bytes."""
    return KINDS[run.kind].run(run.paths(), run.parameters, progress)


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
            system=_tested(report.document),
            company=run.company,
            product=run.product,
            team=run.team,
            made_at=now,
        )
        Report.objects.bulk_create([row], ignore_conflicts=True)
        run.report_id = report.sha256
        run.save(update_fields=["report"])
    return Reported(report.sha256)


def _tested(document: Mapping[str, Any]) -> str:
    """The system, or the systems of a published table, in one line."""
    return Truncator(", ".join(systems(document))).chars(SYSTEM_MAX)


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
