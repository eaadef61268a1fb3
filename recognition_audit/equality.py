"""At which threshold each group would have the false match rate of another: a description.

An audit measures one threshold for all groups. Where another group's would have to lie says how
large a differential is on the scale that an operator sets, and what it would cost in missed
matches (research R5, "what equality would need").
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from recognition_audit.curves import Counts, Kinds, first_edges
from recognition_audit.histogram import Histograms
from recognition_audit.limits import ERRORS_AT_FIXED_RATE, Adequacy
from recognition_audit.metrics.verification import FMR
from recognition_audit.report import rounded

Row = dict[str, Any]


def of_groups(
    kinds: Sequence[Kinds], rates: Sequence[Row], reference: str | None, histograms: Histograms
) -> list[Row]:
    """The part `equality` of a report, for every choice of axes and every threshold.

    Wanted is the false match rate of the reference group, where it is one of these groups; else
    of that with the lowest, of those with 30 errors or more. Without a value: too few comparisons.
    """
    within = [
        row
        for row in rates
        if row["metric"] == FMR.name
        and row["axes"]
        and row["group_a"] == row["group_b"]
        and row["value"] is not None
    ]
    tables: dict[tuple[tuple[str, ...], str], list[Row]] = {}
    for row in within:
        tables.setdefault((tuple(row["axes"]), row["threshold"]), []).append(row)
    of_group = {(tuple(kind.axes), kind.group): kind for kind in kinds}
    found: list[Row] = []
    for (axes, _threshold), table in tables.items():
        target = _target(table, reference)
        if target is not None:
            theirs = {row["group_a"]: of_group[axes, row["group_a"]] for row in table}
            found += _rows(table, target, theirs, histograms)
    return found


def _target(table: Sequence[Row], reference: str | None) -> Row | None:
    firm = [row for row in table if row["adequacy"] == Adequacy.ENOUGH]
    named = [row for row in firm if row["group_a"] == reference]
    return min(named or firm, key=lambda row: row["value"], default=None)


def _rows(
    table: Sequence[Row], target: Row, kinds: dict[str, Kinds], histograms: Histograms
) -> Iterator[Row]:
    for row in table:
        if row is not target:
            yield {
                "axes": row["axes"],
                "group": row["group_a"],
                "threshold": row["threshold"],
                "as_in": target["group_a"],
                "fmr": target["value"],
                **_needed(target, kinds[row["group_a"]], histograms),
            }


def _needed(target: Row, kind: Kinds, histograms: Histograms) -> Row:
    """The score that accepts at most the wanted share, and what it misses there."""
    accepted, of_mated = kind.accepted
    wanted = math.floor(target["errors"] * int(accepted[0]) / target["trials"])
    if wanted < ERRORS_AT_FIXED_RATE or not kind.impostors_shown or histograms.scale is None:
        return {"value": None, "fnmr": None}
    edge = first_edges(accepted, [wanted])
    (score,) = histograms.scale.edges(edge).tolist()
    return {
        "value": rounded(histograms.sign * score) + 0.0,
        "fnmr": _missed(of_mated, int(edge[0])) if kind.mated_shown else None,
    }


def _missed(of_mated: Counts, edge: int) -> float | None:
    mates = int(of_mated[0])
    return rounded((mates - int(of_mated[edge])) / mates) if mates else None
