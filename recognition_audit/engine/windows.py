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
    """The distinct likenesses in a window with who was compared, and how often each is there."""

    def __init__(self, window: Window, polarity: str) -> None:
        self.window, self.polarity = window, polarity
        self.values = np.zeros(0, dtype=np.float64)
        self.keys = np.zeros(0, dtype=np.int64)
        self.counts = np.zeros(0, dtype=np.int64)
        # Sorting all at once is faster than sorting each batch: until then they wait, unsorted.
        self._waiting: list[tuple[Values, Counts, Counts]] = []
        self._rows = 0
        self._given_up = False

    @property
    def given_up(self) -> bool:
        """Whether there were too many distinct ones to keep."""
        self.put_together()
        return self._given_up

    def add(self, batch: Batch) -> None:
        inside = self._inside(batch.scores)
        if inside is None:
            return
        sign, near = sign_of(self.polarity), np.flatnonzero(inside)
        first, second = batch.group_a[near], batch.group_b[near]
        known = (first >= 0) & (second >= 0)
        near, first, second = near[known], first[known], second[known]
        mated = batch.mated[near].astype(np.int64)
        keys = ((mated << CODE_BITS | first) << CODE_BITS) | second
        values = sign * batch.scores[near].astype(np.float64)
        self._wait(values, keys, np.ones(len(values), dtype=np.int64))

    def add_tile(self, tile: Tile) -> None:
        scores = tile.scores.reshape(-1)
        inside = self._inside(scores)
        if inside is None or not inside.any():
            return
        found = scores[inside]
        none = np.zeros(len(found), dtype=np.int64)
        self.add(
            Batch(found, none, none, none + tile.group_a, none + tile.group_b, none.astype(bool))
        )

    def absorb(self, other: "WindowCounts") -> None:
        """Add the other's; its groups carry the same codes."""
        self._given_up |= other._given_up
        for more in ((other.values, other.keys, other.counts), *other._waiting):
            self._wait(*more)

    def recode(self, group_of: Counts) -> None:
        """Group g becomes group_of[g]."""
        if (group_of == np.arange(len(group_of))).all():
            return
        mated, first, second = self.parts()
        first, second = group_of[first], group_of[second]
        self.keys = ((mated << CODE_BITS | first) << CODE_BITS) | second
        self._sum(self.values, self.keys, self.counts)

    def parts(self) -> tuple[Counts, Counts, Counts]:
        """Of each value: whether mated, and both groups; arrays of shape (n,)."""
        self.put_together()
        keys = self.keys
        return keys >> 2 * CODE_BITS, keys >> CODE_BITS & CODE_MASK, keys & CODE_MASK

    def of_cells(
        self, window: Window, groups: Sequence[Names], holds: Callable[[Cell], bool]
    ) -> tuple[Values, Counts]:
        """The distinct values of some cells in a window inside this one, and how many of each.

        groups : the labels behind the codes.
        """
        self.put_together()
        start, end = np.searchsorted(self.values, [window.low, window.high])
        there, places = np.unique(self.keys[start:end], return_inverse=True)
        chosen = np.array([holds(_cell(key, groups)) for key in there.tolist()], dtype=bool)
        kept = chosen[places] if len(there) else np.zeros(0, dtype=bool)
        values, at = np.unique(self.values[start:end][kept], return_inverse=True)
        counts = np.bincount(at, weights=self.counts[start:end][kept]).astype(np.int64)
        return values, counts

    def _inside(self, scores: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Which scores are in the window; None when it was given up."""
        if self._given_up:
            return None
        sign, window = sign_of(self.polarity), self.window
        inside = accepts(scores, sign * window.low, self.polarity)
        inside &= ~accepts(scores, sign * window.high, self.polarity)
        return inside

    def _wait(self, values: Values, keys: Counts, counts: Counts) -> None:
        self._waiting.append((values, keys, counts))
        self._rows += len(values)
        if self._rows > WAITING_MAX:
            self.put_together()

    def put_together(self) -> None:
        """Sum up what waits; done by itself before anything is read."""
        if self._waiting:
            every = [(self.values, self.keys, self.counts), *self._waiting]
            self._waiting, self._rows = [], 0
            values, keys, counts = (np.concatenate(parts) for parts in zip(*every, strict=True))
            self._sum(values, keys, counts)

    def _sum(self, values: Values, keys: Counts, counts: Counts) -> None:
        """Each value of a key once, in ascending order."""
        order = _order(values, keys)
        values, keys, counts = values[order], keys[order], counts[order]
        if len(values):
            new = (values[1:] != values[:-1]) | (keys[1:] != keys[:-1])
            starts = np.flatnonzero(np.r_[True, new])
            values, keys = values[starts], keys[starts]
            counts = np.add.reduceat(counts, starts)
        self._given_up |= 0 < self.window.most < len(values)
        if self._given_up:
            values, keys, counts = values[:0], keys[:0], counts[:0]
        self.values, self.keys, self.counts = values, keys, counts


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
