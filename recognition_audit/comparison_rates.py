"""The rows of `rates` in an audit of comparisons: within groups and across them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from recognition_audit.concealment import Gone, Name, OfNames, OfPairs, Sums, conceal
from recognition_audit.groups import Size, View
from recognition_audit.limits import Adequacy
from recognition_audit.metrics.base import Metric
from recognition_audit.metrics.verification import FMR, FNMR, Cell, impostor_cell, mated_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.units import Group
from recognition_audit.report import rate_row
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold
from recognition_audit.views import views

Row = dict[str, Any]
MATRIX_GROUPS_MAX = 40


def people_of(sizes: Sequence[Size], comparisons: Comparisons) -> dict[Group, int]:
    """The subjects of each group of the intersection; none where nobody knows them."""
    axes = tuple(comparisons.units.axes)
    return {
        size.view.labels: size.subjects
        for size in sizes
        if size.view.axes == axes and size.subjects is not None
    }


def untold_of(view: View, hidden: Collection[Name], gone: Collection[Gone]) -> list[str]:
    """Which of a group's numbers are not shown."""
    if (view.axes, view.name) in hidden:
        return ["subjects", "mated", "impostors"]
    told = {"mated": FNMR.name, "impostors": FMR.name}
    return [kind for kind, metric in told.items() if (metric, view.axes, view.name) in gone]


def shown_rates(
    tally: Tally,
    comparisons: Comparisons,
    steps: Sequence[Threshold],
    sizes: Sequence[Size],
    hidden: Collection[Name] = (),
) -> list[Row]:
    """The rates without the numbers of hidden groups, nor of any that would give one away."""
    found = list(rates(tally, comparisons, steps, sizes))
    return conceal(found, hidden, _sums_of(tally, comparisons))


def _sums_of(tally: Tally, comparisons: Comparisons) -> Callable[[Sequence[Row]], Sums]:
    """How the rates of a tally add up; how many comparisons there are is known from the file."""
    groups, group_of = comparisons.units.group_list(), comparisons.units.group_of_unit()
    _axes, members = next(views(comparisons.units.axes, groups))
    name_of = {code: name for name, codes in members.items() for code in codes}
    pairs, mated = set(), set()
    for code, name in name_of.items():
        mine = group_of == code
        others = np.flatnonzero(tally.impostors[mine].sum(axis=0))
        pairs |= {frozenset({name, name_of[int(other)]}) for other in others}
        mated |= {name} if tally.mated[mine].any() else set()

    def sums_of(rows: Sequence[Row]) -> Sums:
        if rows[0]["metric"] == FMR.name:
            return OfPairs(rows, pairs)
        return OfNames(rows, total=True, there=mated)

    return sums_of


def rates(
    tally: Tally, comparisons: Comparisons, steps: Sequence[Threshold], sizes: Sequence[Size]
) -> Iterator[Row]:
    """The rates at each threshold, the groups of the intersection first."""
    group_of = comparisons.units.group_of_unit()
    for step, threshold in enumerate(steps):
        for axes, members in views(comparisons.units.axes, comparisons.units.group_list()):
            for name, codes in members.items():
                within = impostor_cell(tally, step, group_of, codes, codes)
                yield row_of(FMR, within, comparisons, threshold, axes, name, name)
                mated = mated_cell(tally, step, group_of, codes)
                if tally.mated.any():
                    yield row_of(FNMR, mated, comparisons, threshold, axes, name, None)
        yield from _across(tally, step, comparisons, threshold, sizes)


def _across(
    tally: Tally,
    step: int,
    comparisons: Comparisons,
    threshold: Threshold,
    sizes: Sequence[Size],
) -> Iterator[Row]:
    """False matches between the groups of the intersection, each pair of groups once."""
    group_of = comparisons.units.group_of_unit()
    axes, members = next(views(comparisons.units.axes, comparisons.units.group_list()))
    if len(members) > MATRIX_GROUPS_MAX:
        return
    # A group that is not shown itself is not shown by its pairs with another either.
    few = {
        size.view.name
        for size in sizes
        if list(size.view.axes) == axes and size.adequacy is Adequacy.TOO_FEW
    }
    for first, second in combinations(members, 2):
        cell = impostor_cell(tally, step, group_of, members[first], members[second])
        if {first, second} & few:
            cell = Cell(0, 0, 0, cell.errors_of[:0], cell.trials_of[:0])
        yield row_of(FMR, cell, comparisons, threshold, axes, first, second)


def row_of(
    metric: Metric,
    cell: Cell,
    comparisons: Comparisons,
    threshold: Threshold,
    axes: Sequence[str],
    group_a: str,
    group_b: str | None,
) -> Row:
    """A row of `rates` from counts by unit."""
    return rate_row(
        metric,
        errors=cell.errors,
        trials=cell.trials,
        subjects=cell.subjects if comparisons.has_subjects else None,
        interval=cell.interval(has_subjects=comparisons.has_subjects),
        group_a=group_a,
        group_b=group_b,
        threshold=threshold.name,
        axes=axes,
    )
