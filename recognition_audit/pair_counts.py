"""Impostor comparisons counted by pair of units: what resampling of subjects needs.

Resampling weighs a comparison by the weights of both of its subjects, so counts by unit are not
enough. Pairs are unordered and aggregated: the same counts come out in any order of rows and
in any split of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recognition_audit.readers.comparisons import Batch
from recognition_audit.thresholds import accepts

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

# At 16 + 8 + 8 * thresholds bytes a pair: 130 MB at one threshold.
PAIR_COUNTS_MAX = 4_000_000
# Rows that wait before they are aggregated: 1 M rows of one threshold are 33 MB.
WAITING_MAX = 1_000_000
UNIT_BITS = 32
UNIT_MASK = (1 << UNIT_BITS) - 1


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

    def merge(self, other: "PairCounts") -> "PairCounts":
        """The counts of both together; units carry the same codes in both."""
        if (self.across, self.each) != (other.across, other.each):
            raise ValueError("counts of a different scope do not merge")
        return _joined([self, other])

    def recoded(self, codes: Codes) -> "PairCounts":
        """The same counts under other unit codes: unit u becomes codes[u]. For shards."""
        one, two = codes[self.first], codes[self.second]
        return _aggregated(
            replace(self, first=np.minimum(one, two), second=np.maximum(one, two)),
        )

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
    """Counts pairs as they come, in bounded memory."""

    def __init__(
        self,
        steps: int,
        *,
        across: bool = False,
        each: int | None = None,
        limit: int = PAIR_COUNTS_MAX,
    ) -> None:
        self._held = PairCounts.empty(steps, across=across, each=each)
        self._waiting: list[PairCounts] = []
        self._rows, self._limit, self._over = 0, limit, False

    def add_batch(self, batch: Batch, thresholds: Sequence[float], polarity: str) -> None:
        """Count the impostors of a batch whose labels are known."""
        chosen = ~batch.mated & (batch.group_a >= 0) & (batch.group_b >= 0)
        if not self._held.across:
            chosen &= batch.group_a == batch.group_b
        scores = batch.scores[chosen]
        accepted = np.array([accepts(scores, value, polarity) for value in thresholds], dtype=bool)
        self.add(batch.unit_a[chosen], batch.unit_b[chosen], accepted)

    def add(self, unit_a: Codes, unit_b: Codes, accepted: Flags) -> None:
        """Count comparisons of the scope. accepted : shape (thresholds, n)."""
        if self._over or not len(unit_a):
            return
        compared = len(unit_a)
        if self._held.each is not None:
            kept = accepted.any(axis=0)
            unit_a, unit_b, accepted = unit_a[kept], unit_b[kept], accepted[:, kept]
        self._waiting.append(
            replace(
                self._held,
                first=np.minimum(unit_a, unit_b),
                second=np.maximum(unit_a, unit_b),
                trials=np.ones(len(unit_a), dtype=np.int64),
                errors=accepted.astype(np.int64),
                compared=compared,
            )
        )
        self._rows += len(unit_a)
        if self._rows > WAITING_MAX:
            self._settle()

    def result(self) -> PairCounts | None:
        """The counts; None when there were too many pairs to hold."""
        self._settle()
        return None if self._over else self._held

    def _settle(self) -> None:
        if self._waiting:
            self._held = _joined([self._held, *self._waiting])
        self._waiting, self._rows = [], 0
        if len(self._held) > self._limit:
            self._over = True
            self._held = PairCounts.empty(len(self._held.errors), across=self._held.across)


def _joined(parts: Sequence[PairCounts]) -> PairCounts:
    whole = PairCounts(
        first=np.concatenate([part.first for part in parts]),
        second=np.concatenate([part.second for part in parts]),
        trials=np.concatenate([part.trials for part in parts]),
        errors=np.concatenate([part.errors for part in parts], axis=1),
        across=parts[0].across,
        each=parts[0].each,
        compared=sum(part.compared for part in parts),
    )
    return _aggregated(whole)


def _aggregated(pairs: PairCounts) -> PairCounts:
    """Each pair once, in order."""
    if not len(pairs):
        return pairs
    keys = (pairs.first << UNIT_BITS) | pairs.second
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    keys = keys[starts]
    return replace(
        pairs,
        first=keys >> UNIT_BITS,
        second=keys & UNIT_MASK,
        trials=np.add.reduceat(pairs.trials[order], starts),
        errors=np.add.reduceat(pairs.errors[:, order], starts, axis=1),
    )
