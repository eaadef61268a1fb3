"""Showing names together: once enough agreed, with a notice and time to step back before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from petitions.models import Petition
from petitions.relations import STAFF
from signatures import mails
from signatures.actions.noticing import post_notice
from signatures.actions.visibility import CHANGEABLE, hold
from signatures.models import Audience, Reveal, Signature, Visibility
from signatures.policy import REVEAL_WAIT_HOURS
from signatures.visibility import COUNTING

WAIT = timedelta(hours=REVEAL_WAIT_HOURS)


@dataclass(frozen=True)
class Advanced:
    """How many were told, were shown, and stay hidden although they had been told."""

    told: int = 0
    shown: int = 0
    off: int = 0

    def __add__(self, other: "Advanced") -> "Advanced":
        return Advanced(self.told + other.told, self.shown + other.shown, self.off + other.off)


def largest(thresholds: Iterable[int]) -> int:
    """The size of the largest group in which everybody asks for no more than its size.

    That group is all who ask for at most so many: n of them fit as soon as the n-th smallest
    threshold is at most n.
    """
    ordered = enumerate(sorted(thresholds), start=1)
    return max((n for n, threshold in ordered if threshold <= n), default=0)


def advance_all(*, now: datetime) -> Advanced:
    """Every petition in which somebody waits for others."""
    waiting = Visibility.objects.filter(shown_on=None).values_list("signature__petition")
    told = Reveal.objects.values_list("petition")
    ids = sorted({row[0] for row in waiting.distinct()} | {row[0] for row in told})
    return sum((advance(petition_id=pk, now=now) for pk in ids), Advanced())


def advance(*, petition_id: UUID, now: datetime) -> Advanced:
    """Tell those for whom enough agreed; show those who were told long enough ago.

    One transaction under a lock of the petition: all of a group are shown, or none.
    """
    with transaction.atomic():
        petition = hold(petition_id)
        # Whoever steps back, proves or withdraws does it before this or after it.
        waiting = Visibility.objects.filter(signature__petition=petition, shown_on=None)
        rows = Signature.objects.filter(pk__in=waiting.values("signature")).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
        return sum((_advance(petition, audience, now) for audience in Audience), Advanced())


def waiting_besides(signature: Signature, audience: Audience) -> int:
    """How many others wait, rounded down to whole floors: less is not told.

    The signer's own choice is left out, so that changing it does not move the number.
    """
    floor = signature.petition.floor
    others = _agreed(signature.petition, audience).exclude(signature=signature)
    return others.filter(shown_on=None).count() // floor * floor


def _agreed(petition: Petition, audience: Audience) -> QuerySet[Visibility]:
    """Who agreed: staff that counts; hidden ones only if they can be told beforehand."""
    counting = Signature.objects.filter(COUNTING, petition=petition, relation__in=STAFF)
    told = Signature.objects.filter(is_muted=False).exclude(address=b"")
    rows = Visibility.objects.filter(audience=audience, signature__in=counting)
    return rows.filter(Q(shown_on__isnull=False) | Q(signature__in=told))


def _advance(petition: Petition, audience: Audience, now: datetime) -> Advanced:
    rows = list(_agreed(petition, audience))
    pending = Reveal.objects.filter(petition=petition, audience=audience).first()
    told = set(Visibility.objects.filter(reveal=pending)) if pending else set()
    if petition.state not in CHANGEABLE:
        rows = []
    shown: list[Visibility] = []
    off = set(told)
    if pending:
        staying = _ready([row for row in rows if row.shown_on or row in told])
        off -= set(staying)
        if staying and now < pending.due_at:
            _let_go(off)
            _tell_off(off, now)
            return Advanced(off=len(off))
        _show(staying, now)
        shown = staying
        pending.delete()
    ready = _ready(rows)
    if ready:
        _tell(petition, audience, ready, now)
    _tell_off(off - set(ready), now)
    return Advanced(told=len(ready), shown=len(shown), off=len(off - set(ready)))


def _ready(rows: Sequence[Visibility]) -> list[Visibility]:
    """The hidden ones of the largest group among these."""
    size = largest(row.together or 1 for row in rows)
    return [row for row in rows if row.shown_on is None and (row.together or 1) <= size]


def _show(rows: list[Visibility], now: datetime) -> None:
    for row in rows:
        row.shown_on = now.date()
    ids = [row.pk for row in rows]
    Visibility.objects.filter(pk__in=ids).update(shown_on=now.date(), reveal=None)


def _let_go(rows: Iterable[Visibility]) -> None:
    Visibility.objects.filter(pk__in=[row.pk for row in rows]).update(reveal=None)


def _tell(petition: Petition, audience: Audience, rows: list[Visibility], now: datetime) -> None:
    reveal = Reveal.objects.create(petition=petition, audience=audience, due_at=now + WAIT)
    Visibility.objects.filter(pk__in=[row.pk for row in rows]).update(reveal=reveal)
    for row, signature in _with_signatures(rows):
        context = {"number": row.together}
        post_notice(
            signature=signature, kind=mails.REVEAL_SOON, context=context, opens=WAIT, now=now
        )


def _tell_off(rows: Iterable[Visibility], now: datetime) -> None:
    for row, signature in _with_signatures(rows):
        context = {"number": row.together}
        post_notice(signature=signature, kind=mails.REVEAL_OFF, context=context, now=now)


def _with_signatures(rows: Iterable[Visibility]) -> list[tuple[Visibility, Signature]]:
    by_id = {row.signature_id: row for row in rows}
    found = Signature.objects.select_related("version").in_bulk(list(by_id))
    return [(by_id[pk], signature) for pk, signature in found.items()]
