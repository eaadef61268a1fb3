"""Impostor comparisons counted by pair of units: what resampling of subjects needs.

Resampling weighs a comparison by the weights of both of its subjects, so counts by unit are not
enough. Pairs are unordered and aggregated: the same counts come out in any order of rows and
in any split of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.readers.comparisons import Batch
from recognition_audit.thresholds import accepts

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

# At 16 + 8 + 8 * thresholds bytes a pair: 130 MB at one threshold.
PAIR_COUNTS_MAX = 4_000_000
WAITING_MAX = 1 << 19  # rows that wait before they are aggregated
# What is aggregated in several pieces may count a pair in each: that much above the limit is held.
SLACK = 1.25
UNIT_BITS = 32
UNIT_MASK = (1 << UNIT_BITS) - 1
KEY_BITS = 63
FEW_MAX = (1 << 31) - 1  # comparisons that 32-bit counts hold


@dataclass(frozen=True)
class PairCounts:
    """Impostor comparisons by unordered pair of units, sorted by (first, second).

    first, second : unit codes, shape (n,), first <= second.
    trials : comparisons of the pair, shape (n,). errors : of them accepted at each threshold,
    shape (thresholds, n).
    across : whether pairs of two groups of the intersection are held too. False: only within one.
    each : None when every compared pair is held. A number: every two units were compared so many
    times (a matrix, embeddings), and only pairs accepted at some threshold are held, since the
    trials of any set of units can then be counted: 5 % of 6.8 M distances instead of all.
    compared : comparisons in the scope, with those of pairs that are not held.
    """

    first: Codes
    second: Codes
    trials: Codes
    errors: Codes
    across: bool = False
    each: int | None = None
    compared: int = 0

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def empty(cls, steps: int, *, across: bool = False, each: int | None = None) -> "PairCounts":
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, none, np.zeros((steps, 0), dtype=np.int64), across, each)

    @classmethod
    def from_batches(
        cls,
        batches: Iterable[Batch],
        thresholds: Sequence[float],
        polarity: str,
        *,
        across: bool = False,
        each: int | None = None,
        limit: int = PAIR_COUNTS_MAX,
    ) -> "PairCounts | None":
        """Count batches; None when there are more than `limit` pairs to hold."""
        counter = PairCounter(len(thresholds), across=across, each=each, limit=limit)
        for batch in batches:
            counter.add_batch(batch, thresholds, polarity)
        return counter.result()

    def merge(self, other: "PairCounts", *, limit: int = PAIR_COUNTS_MAX) -> "PairCounts | None":
        """The counts of both together; None when there are more than `limit` pairs to hold.

        Units carry the same codes in both.
        """
        if (self.across, self.each) != (other.across, other.each):
            raise ValueError("counts of a different scope do not merge")
        whole = _Run.of(self).merge(_Run.of(other), limit)
        return None if whole is None else whole.pairs(self, self.compared + other.compared)

    def recoded(self, codes: Codes) -> "PairCounts":
        """The same counts under other unit codes: unit u becomes codes[u]. For shards."""
        if (codes == np.arange(len(codes))).all():
            return self
        keys = _keys(codes[self.first], codes[self.second])
        order = np.argsort(keys)
        keys = keys[order]
        starts = _starts(keys)
        whole = _Run(
            keys[starts],
            np.add.reduceat(self.trials[order], starts) if len(keys) else self.trials,
            np.add.reduceat(self.errors[:, order], starts, axis=1) if len(keys) else self.errors,
        )
        return whole.pairs(self, self.compared)

    def settled(self, group_of: Codes) -> "PairCounts | None":
        """Itself when `each` is true of the data, else None: a matrix with holes is not complete.

        group_of : the group of each unit, shape (units,); -1 for a unit without a label.
        """
        if self.each is None:
            return self
        sizes = np.bincount(group_of[group_of >= 0]).astype(np.int64)
        if self.across:
            sizes = sizes.sum(keepdims=True)
        return self if self.compared == self.each * int((sizes * (sizes - 1) // 2).sum()) else None


class PairCounter:
    """Counts pairs as they come, in bounded memory.

    Some rows at a time are sorted into a run of pairs; a run is merged with the one before as soon
    as that is not twice as long, so that few runs are held and each pair moves only a few times.
    """

    def __init__(
        self,
        steps: int,
        *,
        across: bool = False,
        each: int | None = None,
        limit: int = PAIR_COUNTS_MAX,
    ) -> None:
        self._scope = PairCounts.empty(steps, across=across, each=each)
        self._runs: list[_Run] = []
        self._waiting: list[tuple[Codes, Flags]] = []
        self._rows, self._compared, self._limit, self._over = 0, 0, limit, False

    def add_batch(self, batch: Batch, thresholds: Sequence[float], polarity: str) -> None:
        """Count the impostors of a batch whose labels are known."""
        if self._over:
            return
        chosen = ~batch.mated & (batch.group_a >= 0) & (batch.group_b >= 0)
        if not self._scope.across:
            chosen &= batch.group_a == batch.group_b
        places = np.flatnonzero(chosen)
        scores = batch.scores[places]
        accepted = np.array([accepts(scores, value, polarity) for value in thresholds], dtype=bool)
        self.add(batch.unit_a[places], batch.unit_b[places], accepted)

    def add(self, unit_a: Codes, unit_b: Codes, accepted: Flags) -> None:
        """Count comparisons of the scope. accepted : shape (thresholds, n)."""
        if self._over or not len(unit_a):
            return
        self._compared += len(unit_a)
        if self._scope.each is not None:
            kept = np.flatnonzero(accepted.any(axis=0))
            unit_a, unit_b, accepted = unit_a[kept], unit_b[kept], accepted[:, kept]
        self._waiting.append((_keys(unit_a, unit_b), accepted))
        self._rows += len(unit_a)
        if self._rows > WAITING_MAX:
            self._settle()

    def result(self) -> PairCounts | None:
        """The counts; None when there were too many pairs to hold."""
        self._settle()
        self._merge(all_of_them=True)
        if self._over:
            return None
        whole = self._runs[0] if self._runs else _Run.of(self._scope)
        return whole.pairs(self._scope, self._compared)

    def _settle(self) -> None:
        """Make a run of the rows that wait."""
        if not self._rows:
            return
        keys = np.concatenate([keys for keys, _accepted in self._waiting])
        accepted = np.concatenate([flags for _keys, flags in self._waiting], axis=1)
        self._waiting, self._rows = [], 0
        run = _Run.of_rows(keys, accepted)
        del keys, accepted
        self._runs.append(run if self._compared <= FEW_MAX else run.wide())
        if self._compared > FEW_MAX:
            self._runs = [run.wide() for run in self._runs]
        self._merge(all_of_them=self._held() > SLACK * self._limit)

    def _merge(self, *, all_of_them: bool) -> None:
        runs = self._runs
        while len(runs) > 1 and (all_of_them or 2 * len(runs[-1]) >= len(runs[-2])):
            last = runs.pop()
            both = runs.pop().merge(last, self._limit)
            if both is None:
                self._over, self._runs = True, []
                return
            runs.append(both)
        if runs and len(runs[0]) > self._limit:
            self._over, self._runs = True, []

    def _held(self) -> int:
        return sum(map(len, self._runs))


@dataclass(frozen=True)
class _Run:
    """Pairs in ascending order, each once. keys : shape (n,); see _keys; others as PairCounts."""

    keys: Codes
    trials: NDArray[Any]
    errors: NDArray[Any]

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, pairs: PairCounts) -> "_Run":
        return cls((pairs.first << UNIT_BITS) | pairs.second, pairs.trials, pairs.errors)

    @classmethod
    def of_rows(cls, keys: Codes, accepted: Flags) -> "_Run":
        """Aggregate rows, at least one. accepted : shape (thresholds, n)."""
        steps, bits = len(accepted), int((keys & UNIT_MASK).max()).bit_length()
        if 2 * bits + steps <= KEY_BITS:
            # The bits of a pair and of its outcome as one number: sorting it needs no order of
            # places, which would take ten times as long.
            joint = (keys >> UNIT_BITS) << (bits + steps)
            joint |= (keys & UNIT_MASK) << steps
            for step in range(steps):
                joint |= accepted[step].astype(np.int64) << step
            joint.sort()
            accepted = np.array([(joint >> step) & 1 for step in range(steps)], dtype=bool)
            joint >>= steps
            keys = ((joint >> bits) << UNIT_BITS) | (joint & ((1 << bits) - 1))
        else:
            order = np.argsort(keys)
            keys, accepted = keys[order], accepted[:, order]
        starts = _starts(keys)
        trials = np.diff(starts, append=len(keys)).astype(np.int32)
        errors = np.zeros((steps, len(starts)), dtype=np.int32)
        for step in range(steps):
            np.add.reduceat(accepted[step], starts, dtype=np.int32, out=errors[step])
        return cls(keys[starts], trials, errors)

    def merge(self, other: "_Run", limit: int) -> "_Run | None":
        """Both together, the other best the shorter one; None when there are more than `limit`."""
        if not len(self) or not len(other):
            return self if len(self) else other
        places = np.searchsorted(self.keys, other.keys)
        known = self.keys[np.minimum(places, len(self) - 1)] == other.keys
        if len(self) + len(other) - int(known.sum()) > limit:
            return None
        here, there = places[known], np.flatnonzero(known)
        trials, errors = self.trials.copy(), self.errors.copy()
        trials[here] += other.trials[there]
        errors[:, here] += other.errors[:, there]
        new = np.flatnonzero(~known)
        # Where the new ones stand, once all are put in.
        at = places[new] + np.arange(len(new))
        old = np.ones(len(self) + len(new), dtype=bool)
        old[at] = False

        def put_in(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
            both = np.empty((*mine.shape[:-1], len(old)), dtype=mine.dtype)
            both[..., old], both[..., at] = mine, theirs[..., new]
            return both

        return _Run(
            put_in(self.keys, other.keys),
            put_in(trials, other.trials),
            put_in(errors, other.errors),
        )

    def wide(self) -> "_Run":
        """With counts of 64 bits."""
        return _Run(self.keys, self.trials.astype(np.int64), self.errors.astype(np.int64))

    def pairs(self, scope: PairCounts, compared: int) -> PairCounts:
        """As PairCounts of this scope."""
        return replace(
            scope,
            first=self.keys >> UNIT_BITS,
            second=self.keys & UNIT_MASK,
            trials=self.trials.astype(np.int64, copy=False),
            errors=self.errors.astype(np.int64, copy=False),
            compared=compared,
        )


def _keys(one: Codes, other: Codes) -> Codes:
    """A number for each unordered pair of units, in the order of (first, second); shape (n,)."""
    return (np.minimum(one, other) << UNIT_BITS) | np.maximum(one, other)


def _starts(keys: Codes) -> NDArray[np.intp]:
    """Where each distinct key begins; keys in order."""
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
