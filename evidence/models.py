"""Uploaded scores, the runs of the audit over them, and the reports that came of it."""

import json
import uuid
from functools import cached_property
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import Right, teams_with
from background.models import Job
from evidence.kinds import KINDS
from recognition_audit.charts import CHARTS
from register.models import Company


def upload_name(upload: "Upload", _name: str) -> str:
    """A name of our own: what the file was called on somebody's computer is not kept."""
    return f"uploads/{upload.pk}{upload.suffix}"


class Upload(models.Model):
    """One file of scores, predictions or labels."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=upload_name)
    suffix = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return self.sha256[:12]


class ReportQuerySet(models.QuerySet["Report"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False).order_by("-published_at")

    def visible_to(self, actor: Any) -> Self:
        """The published ones, and those that the actor's own teams computed."""
        own = AuditRun.objects.filter(team__in=teams_with(actor, Right.READ_PETITION))
        return self.filter(Q(published_at__isnull=False) | Q(pk__in=own.values("report")))


class Report(models.Model):
    """A report by its content: the same bytes are the same row, and they never change."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    document = models.BinaryField()
    charts = models.JSONField(default=dict)
    title = models.CharField(_("title"), max_length=200)
    headline = models.TextField(blank=True)
    system = models.CharField(_("system tested"), max_length=200)
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    # As the register had it when the audit was asked for: a report says what it said.
    product = models.CharField(
        _("product under contract that it tests"), max_length=200, blank=True
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    published_at = models.DateTimeField(_("published"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="report_has_a_hash"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="reports_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="report_bytes_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__document__df=pgtrigger.F("new__document")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evidence:report-detail", args=[self.sha256])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @cached_property
    def content(self) -> dict[str, Any]:
        return json.loads(bytes(self.document))

    @property
    def findings(self) -> list[dict[str, Any]]:
        return self.content["findings"]

    @property
    def limits(self) -> list[str]:
        return self.content["limits"]

    def may_be_published_by(self, actor: Any) -> bool:
        """Whether the actor has the right in a team that computed these very bytes."""
        return self.runs.filter(team__in=teams_with(actor, Right.PUBLISH_REPORT)).exists()

    @property
    def tested(self) -> str:
        """The system tested; always said."""
        return self.system or str(_("a system that the report does not name"))

    @property
    def lead_chart(self) -> str:
        """The first of its charts in the order of a page; "" where it has none."""
        return next((self.charts[one.name] for one in CHARTS if one.name in self.charts), "")


class AuditRun(models.Model):
    """One run of the audit: what was asked, on which files, and the report that came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    kind = models.CharField(_("kind"), max_length=20)  # a name in evidence.kinds
    title = models.CharField(_("title"), max_length=200)
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    product = models.CharField(_("product"), max_length=200, blank=True)
    parameters = models.JSONField(default=dict)
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="runs")

    class Meta:
        verbose_name = _("audit run")
        verbose_name_plural = _("audit runs")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evidence:run-detail", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind].label)

    def paths(self) -> dict[str, str]:
        """Where its files are, by role."""
        return {one.role: one.upload.file.path for one in self.files.select_related("upload")}


class RunFile(models.Model):
    """A file of a run, and what it is there: scores, subjects, true labels, …"""

    run = models.ForeignKey(AuditRun, models.CASCADE, related_name="files")
    role = models.CharField(max_length=20)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a run")
        verbose_name_plural = _("files of runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "role"], name="run_has_a_file_once_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.upload}"
