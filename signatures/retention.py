"""What signatures hold of people, and when it goes. The rows stay, so the count stays."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.holds import erases_subjects
from privacy.retention import Rows, after_closing, short_lived
from signatures.actions.deferred import erase_unasked
from signatures.actions.emptying import unname, unsay
from signatures.actions.limiting import FULL_AFTER
from signatures.models import (
    Block,
    Bucket,
    Link,
    MailCount,
    Objection,
    Reveal,
    Signature,
    Visibility,
)
from signatures.policy import CONFIRM_DAYS, MAIL_COUNT_DAYS, PENDING_DAYS, VISIT_MINUTES

NOBODY = _("Nobody reads it; our programs use it.")
HELD_IN = "petition"
PERSON = (
    "address", "name", "title", "contact", "address_digest", "log_salt", "consents", "is_muted",
)  # fmt: skip


def _with_people(now: datetime) -> QuerySet[Any]:  # noqa: ARG001
    return Signature.objects.filter(state=Signature.State.CONFIRMED, anonymised_on=None)


def _anonymise(rows: QuerySet[Any], now: datetime) -> None:
    """Keep what the count needs: petition, version, relation, proof, state and days."""
    found = list(rows)
    for row in found:
        unsay(row)
        unname(row)
        # Without the salt nobody, a court included, can match a receipt with the public log.
        row.log_salt = b""
        row.consents = dict.fromkeys(row.consents, "")
        row.is_muted, row.anonymised_on = False, now.date()
    Signature.objects.bulk_update(found, [*PERSON, "anonymised_on"])


def _uncounted(now: datetime) -> QuerySet[Any]:  # noqa: ARG001
    return Signature.objects.exclude(state=Signature.State.CONFIRMED)


def _never_confirmed(now: datetime) -> QuerySet[Any]:
    """Old, and without a link by which they could still be confirmed."""
    live = Link.objects.filter(signature=OuterRef("pk"), expires_at__gt=now)
    last = now.date() - timedelta(days=PENDING_DAYS)
    pending = Signature.objects.filter(state=Signature.State.PENDING, received_on__lte=last)
    return pending.filter(~Exists(live))


@erases_subjects
def erase_signer(subject: UUID, now: datetime) -> None:
    """What a signer had asked for while a hold forbade it."""
    erase_unasked(signature_id=subject, now=now)


after_closing(
    Rows(
        name="signatures.people",
        holds=_(
            "Your mail address, encrypted, and its keyed fingerprint, so that you are counted "
            "once. Where the organisers hold keys of their own: the fingerprint, and the address "
            "encrypted to their keys if you ticked that they may write to you. Your name and "
            "title, encrypted, if you gave them; the words that you agreed to; the secret by "
            "which you can find your entry in the public log."
        ),
        seen_by=_(
            "Of the address: nobody; our programs use it to write to you. Of one that is encrypted "
            "to the organisers’ keys: they, and not we. Of name and title: whom you chose. The "
            "organisers see on which day somebody signed as what."
        ),
        rows=_with_people,
        held_in=HELD_IN,
        erase=_anonymise,
        clears=PERSON,
    )
)
after_closing(
    Rows(
        name="signatures.uncounted",
        holds=_("Signatures that were never confirmed, or that were taken back."),
        seen_by=_("The organisers see how many there are, and of which day."),
        rows=_uncounted,
        held_in=HELD_IN,
    )
)
after_closing(
    Rows(
        name="signatures.links",
        holds=_("Fingerprints of the links and receipt codes that open your signature."),
        seen_by=NOBODY,
        rows=lambda _now: Link.objects.all(),
        held_in="signature__petition",
    )
)
after_closing(
    Rows(
        name="signatures.visibility",
        holds=_("Your choice of who may see your name or title, and the list that shows them."),
        seen_by=_("Whom you chose."),
        rows=lambda _now: Visibility.objects.all(),
        held_in="signature__petition",
    )
)
after_closing(
    Rows(
        name="signatures.reveals",
        holds=_("That enough of you agreed to be shown together, and when that is."),
        seen_by=_("Those who agreed: they get a mail. It names nobody."),
        rows=lambda _now: Reveal.objects.all(),
        held_in=HELD_IN,
    )
)
after_closing(
    Rows(
        name="signatures.objections",
        holds=_("If your signature was set aside and you objected: your words, encrypted."),
        seen_by=_("The reviewers of the petition."),
        rows=lambda _now: Objection.objects.all(),
        held_in="scope",
    )
)
after_closing(
    Rows(
        name="signatures.mail-counts",
        holds=_("How many mails went to a fingerprint on a day, so that nobody is flooded."),
        seen_by=NOBODY,
        rows=lambda _now: MailCount.objects.all(),
        held_in=HELD_IN,
    )
)
after_closing(
    Rows(
        name="signatures.blocks",
        holds=_("The fingerprint of an address whose owner said: never sign with this."),
        seen_by=NOBODY,
        rows=lambda _now: Block.objects.all(),
        held_in=HELD_IN,
    )
)
short_lived(
    Rows(
        name="signatures.old-links",
        holds=_("A link from a mail, or the cookie of a browser that opened a signature."),
        seen_by=NOBODY,
        rows=lambda now: Link.objects.filter(expires_at__lt=now),
        held_in="signature__petition",
        until=format_lazy(
            _("{days} days for a link, {minutes} minutes for a browser; used links at once"),
            days=CONFIRM_DAYS,
            minutes=VISIT_MINUTES,
        ),
    )
)
short_lived(
    Rows(
        name="signatures.never-confirmed",
        holds=_("A signature that its owner never confirmed, with the address."),
        seen_by=_("The organisers see that one waits, and since which day."),
        rows=_never_confirmed,
        held_in=HELD_IN,
        until=format_lazy(_("{days} days after it was entered"), days=PENDING_DAYS),
    )
)
short_lived(
    Rows(
        name="signatures.old-mail-counts",
        holds=_("How many mails went to a fingerprint on a day."),
        seen_by=NOBODY,
        rows=lambda now: MailCount.objects.filter(
            day__lt=now.date() - timedelta(days=MAIL_COUNT_DAYS)
        ),
        held_in=HELD_IN,
        until=format_lazy(_("{days} days later"), days=MAIL_COUNT_DAYS),
    )
)
short_lived(
    Rows(
        name="signatures.old-buckets",
        holds=_(
            "How many signatures came in just now, for a petition or from one mail domain, which "
            "is a keyed fingerprint."
        ),
        seen_by=NOBODY,
        rows=lambda now: Bucket.objects.filter(at__lte=now - FULL_AFTER),
        until=format_lazy(_("{hours} hours later"), hours=FULL_AFTER // timedelta(hours=1)),
    )
)
