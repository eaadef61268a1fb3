"""At which threshold each group would have the false match rate of another: a description.

An audit measures one threshold for all groups. Where another group's would have to lie says how
large a differential is on the scale that an operator sets, and what it would cost in missed
matches (research R5, "what equality would need").
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from recognition_audit.curves import Counts, Kinds, first_edges
from recognition_audit.histogram import Histograms
from recognition_audit.limits import ERRORS_AT_FIXED_RATE, Adequacy
from recognition_audit.metrics.verification import FMR
from recognition_audit.reading import Document, within
from recognition_audit.reading import Row as Shown
from recognition_audit.report import rounded

Row = dict[str, Any]


def of_groups(
    kinds: Sequence[Kinds], document: Document, reference: str | None, histograms: Histograms
) -> list[Row]:
    """The part `equality` of a report, for every choice of axes and every threshold.

    Wanted is the false match rate of the reference group, where it is one of these groups; else
    of that with the lowest, and groups that are below it already are left out. Either has 30
    errors or more, or there are no rows. Without a value: fewer than 30 errors would stand behind
    the group's own rate there.
    """
    tables: dict[tuple[tuple[str, ...], str], list[Shown]] = {}
    for row in within(document, FMR.name):
        if row["axes"]:
            tables.setdefault((tuple(row["axes"]), row["threshold"]), []).append(row)
    of_group = {(tuple(kind.axes), kind.group): kind for kind in kinds}
    found: list[Row] = []
    for (axes, threshold), table in tables.items():
        target = _target(table, reference)
        if target is None:
            continue
        is_named = target["group_a"] == reference
        found += [
            {
                "axes": row["axes"],
                "group": row["group_a"],
                "threshold": threshold,
                "as_in": target["group_a"],
                "wanted": target["value"],
                **_needed(target, of_group[axes, row["group_a"]], histograms),
            }
            for row in table
            if row is not target and (is_named or row["value"] > target["value"])
        ]
    return found


def _target(table: Sequence[Shown], reference: str | None) -> Shown | None:
    named = [row for row in table if row["group_a"] == reference]
    firm = [row for row in named or table if row["adequacy"] == Adequacy.ENOUGH]
    return min(firm, key=lambda row: row["value"], default=None)


def _needed(target: Shown, kind: Kinds, histograms: Histograms) -> Row:
    """The score that accepts at most the wanted share, and what it accepts and misses there."""
    accepted, of_mated = kind.accepted
    impostors = int(accepted[0])
    wanted = target["errors"] * impostors // target["trials"]
    edge = int(first_edges(accepted, [wanted])[0])
    # Many equal scores are accepted together or not at all, so it may be far fewer than wanted.
    found = int(accepted[edge])
    if found < ERRORS_AT_FIXED_RATE or not kind.impostors_shown or histograms.scale is None:
        return {"value": None, "fmr": None, "fnmr": None}
    (score,) = histograms.scale.edges(np.array([edge])).tolist()
    return {
        "value": rounded(histograms.sign * score) + 0.0,
        "fmr": _counted(found, impostors),
        "fnmr": _missed(of_mated, edge) if kind.mated_shown else None,
    }


def _missed(of_mated: Counts, edge: int) -> Row | None:
    mates = int(of_mated[0])
    return _counted(mates - int(of_mated[edge]), mates) if mates else None


def _counted(errors: int, trials: int) -> Row:
    return {"errors": errors, "trials": trials, "value": rounded(errors / trials)}
