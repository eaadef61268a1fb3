"""Counts of scores in bins whose edges are exact, so that any two histograms merge exactly.

A bin is 2**power wide and begins at a whole multiple of its width. Scaling by a power of two and
rounding down are exact in floating point, so a score falls on the same side of an edge on every
machine, and two bins of one width are exactly one bin of the next. The width therefore need not
be known beforehand: it grows with the range seen, and ends the same in any order and any split.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 1 << 16
BIN_BITS = 16
SLICE = 1 << 16
# No bin is narrower than the 45th bit of the largest score: further down a double has no digits.
BITS_OF_A_SCORE = 45
LEAST_POWER = -200  # smaller differences are nobody's scores
EXACT_IN_A_FLOAT = 1 << 22  # whole numbers up to four times it are exact in 32 bits
POWER_OF_A_FLOAT_MAX = 60  # scaling up by more could leave the range of a 32-bit float
FRESH_MAX = 1 << 31  # a 32-bit count may not pass it
# Up to so many groups a cell is a pair of groups; beyond, pairs that share the same labels.
DETAIL_GROUPS_MAX = 16

Counts = NDArray[np.int64]
Names = tuple[str, ...]
NO_ENDS = math.inf, -math.inf
# (is it mated, the labels of one group, those of the other): in alphabetical order.
# Beyond DETAIL_GROUPS_MAX: the labels that both share (None where they differ), twice.
Cell = tuple[bool, tuple[str | None, ...], tuple[str | None, ...]]


@dataclass(frozen=True)
class Scale:
    """Bin i holds the scores from (first + i) * 2**power up to, without, the next such edge."""

    power: int
    first: int

    @classmethod
    def covering(cls, low: float, high: float) -> "Scale":
        """The finest scale that holds both scores; the same from every pair of ends.

        >>> Scale.covering(0.0, 1.0)
        Scale(power=-15, first=0)
        """
        largest = max(abs(low), abs(high))
        finest = math.frexp(largest)[1] - BITS_OF_A_SCORE if largest else LEAST_POWER
        finest = max(finest, LEAST_POWER)
        span = high - low
        power = max(finest, math.frexp(span)[1] - BIN_BITS - 1) if span else finest
        while _bin(high, power) - _bin(low, power) >= BINS:
            power += 1
        return cls(power, _bin(low, power))

    def holds(self, low: float, high: float) -> bool:
        return self.first <= _bin(low, self.power) and _bin(high, self.power) < self.first + BINS

    def places(self, scores: NDArray[Any], sign: int = 1) -> NDArray[Any]:
        """The bin of each score times the sign, shape (n,); all must be held."""
        if self.power > 0 or self.power < -POWER_OF_A_FLOAT_MAX:
            scores = scores.astype(np.float64)
        scaled = scores * scores.dtype.type(math.ldexp(float(sign), -self.power))
        if self.first < 0:
            scaled = np.floor(scaled, out=scaled)
            if self.power > 0:  # a hair below zero stays below it, though it rounds to zero
                scaled[(scaled == 0) & (scores * sign < 0)] = -1
        if abs(self.first) < EXACT_IN_A_FLOAT:
            scaled -= scaled.dtype.type(self.first)
            return scaled.astype(np.int32)
        return scaled.astype(np.int64) - self.first

    def edges(self, places: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """Where these bins begin; of all, and where the last ends, shape (BINS + 1,), if None."""
        chosen = np.arange(BINS + 1) if places is None else places
        return np.ldexp((self.first + chosen).astype(np.float64), self.power)

    def place(self, score: float) -> int:
        return _bin(score, self.power) - self.first


def _bin(score: float, power: int) -> int:
    scaled = math.ldexp(score, -power)
    return -1 if scaled == 0 and score < 0 else math.floor(scaled)


def shared(first: Names, second: Names) -> tuple[str | None, ...]:
    """The labels that two groups have in common, axis by axis."""
    return tuple(one if one == other else None for one, other in zip(first, second, strict=True))


class Histograms:
    """A histogram of likeness for each cell: two groups, mated or not.

    Likeness is the similarity, or the distance with its sign turned: a comparison is accepted
    where it is at least the threshold's, so all from an edge on are what that edge accepts.
    names : gives the labels of a group code. ends : likenesses between which some of the scores
    to come are known to lie; the scale begins with them, so that it seldom needs to grow.
    """

    def __init__(
        self,
        polarity: str,
        names: Callable[[int], Names] | None = None,
        ends: tuple[float, float] = NO_ENDS,
    ) -> None:
        self._names, self._ends = names or _numbered, ends
        self.sign = sign_of(polarity)
        self.scale: Scale | None = None
        self.low, self.high = math.inf, -math.inf
        self.rows: dict[Cell, int] = {}
        self.detailed = True
        self._fresh = np.zeros((0, BINS), dtype=np.int32)
        self._since = 0  # how many scores stand in the fresh counts
        self._settled: Counts | None = None  # only after as many as a 32-bit count may hold
        self._offsets = np.full(0, -1, dtype=np.int32)

    def add(self, keys: NDArray[Any], groups: int, scores: NDArray[Any]) -> None:
        """Count scores, shape (n,), all finite.

        keys : (mated * groups + group_a) * groups + group_b of each, codes below `groups`.
        """
        if not len(scores):
            return
        scale = self._ready(len(scores), float(scores.min()), float(scores.max()))
        offsets = self._offsets_of(keys, groups)
        offsets += scale.places(scores, self.sign)
        # add.at on 32-bit counts is the fastest count into a table that stays (measured).
        np.add.at(self._fresh.reshape(-1), offsets, np.int32(1))
        self._since += len(scores)

    def add_to(
        self,
        group_a: int,
        group_b: int,
        scores: NDArray[Any],
        ends: tuple[float, float] | None = None,
    ) -> None:
        """Count impostors of two groups, all finite. scores : of any shape, not empty.

        ends : the lowest and the highest of them, where known.
        """
        flat = scores.reshape(-1)
        scale = self._ready(len(flat), *(ends or (float(flat.min()), float(flat.max()))))
        names = sorted((self._names(group_a), self._names(group_b)))
        row = self._row(self._kept((False, names[0], names[1])))
        for start in range(0, len(flat), SLICE):  # a slice stays in the processor's cache
            places = scale.places(flat[start : start + SLICE], self.sign)
            np.add.at(self._fresh[row], places, np.int32(1))
        self._since += len(flat)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest likeness that was counted; NO_ENDS before the first."""
        return self.low, self.high

    def counts(self, cell: Cell) -> Counts:
        """The histogram of one cell, shape (BINS,)."""
        return self.total(cell.__eq__)

    def total(self, chosen: Callable[[Cell], bool]) -> Counts:
        """The histogram of the chosen cells together, shape (BINS,)."""
        result = np.zeros(BINS, dtype=np.int64)
        for cell, row in self.rows.items():
            if chosen(cell):
                result += self._fresh[row]
                if self._settled is not None:
                    result += self._settled[row]
        return result

    def absorb(self, other: "Histograms") -> None:
        """Add the other's counts to these."""
        if other.scale is None:
            return
        (low, high), (lower, higher) = self._ends, other._ends
        self._ends = min(low, lower), max(high, higher)
        if not other.detailed:
            self.coarsen_cells()
        self._widen(other.low, other.high)
        if self._since + other._since >= FRESH_MAX:
            self._settle()
        if other._settled is not None and self._settled is None:
            self._settle()
        for cell, theirs in other.rows.items():
            row = self._row(self._kept(cell))
            self._fresh[row] += self._shifted(other._fresh[theirs], other.scale)
            if other._settled is not None and self._settled is not None:
                self._settled[row] += self._shifted(other._settled[theirs], other.scale)
        self._since += other._since

    def coarsen_cells(self) -> None:
        """Keep only which labels the two groups share: fewer cells, the same views."""
        if not self.detailed:
            return
        before, tables = list(self.rows), [self._fresh, self._settled]
        self.detailed, self.rows = False, {}
        self._fresh = np.zeros((0, BINS), dtype=np.int32)
        self._settled = None if self._settled is None else np.zeros((0, BINS), dtype=np.int64)
        self._offsets = np.full(0, -1, dtype=np.int32)
        for place, cell in enumerate(before):
            row = self._row(self._kept(cell))
            for counts, table in zip(tables, [self._fresh, self._settled], strict=True):
                if counts is not None and table is not None:
                    table[row] += counts[place]

    def finish(self) -> None:
        """To the scale that the whole range asks for, whatever came first."""
        if self.scale is not None:
            self._move(Scale.covering(self.low, self.high))

    def _kept(self, cell: Cell) -> Cell:
        mated, first, second = cell
        if self.detailed:
            return cell
        common = shared(first, second)  # type: ignore[arg-type]
        return mated, common, common

    def _row(self, cell: Cell) -> int:
        row = self.rows.setdefault(cell, len(self.rows))
        if row >= len(self._fresh):
            more = max(16, len(self._fresh))  # rows that nobody counts into take no memory
            self._fresh = _longer(self._fresh, more)
            if self._settled is not None:
                self._settled = _longer(self._settled, more)
        return row

    def _offsets_of(self, keys: NDArray[Any], groups: int) -> NDArray[np.int32]:
        """Where the cell of each key begins in the table; shape (n,)."""
        if groups > DETAIL_GROUPS_MAX:
            self.coarsen_cells()
        if len(self._offsets) != 2 * groups * groups:
            self._offsets = np.full(2 * groups * groups, -1, dtype=np.int32)
        offsets = np.take(self._offsets, keys, mode="clip")
        if offsets.min() < 0:
            for key in np.unique(keys[offsets < 0]).tolist():
                mated, both = divmod(key, groups * groups)
                ends = sorted(self._names(code) for code in divmod(both, groups))
                cell = self._kept((bool(mated), ends[0], ends[1]))
                self._offsets[key] = self._row(cell) * BINS
            offsets = np.take(self._offsets, keys, mode="clip")
        return offsets

    def _ready(self, number: int, lowest: float, highest: float) -> Scale:
        """Make room for so many scores between these; gives the scale that holds them."""
        ends = self.sign * lowest, self.sign * highest
        self._widen(min(ends), max(ends))
        if self._since + number >= FRESH_MAX:
            self._settle()
        assert self.scale is not None  # noqa: S101 - for mypy: _widen sets it
        return self.scale

    def _widen(self, low: float, high: float) -> None:
        self.low, self.high = min(self.low, low), max(self.high, high)
        wanted = Scale.covering(min(self.low, self._ends[0]), max(self.high, self._ends[1]))
        if self.scale is None:
            self.scale = wanted
        elif wanted.power > self.scale.power or not self.scale.holds(low, high):
            self._move(wanted)

    def _move(self, scale: Scale) -> None:
        before, self.scale = self.scale, scale
        if before is None or before == scale:
            return
        for table in (self._fresh, self._settled):
            if table is not None:
                for row in range(len(self.rows)):
                    table[row] = self._shifted(table[row], before)

    def _shifted(self, counts: NDArray[Any], here: Scale) -> NDArray[Any]:
        """Counts, shape (BINS,), of a scale that is no coarser than this one, on this one."""
        assert self.scale is not None  # noqa: S101 - asked by the callers
        if here == self.scale:
            return counts
        there = self.scale
        if here.power == there.power:
            # What this scale does not hold is empty: it holds every score that was counted.
            start = here.first - there.first
            moved = np.zeros_like(counts)
            low, high = max(0, start), min(BINS, BINS + start)
            moved[low:high] = counts[low - start : high - start]
            return moved
        used = np.flatnonzero(counts)
        # A shift of whole numbers rounds down, as a bin does.
        places = ((here.first + used) >> (there.power - here.power)) - there.first
        return np.bincount(places, weights=counts[used], minlength=BINS).astype(counts.dtype)

    def _settle(self) -> None:
        """Move the 32-bit counts into 64-bit ones."""
        if self._settled is None:
            self._settled = self._fresh.astype(np.int64)
        else:
            self._settled += self._fresh
        self._fresh[:] = 0
        self._since = 0


