"""What the proofs hold of people, and when it goes. That a relation was shown, and how, stays."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.retention import Rows, after_closing, short_lived
from proofs.models import Claim, Proof
from proofs.policy import CLAIM_DAYS

NOBODY = _("Nobody reads it; our programs use it.")


def _forget_mailboxes(rows: QuerySet[Any], now: datetime) -> None:  # noqa: ARG001
    rows.update(mailbox_digest=None)


def _over(now: datetime) -> QuerySet[Any]:
    """Attempts that nobody needs: given up, or decided by a mailbox, which needs no claim later."""
    by_mailbox = Q(state=Claim.State.PROVED, mailbox_digest__isnull=False)
    unneeded = Q(state__in=[Claim.State.OPEN, Claim.State.OVER]) | by_mailbox
    return Claim.objects.filter(unneeded, expires_at__lt=now - timedelta(days=CLAIM_DAYS))


after_closing(
    Rows(
        name="proofs.claims",
        holds=_("Your attempts to show a relation: by which way, when, and how they ended."),
        seen_by=_("Who decides on documents sees those that wait."),
        rows=lambda _now: Claim.objects.all(),
        held_in="scope",
    )
)
after_closing(
    Rows(
        name="proofs.mailboxes",
        holds=_("A keyed fingerprint of your work mailbox, so that it counts once."),
        seen_by=NOBODY,
        rows=lambda _now: Proof.objects.filter(mailbox_digest__isnull=False),
        held_in="scope",
        erase=_forget_mailboxes,
    )
)
short_lived(
    Rows(
        name="proofs.old-claims",
        holds=_("A code that was sent to a work mailbox, as a fingerprint, and when."),
        seen_by=NOBODY,
        rows=_over,
        held_in="scope",
        until=format_lazy(_("{days} days after the code is over"), days=CLAIM_DAYS),
    )
)
