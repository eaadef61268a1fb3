"""One pass over comparisons into small counts that merge exactly.

Counts by unit (a subject in a group) and by the other side's group are enough for every rate by
group, by intersection and across groups, and for leaving one subject out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recognition_audit.readers.comparisons import Batch
from recognition_audit.thresholds import accepts

Counts = NDArray[np.int64]


def _grown(counts: Counts, *shape: int) -> Counts:
    """The counts with at least this shape, zeros added at the ends."""
    pads = [(0, max(0, new - old)) for new, old in zip(shape, counts.shape, strict=True)]
    return np.pad(counts, pads) if any(add for _zero, add in pads) else counts


@dataclass
class Tally:
    """Counts of comparisons at some thresholds.

    impostors, false_matches : shape (units, groups) and (thresholds, units, groups): each impostor
    comparison stands once with either side's unit, under the other side's group.
    mated, false_non_matches : shape (units,) and (thresholds, units).
    """

    thresholds: tuple[float, ...]
    polarity: str
    impostors: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    mated: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    false_matches: Counts = field(init=False)
    false_non_matches: Counts = field(init=False)

    def __post_init__(self) -> None:
        steps = len(self.thresholds)
        self.false_matches = np.zeros((steps, 0, 0), dtype=np.int64)
        self.false_non_matches = np.zeros((steps, 0), dtype=np.int64)

    def add(self, batch: Batch, units: int, groups: int) -> None:
        """Count a batch. units, groups : how many are known by now."""
        self._grow(units, groups)
        batch = batch.only((batch.group_a >= 0) & (batch.group_b >= 0))
        impostor = ~batch.mated
        both = [
            (batch.unit_a[impostor], batch.group_b[impostor]),
            (batch.unit_b[impostor], batch.group_a[impostor]),
        ]
        scores = batch.scores[impostor]
        for unit, other in both:
            self.impostors += self._count(unit, other)
        mated_unit, mated_scores = batch.unit_a[batch.mated], batch.scores[batch.mated]
        self.mated += np.bincount(mated_unit, minlength=self.mated.size)
        for step, value in enumerate(self.thresholds):
            matched = accepts(scores, value, self.polarity)
            for unit, other in both:
                self.false_matches[step] += self._count(unit[matched], other[matched])
            missed = ~accepts(mated_scores, value, self.polarity)
            self.false_non_matches[step] += np.bincount(
                mated_unit[missed], minlength=self.mated.size
            )

    def merge(self, other: "Tally") -> "Tally":
        """The tally of both together; units and groups carry the same codes in both."""
        units = max(self.mated.size, other.mated.size)
        groups = max(self.impostors.shape[1], other.impostors.shape[1])
        merged = Tally(self.thresholds, self.polarity)
        merged._grow(units, groups)
        for part in (self, other):
            part._grow(units, groups)
            for name in ("impostors", "mated", "false_matches", "false_non_matches"):
                setattr(merged, name, getattr(merged, name) + getattr(part, name))
        return merged

    def _grow(self, units: int, groups: int) -> None:
        steps = len(self.thresholds)
        self.impostors = _grown(self.impostors, units, groups)
        self.mated = _grown(self.mated, units)
        self.false_matches = _grown(self.false_matches, steps, units, groups)
        self.false_non_matches = _grown(self.false_non_matches, steps, units)

    def _count(self, unit: Counts, other: Counts) -> Counts:
        groups = self.impostors.shape[1]
        flat = np.bincount(unit * groups + other, minlength=self.impostors.size)
        return flat.reshape(self.impostors.shape)


@dataclass
class Scores:
    """Scores by kind, kept for thresholds and the equal error rate."""

    impostors: list[NDArray[np.float32]] = field(default_factory=list)
    mated: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        self.impostors.append(batch.scores[~batch.mated].astype(np.float32))
        self.mated.append(batch.scores[batch.mated].astype(np.float32))


def each(
    batches: Iterable[Batch], rows: int, progress: Callable[[int, int], None] | None
) -> Iterable[Batch]:
    """Pass batches on and tell how far it is."""
    done = 0
    for batch in batches:
        yield batch
        done += len(batch.scores)
        if progress:
            progress(min(done, rows) if rows else done, rows)
