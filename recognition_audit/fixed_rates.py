"""Thresholds at which so many impostors are accepted, exactly, from histograms and windows.

The histogram says in which bin the threshold is; the scores of that bin say which of them it is.
A few batches from all over the data tell where to expect it, so that the first pass can keep these
scores; where they were wrong, one more pass keeps those of the bin.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from recognition_audit.engine import Count, Plan
from recognition_audit.engine.windows import Window, WindowCounts, parts_of
from recognition_audit.groups import View
from recognition_audit.histogram import Cell, Histograms, sign_of
from recognition_audit.readers.comparisons import Batch, Notes, Part, Source, Tile
from recognition_audit.readers.units import Group
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold, errors_wanted, of_counts

Pass = Callable[[Plan], Count]
# One part in so many is looked into, but no fewer and no more than these: the larger the data, the
# narrower must the windows be for their scores to fit in memory.
PARTS_PER_SAMPLED = 16
SAMPLED_PARTS_MIN, SAMPLED_PARTS_MAX = 4, 64
# One row in so many is looked at, and enough for so many false matches at the lowest rate, but no
# fewer of a part than these; no more than a batch of it is read.
ROWS_PER_SAMPLED, MATCHES_SAMPLED, SAMPLED_ROWS_MIN = 64, 16, 1 << 15
# How far the sample's count at a threshold may be from that of the whole, in standard deviations
# of a Poisson count (of its root: 1/2 each); wider than one would take, since subjects repeat.
DEVIATIONS = 6
COUNTS_MORE = 4
KEPT_MAX = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """A threshold to be found: at which rate, and on whom. view None: within any group."""

    rate: float
    view: View | None = None

    def name(self) -> str:
        return f"FMR {self.rate:g}" + (f" of {self.view.name}" if self.view else "")

    def origin(self) -> str:
        if self.view is None:
            return f"fixed at a pooled false match rate of {self.rate * 100:g} % within groups"
        return f"fixed at a false match rate of {self.rate * 100:g} % in {self.view.name}"

    def holds(self, cell: Cell) -> bool:
        if cell[0]:
            return False
        return within_one(cell) if self.view is None else self.view.holds(cell)


def within_one(cell: Cell) -> bool:
    """Whether both people of the cell are of one group of the intersection."""
    _mated, first, second = cell
    return first == second and None not in first


class Sample:
    """The first rows of a few parts from all over a source; see Source. rates : to be fixed."""

    def __init__(self, source: Source, rates: Sequence[float]) -> None:
        self._source, parts = source, source.parts()
        wanted = max(SAMPLED_PARTS_MIN, len(parts) // PARTS_PER_SAMPLED)
        wanted = min(wanted, SAMPLED_PARTS_MAX)
        chosen = parts[:: max(1, len(parts) // wanted)][:wanted]
        rows = max(source.total // ROWS_PER_SAMPLED, math.ceil(MATCHES_SAMPLED / min(rates)))
        rows = max(SAMPLED_ROWS_MIN, rows // max(1, len(chosen)))
        self._parts = [replace(part, looked_at=rows) for part in chosen]
        self.polarity, self.has_subjects = source.polarity, source.has_subjects
        self.complete, self.total = source.complete, 0

    def new_units(self) -> Any:
        return self._source.new_units()

    def parts(self) -> Sequence[Part]:
        return self._parts

    def read(self, part: Part, notes: Notes) -> Iterator[Batch | Tile]:
        return islice(self._source.read(part, notes), 1)


def expected(wanted: Sequence[Wanted], histograms: Histograms) -> list[Window]:
    """Where each threshold is likely to be, from the histograms of a sample."""
    windows = []
    for one in wanted:
        counts = histograms.total(one.holds)
        likely = one.rate * int(counts.sum())
        root, off = math.sqrt(likely), DEVIATIONS / 2
        above = np.cumsum(counts[::-1])
        least = int(np.searchsorted(above, (root - off) ** 2)) if root > off else 0
        most = int(np.searchsorted(above, (root + off) ** 2 + COUNTS_MORE))
        edges = histograms.scale.edges()[::-1] if histograms.scale else np.zeros(2)
        high = float(edges[least]) if least else math.inf
        low = float(edges[most + 1]) if most + 1 < len(edges) else -math.inf
        windows.append(Window(low, high, KEPT_MAX))
    return windows


def find(
    wanted: Sequence[Wanted], count: Count, groups: Sequence[Group], again: Pass
) -> tuple[list[Threshold], bool]:
    """The thresholds, and whether the windows held all; raises BadInput for too few impostors."""
    histograms = count.tally.histograms
    assert histograms is not None  # noqa: S101 - counted in the first pass
    places = [_Place.of(one, histograms) for one in wanted]
    kept = count.windows
    held = all(
        have.window.holds(place.window) and not have.given_up
        for have, place in zip(kept, places, strict=True)
    )
    if not held:
        kept = again(Plan(windows=tuple(place.window for place in places))).windows
    found = []
    for one, place, window in zip(wanted, places, kept, strict=True):
        value = histograms.sign * place.value(one, window, groups)
        found.append(Threshold(one.name(), value, one.origin(), tuned=True))
    return found, held


@dataclass(frozen=True)
class _Place:
    """The window that the threshold is in, and how many of its scores may be accepted."""

    window: Window
    left: int

    @classmethod
    def of(cls, one: Wanted, histograms: Histograms) -> "_Place":
        counts, scale = histograms.total(one.holds), histograms.scale
        wanted = errors_wanted(int(counts.sum()), one.rate, of=one.view.name if one.view else "")
        assert scale is not None  # noqa: S101 - there are impostors, so there is a scale
        above = np.cumsum(counts[::-1])  # accepted from the last bin down to each
        place = min(int(np.searchsorted(above, wanted, side="right")), len(counts) - 1)
        # Ties may push the threshold to the nearest stricter score, in a bin before.
        before = np.flatnonzero(counts[::-1][:place])
        start = int(before[-1]) if len(before) else place
        taken = int(above[start - 1]) if start else 0
        edges = scale.edges()[::-1]
        return cls(Window(float(edges[place + 1]), float(edges[start])), wanted - taken)

    def value(self, one: Wanted, kept: WindowCounts, groups: Sequence[Group]) -> float:
        """The likeness at the threshold. kept : every score in the window, or in a wider one."""
        return of_counts(*kept.of_cells(self.window, groups, one.holds), self.left)


def settle_inside(
    tally: Tally, steps: Sequence[Threshold], given: int, windows: Sequence[WindowCounts]
) -> Tally:
    """The tally at these thresholds, where it was counted at the upper ends of their windows.

    given : how many thresholds before those of the windows. Only where a group is the unit.
    """
    sign = sign_of(tally.polarity)
    for place, kept in enumerate(windows, start=given):
        values, keys, counts = kept.every()
        mated, first, second = parts_of(keys)
        accepted = values >= sign * steps[place].value
        impostors, mates = accepted & (mated == 0), accepted & (mated == 1)
        for unit, other in ((first, second), (second, first)):
            cells = (unit[impostors], other[impostors])
            np.add.at(tally.false_matches[place], cells, counts[impostors])
        np.subtract.at(tally.false_non_matches[place], first[mates], counts[mates])
    tally.thresholds = tuple(step.value for step in steps)
    return tally