def _longer(table: NDArray[Any], more: int) -> NDArray[Any]:
    """The table with so many more rows of zeros."""
    result = np.zeros((len(table) + more, BINS), dtype=table.dtype)  # not touched: no memory yet
    result[: len(table)] = table
    return result


def quantiles(counts: Counts, scale: Scale, shares: Sequence[float]) -> list[float]:
    """The middles of the bins that hold these shares of the scores below or in them.

    counts : not all 0.

    >>> counts = np.zeros(BINS, dtype=np.int64)
    >>> counts[[0, 2]] = 1
    >>> quantiles(counts, Scale(0, 0), [0.5, 1])
    [0.5, 2.5]
    """
    below = np.cumsum(counts)
    wanted = [max(1, math.ceil(share * int(below[-1]))) for share in shares]
    places = np.searchsorted(below, wanted).tolist()
    return [math.ldexp(scale.first + place + 0.5, scale.power) for place in places]


def moments(counts: Counts, scale: Scale) -> tuple[float, float]:
    """Mean and variance of the scores, each taken at the middle of its bin; counts not all 0."""
    used = counts > 0
    start, end = int(used.argmax()), len(counts) - int(used[::-1].argmax())
    held, numbers = counts[start:end], np.arange(start, end)
    n = int(held.sum())
    first = int((held * numbers).sum()) / n
    spread = float((held * np.square(numbers - first)).sum()) / n
    width = math.ldexp(1.0, scale.power)
    return (scale.first + first + 0.5) * width, spread * width * width


def sign_of(polarity: str) -> int:
    return -1 if polarity == "distance" else 1


def _numbered(code: int) -> Names:
    return (str(code),)
