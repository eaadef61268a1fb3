"""Every value of the scores in a narrow range: what fixes a threshold exactly inside a bin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition_audit.histogram import Names, sign_of
from recognition_audit.readers.comparisons import Batch
from recognition_audit.thresholds import accepts

WAITING_MAX = 1 << 20


@dataclass(frozen=True)
class Window:
    """Impostors whose likeness (see Histograms) is from low up to, without, high.

    groups : both people are of these groups; None: both of one group, whichever.
    """

    low: float
    high: float
    groups: frozenset[Names] | None = None


class WindowCounts:
    """The distinct likenesses in a window, ascending, and how often each is there."""

    def __init__(self, window: Window, polarity: str) -> None:
        self.window, self.polarity = window, polarity
        self.values = np.zeros(0, dtype=np.float64)
        self.counts = np.zeros(0, dtype=np.int64)
        self._waiting: list[NDArray[np.float64]] = []
        self._rows = 0

    def add(self, batch: Batch, groups: Sequence[Names]) -> None:
        """groups : the names behind the codes of the batch."""
        sign, window = sign_of(self.polarity), self.window
        inside = accepts(batch.scores, sign * window.low, self.polarity)
        inside &= ~accepts(batch.scores, sign * window.high, self.polarity)
        near = np.flatnonzero(inside & ~batch.mated)
        first, second = batch.group_a[near], batch.group_b[near]
        if window.groups is None:
            kept = (first == second) & (first >= 0)
        else:
            chosen = np.array([*(name in window.groups for name in groups), False])
            kept = chosen[first] & chosen[second]  # -1, no label, is the last: not chosen
        found = sign * batch.scores[near[kept]].astype(np.float64)
        self._waiting.append(found)
        self._rows += len(found)
        if self._rows > WAITING_MAX:
            self._put_together()

    def absorb(self, other: "WindowCounts") -> None:
        other._put_together()
        self._put_together()
        self.values, self.counts = _summed(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.counts, other.counts]),
        )

    def result(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        self._put_together()
        return self.values, self.counts

    def _put_together(self) -> None:
        if self._waiting:
            new = np.concatenate(self._waiting)
            self._waiting, self._rows = [], 0
            ones = np.ones(len(new), dtype=np.int64)
            self.values, self.counts = _summed(
                np.concatenate([self.values, new]), np.concatenate([self.counts, ones])
            )


def _summed(
    values: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    distinct, places = np.unique(values, return_inverse=True)
    total = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(total, places, counts)
    return distinct, total
