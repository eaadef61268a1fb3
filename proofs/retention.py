"""What the proofs hold of people, and when it goes. That a relation was shown, and how, stays."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.retention import Rows, after_closing, short_lived
from proofs.models import Claim, Document, InvitationBatch, InvitationCode, Proof, Tries, Vouch
from proofs.policy import CLAIM_DAYS

NOBODY = _("Nobody reads it; our programs use it.")
FINGERPRINTS = ("mailbox_digest", "person_digest", "image_digest")


def _with_fingerprints(now: datetime) -> QuerySet[Any]:  # noqa: ARG001
    return Proof.objects.exclude(**dict.fromkeys(FINGERPRINTS))


def _forget_fingerprints(rows: QuerySet[Any], now: datetime) -> None:  # noqa: ARG001
    rows.update(**dict.fromkeys(FINGERPRINTS))


def _phrases_over(now: datetime) -> QuerySet[Any]:
    """Phrases that nobody can enter any more; the words that were given are other rows."""
    last = now - timedelta(days=CLAIM_DAYS)
    return Vouch.objects.filter(phrase_digest__isnull=False, expires_at__lt=last)


def _cards_over(now: datetime) -> QuerySet[Any]:
    """Codes that nobody used, of cards that are called back or too old."""
    over = Q(batch__revoked_on__isnull=False) | Q(batch__valid_until__lt=now.date())
    return InvitationCode.objects.filter(over)


def _over(now: datetime) -> QuerySet[Any]:
    """Attempts that nobody needs: given up, or decided by a mailbox, which needs no claim later.

    Not those that wait for others: reviewers end theirs by the day, and words of colleagues count
    for months, for a claim that goes on waiting.
    """
    by_mailbox = Q(state=Claim.State.PROVED, mailbox_digest__isnull=False)
    unneeded = Q(state__in=[Claim.State.OPEN, Claim.State.OVER]) | by_mailbox
    return Claim.objects.filter(unneeded, expires_at__lt=now - timedelta(days=CLAIM_DAYS))


after_closing(
    Rows(
        name="proofs.documents",
        holds=_(
            "A picture of a document that waits, encrypted to the reviewers; keyed fingerprints of "
            "it and of the name on it; what each reviewer found. It goes with the verdict already."
        ),
        seen_by=_("The reviewers of the petition; each look is written down."),
        rows=lambda _now: Document.objects.all(),
        held_in="claim__scope",
    )
)
after_closing(
    Rows(
        name="proofs.claims",
        holds=_(
            "Your attempts to show a relation: by which way, when, and how they ended; of a code "
            "from a card, its batch as a keyed fingerprint."
        ),
        seen_by=_("Who decides on documents sees those that wait."),
        rows=lambda _now: Claim.objects.all(),
        held_in="scope",
    )
)
after_closing(
    Rows(
        name="proofs.fingerprints",
        holds=_(
            "Keyed fingerprints of your work mailbox, and of the name and the picture on a "
            "document, so that nobody counts twice."
        ),
        seen_by=_(
            "Nobody reads them; our programs use them. Reviewers see that a name or a picture was "
            "there before, not whose."
        ),
        rows=_with_fingerprints,
        held_in="scope",
        erase=_forget_fingerprints,
        clears=FINGERPRINTS,
    )
)
after_closing(
    Rows(
        name="proofs.vouches",
        holds=_(
            "The words that colleagues gave for you and you for them: on which day, and who gave "
            "them as a keyed fingerprint."
        ),
        seen_by=_("The two concerned see the days. Nobody sees who gave them."),
        rows=lambda _now: Vouch.objects.all(),
        held_in="scope",
    )
)
after_closing(
    Rows(
        name="proofs.invitations",
        holds=_(
            "The cards with invitation codes: for which occasion, who made them, how many were "
            "used; keyed fingerprints of the codes that nobody used."
        ),
        seen_by=_("The organisers, of used codes in steps that are not small."),
        rows=lambda _now: InvitationBatch.objects.all(),
        held_in="scope",
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
short_lived(
    Rows(
        name="proofs.old-phrases",
        holds=_("A phrase for a colleague, as a keyed fingerprint, that nobody entered in time."),
        seen_by=NOBODY,
        rows=_phrases_over,
        held_in="scope",
        until=format_lazy(
            _("{days} days after the phrase is over; used phrases at once"), days=CLAIM_DAYS
        ),
    )
)
short_lived(
    Rows(
        name="proofs.old-invitations",
        holds=_("Keyed fingerprints of codes on cards that are called back or too old."),
        seen_by=NOBODY,
        rows=_cards_over,
        held_in="scope",
        until=_("the day after their last; used codes at once"),
    )
)
short_lived(
    Rows(
        name="proofs.old-tries",
        holds=_(
            "How many wrong phrases or codes somebody entered on a day; who it was as a keyed "
            "fingerprint."
        ),
        seen_by=NOBODY,
        rows=lambda now: Tries.objects.filter(day__lt=now.date()),
        until=_("the day after"),
    )
)
