"""One pass over comparisons into small counts that merge exactly.

Counts by unit (a subject in a group) and by the other side's group are enough for every rate by
group, by intersection and across groups, and for leaving one subject out. Histograms by cell give
what needs all thresholds at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.histogram import DETAIL_GROUPS_MAX, Histograms
from recognition_audit.pair_counts import PairCounter, PairCounts
from recognition_audit.readers.comparisons import Batch, Tile
from recognition_audit.thresholds import accepts

Counts = NDArray[np.int64]
Look = Callable[[NDArray[Any]], NDArray[np.bool_]]
ARRAYS = ("impostors", "mated", "false_matches", "false_non_matches")
BYTE = 1 << 8
FEWER_THAN_PAIRS = 1 << 17  # keys; to count fewer two at a time takes longer


def _grown(counts: Counts, *shape: int) -> Counts:
    """The counts with at least this shape, zeros added at the ends."""
    pads = [(0, max(0, new - old)) for new, old in zip(shape, counts.shape, strict=True)]
    return np.pad(counts, pads) if any(add for _zero, add in pads) else counts


def _keys(batch: Batch, groups: int) -> NDArray[Any]:
    """(mated * groups + group_a) * groups + group_b of each comparison; shape (n,)."""
    kind = _smallest(2 * groups * groups)
    keys = batch.group_a.astype(kind)
    keys *= kind(groups)
    keys += batch.group_b.astype(kind, copy=False)
    keys += np.multiply(batch.mated, kind(groups * groups), dtype=kind)
    return keys


def _smallest(codes: int) -> type[np.integer[Any]]:
    """The smallest kind of number that holds so many codes: fewer bytes to go through."""
    kinds = (np.uint8, np.int16, np.int32)
    return next((kind for kind in kinds if codes - 1 <= np.iinfo(kind).max), np.int64)


def _counted(keys: NDArray[Any], groups: int) -> Counts:
    """How often each key is there; shape (2, groups, groups): whether mated, and both groups."""
    size = 2 * groups * groups
    if keys.dtype != np.uint8 or len(keys) < FEWER_THAN_PAIRS:
        counts = np.bincount(keys, minlength=size)
    else:  # two at a time, which takes half as long
        even = len(keys) - len(keys) % 2
        pairs = np.bincount(keys[:even].view(np.uint16), minlength=BYTE * BYTE)
        pairs = pairs.reshape(BYTE, BYTE)
        counts = (pairs.sum(axis=0) + pairs.sum(axis=1))[:size]
        counts += np.bincount(keys[even:], minlength=size)
    return counts.reshape(2, groups, groups)


@dataclass
class Tally:
    """Counts of comparisons at some thresholds.

    impostors, false_matches : shape (units, groups) and (thresholds, units, groups): each impostor
    comparison stands once with either side's unit, under the other side's group.
    mated, false_non_matches : shape (units,) and (thresholds, units).
    by_group : the units are the groups (no subject ids). histograms, pair_counts : None where they
    are not wanted, or, of the latter, where there were too many pairs.
    """

    thresholds: tuple[float, ...]
    polarity: str
    by_group: bool = False
    histograms: Histograms | None = None
    impostors: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    mated: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    false_matches: Counts = field(init=False)
    false_non_matches: Counts = field(init=False)
    pair_counts: PairCounts | None = None
    _pairs: PairCounter | None = None
    _across: bool = False
    _complete: bool = False
    _not_held: int = 0

    def __post_init__(self) -> None:
        steps = len(self.thresholds)
        self.false_matches = np.zeros((steps, 0, 0), dtype=np.int64)
        self.false_non_matches = np.zeros((steps, 0), dtype=np.int64)

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Which units stand in a comparison that was counted; shape (units,)."""
        found: NDArray[np.bool_] = self.impostors.sum(axis=1) + self.mated > 0
        return found

    def count_pairs(self, *, across: bool, complete: bool) -> None:
        """From now on, count by pair of units too. complete : each two are compared once."""
        each = 1 if complete else None
        self._pairs = PairCounter(len(self.thresholds), across=across, each=each)
        self._across, self._complete = across, complete

    def add(self, batch: Batch, units: int, groups: int, looks: Sequence[Look] = ()) -> Batch:
        """Count a batch. units, groups : how many are known by now.

        looks : which scores are wanted besides. Gives the comparisons that are, with those that a
        threshold gets wrong: mostly few, so that all that follows goes over these alone.
        """
        self._grow(units, groups)
        if len(batch.scores) and min(batch.group_a.min(), batch.group_b.min()) < 0:
            batch = batch.only((batch.group_a >= 0) & (batch.group_b >= 0))
        if self._pairs is not None:
            self._pairs.add_batch(batch, self.thresholds, self.polarity)
        keys = _keys(batch, groups)
        if self.histograms is not None:
            self.histograms.add(keys, groups, batch.scores)
        flags = [self._wrong(batch, step) for step in range(len(self.thresholds))]
        flags += [look(batch.scores) for look in looks]
        some = np.logical_or.reduce(flags) if flags else np.zeros(len(batch.scores), dtype=bool)
        few = batch.at(np.flatnonzero(some))
        if self.by_group and self.thresholds:
            self._count_groups(keys, few, groups)
        elif self.thresholds:
            self._count_units(batch, groups, self.impostors, self.mated)
            for step in range(len(self.thresholds)):
                wrong = few.only(self._wrong(few, step))
                counts = self.false_matches[step], self.false_non_matches[step]
                self._count_units(wrong, groups, *counts)
        return few

    def _wrong(self, batch: Batch, step: int) -> NDArray[np.bool_]:
        """Impostors who are accepted and mates who are not; shape (n,)."""
        accepted = accepts(batch.scores, self.thresholds[step], self.polarity)
        accepted ^= batch.mated
        return accepted

    def add_tile(self, tile: Tile, units: int, groups: int) -> None:
        """Count impostors of two groups, everybody of one with everybody of the other."""
        self._grow(units, groups)
        first, second = tile.group_a, tile.group_b
        rows, columns = tile.scores.shape
        if self.histograms is not None:
            if groups > DETAIL_GROUPS_MAX:
                self.histograms.coarsen_cells()
            self.histograms.add_to(first, second, tile.scores, tile.ends)
        np.add.at(self.impostors[:, second], tile.unit_a, columns)
        np.add.at(self.impostors[:, first], tile.unit_b, rows)
        flat, errors = tile.scores.reshape(-1), []
        for step, value in enumerate(self.thresholds):
            places = np.flatnonzero(accepts(flat, value, self.polarity))
            row, column = np.divmod(places, columns)
            errors.append(places)
            matches = self.false_matches[step]
            for unit, other, place in ((tile.unit_a, second, row), (tile.unit_b, first, column)):
                np.add.at(matches[:, other], unit, np.bincount(place, minlength=len(unit)))
        if self._pairs is not None and (self._across or first == second):
            self._add_pairs(tile, errors)

    def _add_pairs(self, tile: Tile, errors: list[NDArray[np.intp]]) -> None:
        """Count the pairs that some threshold accepts; of the others only how many they are."""
        assert self._pairs is not None  # noqa: S101 - asked by the caller
        if self._complete:
            places = np.unique(np.concatenate(errors)) if errors else np.zeros(0, dtype=np.intp)
            self._not_held += tile.scores.size - len(places)
        else:
            places = np.arange(tile.scores.size)
        row, column = np.divmod(places, tile.scores.shape[1])
        accepted = np.array([np.isin(places, found) for found in errors], dtype=bool)
        accepted = accepted.reshape(len(errors), len(places))
        self._pairs.add(tile.unit_a[row], tile.unit_b[column], accepted)

    def _count_groups(self, keys: NDArray[Any], few: Batch, groups: int) -> None:
        """Count where a group is the unit. keys : of all, as `_keys` gives them."""
        both = _counted(keys, groups)
        self.impostors += both[0] + both[0].T
        self.mated += both[1].sum(axis=1)
        keys = _keys(few, groups)
        for step in range(len(self.thresholds)):
            wrong = _counted(keys[self._wrong(few, step)], groups)
            self.false_matches[step] += wrong[0] + wrong[0].T
            self.false_non_matches[step] += wrong[1].sum(axis=1)

    def _count_units(self, batch: Batch, groups: int, impostors: Counts, mated: Counts) -> None:
        """Add to counts of shape (units, groups) and (units,)."""
        first, second = batch.unit_a, batch.unit_b
        others = (batch.group_b, batch.group_a)
        if batch.mated.any():
            mated += np.bincount(first[batch.mated], minlength=mated.size)
            apart = ~batch.mated
            first, second = first[apart], second[apart]
            others = (others[0][apart], others[1][apart])
        for unit, other in zip((first, second), others, strict=True):
            flat = np.bincount(unit * groups + other, minlength=impostors.size)
            impostors += flat.reshape(impostors.shape)

    def merge(self, other: "Tally") -> "Tally":
        """The tally of both together; units and groups carry the same codes in both."""
        units = max(self.mated.size, other.mated.size)
        groups = max(self.impostors.shape[1], other.impostors.shape[1])
        merged = Tally(self.thresholds, self.polarity, self.by_group)
        merged._grow(units, groups)
        for part in (self, other):
            part._grow(units, groups)
            for name in ARRAYS:
                setattr(merged, name, getattr(merged, name) + getattr(part, name))
        if self.histograms is not None and other.histograms is not None:
            self.histograms.absorb(other.histograms)
            merged.histograms = self.histograms
        first, second = self.closed().pair_counts, other.closed().pair_counts
        if first is not None and second is not None:
            merged.pair_counts = first.merge(second)
        return merged

    def recoded(self, unit_of: Counts, group_of: Counts, units: int, groups: int) -> "Tally":
        """The same under other codes: unit u becomes unit_of[u], group g group_of[g]."""
        self._grow(len(unit_of), len(group_of))
        moved = Tally(self.thresholds, self.polarity, self.by_group, self.histograms)
        moved._grow(units, groups)
        both = np.ix_(unit_of, group_of)
        moved.impostors[both] = self.impostors
        moved.mated[unit_of] = self.mated
        for step in range(len(self.thresholds)):
            moved.false_matches[step][both] = self.false_matches[step]
            moved.false_non_matches[step][unit_of] = self.false_non_matches[step]
        pairs = self.closed().pair_counts
        moved.pair_counts = None if pairs is None else pairs.recoded(unit_of)
        return moved

    def closed(self) -> "Tally":
        """Nothing more is added: counts by pair are put together."""
        if self._pairs is not None:
            pairs, self._pairs = self._pairs.result(), None
            if pairs is not None:
                pairs = replace(pairs, compared=pairs.compared + self._not_held)
            self.pair_counts = pairs
        return self

    def _grow(self, units: int, groups: int) -> None:
        steps = len(self.thresholds)
        self.impostors = _grown(self.impostors, units, groups)
        self.mated = _grown(self.mated, units)
        self.false_matches = _grown(self.false_matches, steps, units, groups)
        self.false_non_matches = _grown(self.false_non_matches, steps, units)


def each(
    batches: Iterable[Batch], rows: int, progress: Callable[[int, int], None] | None
) -> Iterator[Batch]:
    """Pass batches on and tell how far it is."""
    done = 0
    for batch in batches:
        yield batch
        done += len(batch.scores)
        if progress:
            progress(min(done, rows) if rows else done, rows)
