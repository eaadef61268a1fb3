"""A job and a mail: rows written in the transaction that causes them."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from background.policy import LEASE, MAIL_ATTEMPTS_MAX
from privacy.fields import SealedTextField
from privacy.keys import SITE


class JobQuerySet(models.QuerySet["Job"]):
    def claimable(self, now: datetime) -> Self:
        """Waiting and due, or running without a sign of life for longer than a lease."""
        waiting = Q(state=Job.State.WAITING, due_at__lte=now)
        abandoned = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - LEASE)
        return self.filter(waiting | abandoned)


class Job(models.Model):
    """Long work in resumable steps, with progress that people can watch."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step_state = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state=OutboxMail.State.WAITING, due_at__lte=now)


class OutboxMail(models.Model):
    """A mail to be sent. Address and content are encrypted, and wiped once it is gone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    address = SealedTextField(scope=SITE)
    context = SealedTextField(scope=SITE)
    language = models.CharField(max_length=8)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()

    objects = OutboxMailQuerySet.as_manager()

    if TYPE_CHECKING:  # made by the fields

        def seal_address(self, text: str | None) -> None: ...

        def reveal_address(self) -> str: ...

        def seal_context(self, text: str | None) -> None: ...

        def reveal_context(self) -> str: ...

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(address=b"", context=b""),
                name="mail_gone_is_wiped",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=MAIL_ATTEMPTS_MAX), name="mail_attempts_end"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
