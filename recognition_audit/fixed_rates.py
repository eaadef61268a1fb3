"""Thresholds at which so many impostors are accepted, exactly, from histograms and a second look.

The histogram says in which bin the threshold is; a pass that keeps only the scores of that bin
says which of them it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recognition_audit.engine import Count, Plan
from recognition_audit.engine.windows import Window
from recognition_audit.groups import View
from recognition_audit.histogram import Cell, Histograms
from recognition_audit.readers.units import Group
from recognition_audit.thresholds import Threshold, errors_wanted, of_counts

Pass = Callable[[Plan], Count]


@dataclass(frozen=True)
class Wanted:
    """A threshold to be found: at which rate, and on whom. members None: within any group."""

    rate: float
    view: View | None = None

    def name(self) -> str:
        return f"FMR {self.rate:g}" + (f" of {self.view.name}" if self.view else "")

    def origin(self) -> str:
        if self.view is None:
            return f"fixed at a pooled false match rate of {self.rate * 100:g} % within groups"
        return f"fixed at a false match rate of {self.rate * 100:g} % in {self.view.name}"

    def holds(self, cell: Cell) -> bool:
        mated, first, _second = cell
        if mated:
            return False
        if self.view is None:
            return within_one(cell)
        return self.view.holds(cell) and first is not None


def within_one(cell: Cell) -> bool:
    """Whether both people of the cell are of one group of the intersection."""
    _mated, first, second = cell
    return first == second and None not in first


def find(
    wanted: Sequence[Wanted], histograms: Histograms, groups: Sequence[Group], again: Pass
) -> list[Threshold]:
    """The thresholds, after one more pass; raises BadInput where the impostors are too few."""
    if not wanted:
        return []
    places = [_Place.of(one, histograms, groups) for one in wanted]
    count = again(Plan(windows=tuple(place.window for place in places)))
    sign = histograms.sign
    found = []
    for one, place, window in zip(wanted, places, count.windows, strict=True):
        value = sign * of_counts(*window.result(), place.left)
        found.append(Threshold(one.name(), value, one.origin(), tuned=True))
    return found


@dataclass(frozen=True)
class _Place:
    """The window that the threshold is in, and how many of its scores may be accepted."""

    window: Window
    left: int

    @classmethod
    def of(cls, one: Wanted, histograms: Histograms, groups: Sequence[Group]) -> "_Place":
        counts, scale = histograms.total(one.holds), histograms.scale
        wanted = errors_wanted(int(counts.sum()), one.rate)
        assert scale is not None  # noqa: S101 - there are impostors, so there is a scale
        above = np.cumsum(counts[::-1])  # accepted from the last bin down to each
        place = min(int(np.searchsorted(above, wanted, side="right")), len(counts) - 1)
        # Ties may push the threshold to the nearest stricter score, in the bin before.
        before = np.flatnonzero(counts[::-1][:place])
        start = int(before[-1]) if len(before) else place
        taken = int(above[start - 1]) if start else 0
        edges = scale.edges()
        low, high = edges[len(counts) - 1 - place], edges[len(counts) - start]
        members = None
        if one.view is not None:
            members = frozenset(group for group in groups if one.view.has(group))
        return cls(Window(float(low), float(high), members), wanted - taken)
