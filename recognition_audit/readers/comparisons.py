"""What every reader of comparison scores gives: batches of scores with units and groups."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recognition_audit.readers.units import Units


@dataclass(frozen=True)
class Batch:
    """Comparisons; every array has the shape (n,). Group -1: a label is missing."""

    scores: NDArray[np.float64]
    unit_a: NDArray[np.int64]
    unit_b: NDArray[np.int64]
    group_a: NDArray[np.int64]
    group_b: NDArray[np.int64]
    mated: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> "Batch":
        if kept.all():
            return self
        return Batch(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


@dataclass
class Oddities:
    """What a file held besides good rows, counted by kind."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, number: int) -> None:
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + int(number)


class Comparisons(Protocol):
    """A source of comparisons that can be read more than once."""

    units: Units
    polarity: str  # "distance" or "similarity"
    has_subjects: bool
    oddities: Oddities
    rows: int

    def batches(self) -> Iterator[Batch]:
        """All comparisons; the first reading fills `units`, `oddities` and `rows`."""
        ...
