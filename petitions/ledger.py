"""The totals of a petition and what may be published of them (DESIGN.md 3.5, 3.9 and 5).

`suppress` is the one place that decides what the public sees; page, API and desk call
`statement`, which goes through it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True)
class Cell:
    """One proof's share of a relation: `exact` now; `shown` in the relation's published total;
    `told` when the page last named this share by itself."""

    exact: int
    shown: int = 0
    told: int = 0


def verified(relation: str, proof: str) -> bool:
    """Whether a cell is counted: its relation shown, or none asked for."""
    return proof != ADDRESS_ONLY or counts_by_address_alone(relation)


def batch(cells: Mapping[str, Cell], floor: int) -> Cells:
    """What a relation whose counts move in batches publishes next, as `shown` of each cell.

    Either each share is named, and has moved by nothing or by `floor` at least since it was named
    last; or the shares stay unnamed and their total has moved by `floor` at least. So no number
    that is published, and no difference between two of them, is about fewer than `floor` people.
    A share that falls below `floor` is named as none, and left out of the total.
    """
    now = {proof: cell.shown for proof, cell in cells.items()}
    told = {proof: cell.told for proof, cell in cells.items()}
    exact = {proof: cell.exact for proof, cell in cells.items()}
    moved = {
        proof: _clip(cell.exact, floor)
        if abs(_clip(cell.exact, floor) - cell.told) >= floor
        else cell.told
        for proof, cell in cells.items()
    }
    was_named = any(told.values()) and names_parts(cells)
    for candidate in (exact, moved):
        step = sum(candidate.values()) - sum(now.values())
        can_follow = was_named or _is_large(step, floor)
        if candidate != now and can_follow and _can_name(candidate, told, floor):
            return candidate
    if not was_named and abs(sum(exact.values()) - sum(now.values())) >= floor:
        return exact
    return now


def names_parts(cells: Mapping[str, Cell]) -> bool:
    """Whether the page names the shares as they are in the published total."""
    return all(cell.shown == cell.told for cell in cells.values())


def next_told(shown: Cells, told: Cells, floor: int) -> Cells:
    """What the page names of each share once `shown` is published."""
    return shown if _can_name(shown, told, floor) else told


def _can_name(shares: Cells, told: Cells, floor: int) -> bool:
    return all(
        (share == 0 or share >= floor) and _is_large(share - told[proof], floor)
        for proof, share in shares.items()
    )


def _is_large(step: int, floor: int) -> bool:
    return step == 0 or abs(step) >= floor


def _clip(share: int, floor: int) -> int:
    return share if share >= floor else 0


def suppress(relation: str, cells: Mapping[str, Cell], *, floor: int, at_once: bool) -> Row:
    """The line that may be published of a relation: no total of staff below the floor, and the
    shares only where `batch` lets the page name them."""
    shown = {proof: cell.shown for proof, cell in cells.items() if cell.shown}
    total: int | None = sum(shown.values())
    is_batched = relation in STAFF and not at_once
    named = shown if not is_batched or names_parts(cells) else {}
    if is_batched and sum(shown.values()) < floor:
        total, named, shown = None, {}, {}
    return Row(
        relation=relation,
        label=LABELS[relation],
        total=total,
        parts=[Part(proof, proof_label(proof), n) for proof, n in named.items()],
        hidden_parts=bool(shown) and not named,
    )


def statement(petition: Petition) -> CountStatement:
    """What the petition publishes of its count; reads `petition.totals` once."""
    totals = list(petition.totals.all())
    counted = _by_relation(totals)
    as_of = max((t.shown_at for t in totals if t.shown_at), default=petition.opened_at)
    at_once, floor = petition.publishes_at_once, petition.floor
    rows = []
    for relation in Relation.values:
        if relation not in petition.relations and not counted[relation]:
            continue
        row = suppress(relation, counted[relation], floor=floor, at_once=at_once)
        if relation == Relation.EMPLOYEE and petition.in_scope:
            row = replace(row, scope=petition.in_scope, scope_source=petition.in_scope_source)
        rows.append(row)
    return CountStatement(rows, _unverified(petition, totals), as_of, at_once, floor)


def next_shown(petition: Petition, totals: Iterable[Total]) -> dict[tuple[str, str], Cell]:
    """Each cell after a change, as it is to be stored; keyed by (relation, proof)."""
    totals = list(totals)
    result = {
        (row.relation, row.proof): Cell(row.total, max(0, row.total), max(0, row.total))
        for row in totals
    }
    if petition.publishes_at_once:
        return result
    floor = petition.floor
    for relation, cells in _by_relation(totals).items():
        if relation in STAFF:
            told = {proof: cell.told for proof, cell in cells.items()}
            shown = batch(cells, floor)
            named = next_told(shown, told, floor)
            for proof, cell in cells.items():
                result[relation, proof] = Cell(cell.exact, shown[proof], named[proof])
    waiting = _unverified_staff(totals)
    if (
        abs(sum(row.total - row.shown for row in waiting)) < floor
    ):  # one figure, so they move as one
        for row in waiting:
            result[row.relation, row.proof] = Cell(row.total, row.shown, row.told)
    return result


def staff_told(petition: Petition, totals: Iterable[Total]) -> int:
    """How many signatures of staff are published in all: as many entries may the log show.

    The log's own length is public, so it may not know more than the page does.
    """
    totals = list(totals)
    floor = 0 if petition.publishes_at_once else petition.floor
    sums = [
        sum(cell.shown for cell in cells.values())
        for relation, cells in _by_relation(totals).items()
        if relation in STAFF
    ]
    sums.append(sum(row.shown for row in _unverified_staff(totals)))
    return sum(_clip(total, floor) for total in sums)


def _by_relation(totals: Iterable[Total]) -> dict[str, dict[str, Cell]]:
    counted: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in totals:
        if verified(row.relation, row.proof):
            counted[row.relation][row.proof] = Cell(max(0, row.total), row.shown, row.told)
    return counted


def _unverified_staff(totals: Iterable[Total]) -> list[Total]:
    return [row for row in totals if row.relation in STAFF and row.proof == ADDRESS_ONLY]


def _unverified(petition: Petition, totals: list[Total]) -> int | None:
    """Those that are not counted. Staff among them are one figure with a floor of its own."""
    floor = 0 if petition.publishes_at_once else petition.floor
    staff = _unverified_staff(totals)
    others = [row for row in totals if not verified(row.relation, row.proof) and row not in staff]
    figure = _clip(sum(row.shown for row in staff), floor) + sum(row.shown for row in others)
    return figure if figure or petition.publishes_at_once else None


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
