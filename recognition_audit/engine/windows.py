"""Every value of the scores in a narrow range: what fixes a threshold exactly inside a bin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.histogram import Cell, Names, sign_of
from recognition_audit.readers.comparisons import Batch, Tile
from recognition_audit.thresholds import accepts

WAITING_MAX = 1 << 20
CODE_BITS = 20  # of a group; a key is (mated, group_a, group_b)
CODE_MASK = (1 << CODE_BITS) - 1

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Kept = tuple[Values, Counts, Counts]


@dataclass(frozen=True)
class Window:
    """Comparisons whose likeness (see Histograms) is from low up to, without, high.

    most : so many distinct ones are kept; with more the window is given up. 0: any number.
    """

    low: float
    high: float
    most: int = 0

    def holds(self, other: "Window") -> bool:
        return self.low <= other.low and other.high <= self.high


class WindowCounts:
    """The likenesses in a window with who was compared, and how often each is there.

    They are put in order and summed up only where there are many: what is asked of them later is
    mostly about a few.
    """

    def __init__(self, window: Window, polarity: str) -> None:
        self.window, self.polarity = window, polarity
        self._held: list[Kept] = []
        self._rows = 0  # in all of them
        self._together = 0  # of them, in the first, in order and each once
        self._given_up = False

    @property
    def given_up(self) -> bool:
        """Whether there were too many distinct ones to keep."""
        if 0 < self.window.most < self._rows:
            self.put_together()
        return self._given_up

    def add(self, batch: Batch) -> None:
        sign, near = sign_of(self.polarity), np.flatnonzero(self.inside(batch.scores))
        first, second = batch.group_a[near], batch.group_b[near]
        known = (first >= 0) & (second >= 0)
        near, first, second = near[known], first[known], second[known]
        mated = batch.mated[near].astype(np.int64)
        keys = _keys(mated, first, second)
        values = sign * batch.scores[near].astype(np.float64)
        self._hold(values, keys, np.ones(len(values), dtype=np.int64))

    def add_tile(self, tile: Tile) -> None:
        scores = tile.scores.reshape(-1)
        found = scores[self.inside(scores)]
        if not len(found):
            return
        none = np.zeros(len(found), dtype=np.int64)
        self.add(
            Batch(found, none, none, none + tile.group_a, none + tile.group_b, none.astype(bool))
        )

    def absorb(self, other: "WindowCounts") -> None:
        """Add the other's; its groups carry the same codes."""
        self._given_up |= other._given_up
        for more in other._held:
            self._hold(*more)

    def recode(self, group_of: Counts) -> None:
        """Group g becomes group_of[g]."""
        if (group_of == np.arange(len(group_of))).all():
            return
        values, keys, counts = self.every()
        mated, first, second = parts_of(keys)
        keys = _keys(mated, group_of[first], group_of[second])
        self._held, self._together = [(values, keys, counts)], 0

    def every(self) -> Kept:
        """The values, their keys (see parts_of) and counts, shape (n,); some stand there twice."""
        if self._given_up or not self._held:
            return np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if len(self._held) > 1:
            values, keys, counts = (
                np.concatenate(parts) for parts in zip(*self._held, strict=True)
            )
            self._held, self._together = [(values, keys, counts)], 0
        return self._held[0]

    def of_cells(
        self, window: Window, groups: Sequence[Names], holds: Callable[[Cell], bool]
    ) -> tuple[Values, Counts]:
        """The distinct values of some cells in a window inside this one, and how many of each.

        groups : the labels behind the codes.
        """
        values, keys, counts = self.every()
        inside = (values >= window.low) & (values < window.high)
        values, keys, counts = values[inside], keys[inside], counts[inside]
        there, places = np.unique(keys, return_inverse=True)
        chosen = np.array([holds(_cell(key, groups)) for key in there.tolist()], dtype=bool)
        kept = chosen[places] if len(there) else np.zeros(0, dtype=bool)
        values, at = np.unique(values[kept], return_inverse=True)
        return values, np.bincount(at, weights=counts[kept]).astype(np.int64)

    def inside(self, scores: NDArray[Any]) -> NDArray[np.bool_]:
        """Which scores are in the window, shape (n,); none when it was given up."""
        if self._given_up:
            return np.zeros(scores.shape, dtype=bool)
        sign, window = sign_of(self.polarity), self.window
        inside = accepts(scores, sign * window.low, self.polarity)
        inside &= ~accepts(scores, sign * window.high, self.polarity)
        return inside

    def _hold(self, values: Values, keys: Counts, counts: Counts) -> None:
        self._held.append((values, keys, counts))
        self._rows += len(values)
        if self._rows - self._together > max(WAITING_MAX, self._together):
            self.put_together()

    def put_together(self) -> None:
        """Sum up what is held: each value of a key once, in ascending order."""
        values, keys, counts = self.every()
        order = _order(values, keys)
        values, keys, counts = values[order], keys[order], counts[order]
        if len(values):
            new = (values[1:] != values[:-1]) | (keys[1:] != keys[:-1])
            starts = np.flatnonzero(np.r_[True, new])
            values, keys = values[starts], keys[starts]
            counts = np.add.reduceat(counts, starts)
        self._given_up |= 0 < self.window.most < len(values)
        self._held = [] if self._given_up else [(values, keys, counts)]
        self._rows = self._together = 0 if self._given_up else len(values)


def _keys(mated: Counts, first: Counts, second: Counts) -> Counts:
    """What parts_of takes apart."""
    return ((mated << CODE_BITS | first) << CODE_BITS) | second


def parts_of(keys: Counts) -> tuple[Counts, Counts, Counts]:
    """Of each key: whether mated, and both groups; arrays of shape (n,)."""
    return keys >> 2 * CODE_BITS, keys >> CODE_BITS & CODE_MASK, keys & CODE_MASK


def _order(values: Values, keys: Counts) -> NDArray[np.intp]:
    """The order by value, and by key where values are equal; shape (n,).

    Sorting by one array is several times as fast as by two, and few values are there twice.
    """
    order = np.argsort(values)
    ascending = values[order]
    equal = ascending[1:] == ascending[:-1]
    tied = np.flatnonzero(np.r_[False, equal] | np.r_[equal, False])
    some = order[tied]
    order[tied] = some[np.lexsort((keys[some], values[some]))]
    return order


def _cell(key: int, groups: Sequence[Names]) -> Cell:
    ends = sorted((groups[key >> CODE_BITS & CODE_MASK], groups[key & CODE_MASK]))
    return bool(key >> 2 * CODE_BITS), ends[0], ends[1]
