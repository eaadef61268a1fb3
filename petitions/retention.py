"""When a petition's time is up, and what is told when its people are erased."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from petitions import ledger
from petitions.desk import Todo, waiting
from petitions.models import Petition
from petitions.relations import STAFF
from privacy.models import Erasure
from privacy.retention import AFTER_CLOSING, Span, on_erased, schedule
from transparency.actions import queue
from transparency.canonical import canonical_json
from transparency.merkle.tree import leaf_hash

ENTRY_KIND = "erasure"
# What stands before a relation, and before a rule, in the entry's names of counts.
PEOPLE, ROWS = "people.", "rows."


@schedule
def closed_long_enough(now: datetime) -> Iterable[Span]:
    """Petitions that were closed `keep_days` ago or longer."""
    for petition in Petition.objects.filter(closed_on__isnull=False):
        ends_on = petition.people_kept_until
        if ends_on is not None and ends_on <= now.date():
            yield Span(petition.pk, petition.slug, ends_on)


@on_erased
def enter_in_log(erasure: Erasure, now: datetime) -> None:
    """Queue the proof of deletion for the public log."""
    petition = Petition.objects.with_texts().get(pk=erasure.scope)
    entry: dict[str, str | int] = {
        **_published_counts(petition, erasure),
        "t": ENTRY_KIND,
        "petition": str(petition.pk),
        "closed_on": str(petition.closed_on),
        "kept_days": petition.keep_days,
        "erased_on": str(now.date()),
        "rules": ",".join(AFTER_CLOSING),
    }
    erasure.entry, erasure.leaf = entry, leaf_hash(canonical_json(entry))
    queue(entry=entry, group=ENTRY_KIND)


def _published_counts(petition: Petition, erasure: Erasure) -> dict[str, int]:
    """What may be told of how much went.

    Rows that went are as exact as the count. Where staff counts move in batches, the rows of all
    less the public's would tell the staff's (DESIGN.md 3.9): only what the page shows is told.
    """
    if petition.publishes_at_once or not STAFF & set(petition.relations):
        return {f"{ROWS}{rule}": rows for rule, rows in sorted(erasure.rows.items())}
    rows_shown = ledger.statement(petition).rows
    return {f"{PEOPLE}{row.relation}": row.total for row in rows_shown if row.total is not None}


@waiting
def erasures_that_failed(user: User) -> list[Todo]:
    """Petitions whose erasure broke off, for whoever keeps the host."""
    if not user.is_superuser:
        return []
    return [
        Todo(
            text=_("Erasing a petition broke off: %(problem)s") % {"problem": erasure.problem},
            url=reverse("admin:privacy_erasure_change", args=[erasure.pk]),
            verb=_("See it"),
        )
        for erasure in Erasure.objects.filter(~Q(problem=""))
    ]
