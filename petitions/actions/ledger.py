"""Changes of a petition's totals, handed over by the rooms above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from petitions import ledger
from petitions.models import Correction, Petition, Total

Cell = tuple[str, str]  # relation, proof


@dataclass(frozen=True)
class Applied:
    """`entries`: so many more entries of staff may the public log show now."""

    petition_id: UUID
    cells: int
    entries: int


def apply(*, petition_id: UUID, changes: Mapping[Cell, int], now: datetime) -> Applied:
    """Add each change to its cell and publish what may be published."""
    with transaction.atomic():
        petition, totals = _locked(petition_id, changes)
        for cell, change in changes.items():
            totals[cell].total += change
        entries = _publish(petition, totals, now)
    return Applied(petition_id, len(changes), entries)


def correct(*, petition_id: UUID, errors: Mapping[Cell, int], now: datetime) -> Applied:
    """Repair totals that a recount found wrong, at once and in public.

    errors: cell -> what is missing from its total (negative: what is too much).
    """
    with transaction.atomic():
        petition, totals = _locked(petition_id, errors)
        for cell, missing in errors.items():
            total = totals[cell]
            Correction.objects.create(
                petition=petition,
                relation=total.relation,
                proof=total.proof,
                was=total.total,
                now_is=total.total + missing,
                at=now,
            )
            total.total += missing
        entries = _publish(petition, totals, now)
    return Applied(petition_id, len(errors), entries)


def _locked(petition_id: UUID, cells: Mapping[Cell, int]) -> tuple[Petition, dict[Cell, Total]]:
    petition = Petition.objects.get(pk=petition_id)
    missing = [
        Total(petition=petition, relation=relation, proof=proof) for relation, proof in cells
    ]
    Total.objects.bulk_create(missing, ignore_conflicts=True)
    rows = Total.objects.select_for_update().filter(petition=petition).order_by("pk")
    return petition, {(row.relation, row.proof): row for row in rows}


def _publish(petition: Petition, totals: Mapping[Cell, Total], now: datetime) -> int:
    """Publish what may be published; returns how many more entries the log may show."""
    for place, cell in ledger.next_shown(petition, totals.values()).items():
        row = totals[place]
        # The moment of a change that is not shown yet stays untold.
        if (cell.shown, cell.told) != (row.shown, row.told):
            row.shown, row.told, row.shown_at = cell.shown, cell.told, now
    Total.objects.bulk_update(totals.values(), ["total", "shown", "told", "shown_at"])
    told = ledger.staff_told(petition, totals.values())
    more = max(0, told - petition.staff_entries)
    if more:
        Petition.objects.filter(pk=petition.pk).update(staff_entries=F("staff_entries") + more)
    return more
