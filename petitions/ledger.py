"""The totals of a petition and what may be published of them (DESIGN.md 3.5, 3.9 and 5).

`suppress` is the one place that decides what the public sees; page, API and desk call
`statement`, which goes through it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from petitions.models import Correction, Petition, Total
from petitions.relations import ADDRESS_ONLY, STAFF, Relation, counts_by_address_alone
from proofs.methods.base import METHODS

LABELS: dict[str, Promise] = {
    Relation.EMPLOYEE: _("Verified current employees"),
    Relation.CONTINGENT: _("Verified contingent staff"),
    Relation.FORMER: _("Verified former employees"),
    Relation.SHAREHOLDER: _("Verified shareholders"),
    Relation.PUBLIC: _("Members of the public"),
}


def proof_label(proof: str) -> Promise | str:
    """How a figure's proof is called beside it."""
    if proof == ADDRESS_ONLY:
        return _("by confirmed address")
    return METHODS[proof].counted_as if proof in METHODS else proof


@dataclass(frozen=True)
class Part:
    """Signatures of one relation that rest on one proof."""

    proof: str
    label: Promise | str
    total: int


@dataclass(frozen=True)
class Row:
    """One relation's line. `total` is None where a floor hides it."""

    relation: str
    label: Promise | str
    total: int | None
    parts: list[Part] = field(default_factory=list)
    hidden_parts: bool = False
    scope: int | None = None
    scope_source: str = ""

    @property
    def how(self) -> Promise | str:
        if counts_by_address_alone(self.relation):
            return _("address confirmed, nothing else")
        return ""

    @property
    def is_staff(self) -> bool:
        return self.relation in STAFF


@dataclass(frozen=True)
class CountStatement:
    """What a petition publishes of its count: never one sum over relations."""

    rows: list[Row]
    unverified: int | None
    as_of: datetime | None
    at_once: bool
    floor: int


Cells = dict[str, int]  # proof -> signatures


def verified(relation: str, proof: str) -> bool:
    """Whether a cell is counted: its relation shown, or none asked for."""
    return proof != ADDRESS_ONLY or counts_by_address_alone(relation)


def batch(exact: Cells, shown: Cells, floor: int) -> Cells:
    """What to publish next of a relation whose counts move in batches.

    A cell moves only by `floor` or more, and only if what stays unpublished is nothing or at
    least `floor` too: otherwise the difference between the whole and its parts would tell it.
    """
    waiting = {proof: exact.get(proof, 0) - shown.get(proof, 0) for proof in exact | shown}
    moving = {proof for proof, step in waiting.items() if abs(step) >= floor}
    rest = [step for proof, step in waiting.items() if proof not in moving and step]
    if rest and abs(sum(rest)) < floor:
        return shown
    return {
        proof: exact.get(proof, 0) if proof in moving else shown.get(proof, 0) for proof in waiting
    }


def suppress(relation: str, cells: Cells, *, floor: int, at_once: bool) -> Row:
    """The line that may be published of a relation.

    Under a floor the line hides a total below it, and all parts as soon as one of them is
    below: a single hidden part follows from the others.
    """
    parts = {proof: n for proof, n in cells.items() if n}
    total: int | None = sum(parts.values())
    hidden = False
    if relation in STAFF and not at_once:
        if sum(parts.values()) < floor:
            total, parts = None, {}
        elif any(n < floor for n in parts.values()):
            parts, hidden = {}, True
    return Row(
        relation=relation,
        label=LABELS[relation],
        total=total,
        parts=[Part(proof, proof_label(proof), n) for proof, n in parts.items()],
        hidden_parts=hidden,
    )


def statement(petition: Petition) -> CountStatement:
    """What the petition publishes of its count; reads `petition.totals` once."""
    counted: dict[str, Cells] = defaultdict(dict)
    unverified, as_of = 0, petition.opened_at
    totals = list(petition.totals.all())
    for total in totals:
        if verified(total.relation, total.proof):
            counted[total.relation][total.proof] = total.shown
        else:
            unverified += total.shown
        if total.shown_at:
            as_of = max(as_of, total.shown_at) if as_of else total.shown_at
    at_once, floor = petition.publishes_at_once, petition.floor
    rows = []
    for relation in Relation.values:
        if relation not in petition.relations and not counted[relation]:
            continue
        row = suppress(relation, counted[relation], floor=floor, at_once=at_once)
        if relation == Relation.EMPLOYEE and petition.in_scope:
            row = Row(
                **row.__dict__
                | {"scope": petition.in_scope, "scope_source": petition.in_scope_source}
            )
        rows.append(row)
    shown = unverified if at_once or unverified >= floor else None
    return CountStatement(rows, shown, as_of, at_once, floor)


def next_shown(petition: Petition, totals: Iterable[Total]) -> dict[tuple[str, str], int]:
    """What each cell shows after a change; keyed by (relation, proof)."""
    totals = list(totals)
    result = {(total.relation, total.proof): total.total for total in totals}
    if petition.publishes_at_once:
        return result
    groups: dict[str, list[Total]] = defaultdict(list)
    for total in totals:
        if not verified(total.relation, total.proof):
            groups["unverified"].append(total)
        elif total.relation in STAFF:
            groups[total.relation].append(total)
    for name, group in groups.items():
        result |= _batched(name, group, petition.floor)
    return result


def _batched(name: str, group: list[Total], floor: int) -> dict[tuple[str, str], int]:
    keys = {total.proof if name != "unverified" else total.relation: total for total in group}
    exact = {key: total.total for key, total in keys.items()}
    shown = {key: total.shown for key, total in keys.items()}
    if name == "unverified":  # published as one figure, so it moves as one
        moved = exact if abs(sum(exact.values()) - sum(shown.values())) >= floor else shown
    else:
        moved = batch(exact, shown, floor)
    return {(total.relation, total.proof): moved[key] for key, total in keys.items()}


@dataclass(frozen=True)
class PublicCorrection:
    """A correction as everybody sees it; figures of staff stay hidden where counts are batched."""

    at: datetime
    label: Promise | str
    was: int | None
    now_is: int | None


def corrections(petition: Petition) -> list[PublicCorrection]:
    """The corrections of the petition's totals, newest first."""
    return [
        PublicCorrection(
            at=row.at,
            label=LABELS[row.relation],
            was=None if _is_batched(petition, row) else row.was,
            now_is=None if _is_batched(petition, row) else row.now_is,
        )
        for row in petition.corrections.all()
    ]


def _is_batched(petition: Petition, row: Correction) -> bool:
    moves_in_batches = row.relation in STAFF or not verified(row.relation, row.proof)
    return moves_in_batches and not petition.publishes_at_once
