"""What background work holds of people, and the nightly job that keeps the schedule."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from background.jobs import JobRun, job_kind
from background.models import OutboxMail
from background.policy import (
    DEMO_MAIL_DAYS,
    FAILED_MAIL_DAYS,
    RETENTION_ATTEMPTS_MAX,
    SENT_MAIL_DAYS,
    STUCK_MAIL_DAYS,
)
from privacy.actions import retaining
from privacy.errors import RetentionBroke
from privacy.retention import Files, Rows, short_lived

JOB = "privacy.retain"
NOBODY = _("Nobody reads it; our programs use it.")


@job_kind(JOB, attempts_max=RETENTION_ATTEMPTS_MAX)
def retain(job: JobRun) -> None:
    """Erase what is due. What is left to do is in the rows, so a new attempt goes on there."""
    steps = retaining.steps(now=timezone.now())
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            failed = end.value.failed
            break
        job.progress(step.done, step.total, step.name)
    if failed:
        raise RetentionBroke(", ".join(part.name for part in failed))


def key_of(day: date) -> str:
    """One run a night."""
    return day.isoformat()


def _in_state(state: str, days: int, now: datetime) -> QuerySet[Any]:
    return OutboxMail.objects.filter(state=state, due_at__lt=now - timedelta(days=days))


def _give_up(rows: QuerySet[Any], now: datetime) -> None:  # noqa: ARG001
    rows.update(state=OutboxMail.State.FAILED, address=b"", context=b"")


short_lived(
    Rows(
        name="background.stuck-mail",
        holds=_("A mail that could not be sent yet: address and words, encrypted."),
        seen_by=NOBODY,
        rows=lambda now: _in_state(OutboxMail.State.WAITING, STUCK_MAIL_DAYS, now),
        erase=_give_up,
        clears=("address", "context"),
        until=format_lazy(
            _("erased once it is sent; else after {days} days"), days=STUCK_MAIL_DAYS
        ),
    )
)
short_lived(
    Rows(
        name="background.sent-mail",
        holds=_("That a mail of some kind was sent at a time, without address and words."),
        seen_by=NOBODY,
        rows=lambda now: _in_state(OutboxMail.State.SENT, SENT_MAIL_DAYS, now),
        until=format_lazy(_("{days} days later"), days=SENT_MAIL_DAYS),
    )
)
short_lived(
    Rows(
        name="background.failed-mail",
        holds=_("That a mail of some kind could not be sent, without address and words."),
        seen_by=_("The organisers see how many there are."),
        rows=lambda now: _in_state(OutboxMail.State.FAILED, FAILED_MAIL_DAYS, now),
        until=format_lazy(_("{days} days later"), days=FAILED_MAIL_DAYS),
    )
)
short_lived(
    Files(
        name="background.mail-files",
        holds=_("On a host that writes mail to files instead of sending it: those files."),
        seen_by=_("Who keeps the host; in the demonstration everybody."),
        folder=lambda: Path(settings.EMAIL_FILE_PATH),
        days=DEMO_MAIL_DAYS,
        until=format_lazy(_("{days} days later"), days=DEMO_MAIL_DAYS),
    )
)
