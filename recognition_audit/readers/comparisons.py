"""What every reader of comparison scores gives: batches of scores with units and groups."""

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recognition_audit.readers.units import Units

NO_PLACE = math.inf, 0, 0  # after every place of an end; see Oddities


@dataclass(frozen=True)
class Batch:
    """Comparisons; every array has the shape (n,). Group -1: a label is missing.

    scores : 32-bit or 64-bit floats, as the file has them. Codes are whole numbers with a sign, of
    any size; those of subjects' units always of 64 bits.
    """

    scores: NDArray[np.floating[Any]]
    unit_a: NDArray[Any]
    unit_b: NDArray[Any]
    group_a: NDArray[Any]
    group_b: NDArray[Any]
    mated: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> "Batch":
        return self if kept.all() else self.at(kept)

    def at(self, places: NDArray[Any]) -> "Batch":
        """Only these comparisons. places : numbers, or a flag for each comparison."""
        return Batch(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Tile:
    """Impostors, every row with every column: scores of shape (rows, columns), all finite.

    unit_a : of each row, all of group_a. unit_b : of each column, all of group_b.
    ends : the lowest and the highest score, where they were looked for already.
    """

    scores: NDArray[np.floating[Any]]
    unit_a: NDArray[np.int64]
    unit_b: NDArray[np.int64]
    group_a: int
    group_b: int
    ends: tuple[float, float] | None = None


@dataclass
class Oddities:
    """What a file held besides good rows, counted by kind.

    ends : of the lowest finite score under 1 and of the highest under -1: the score times that
    sign, the number of its file and its row there (the first such), both from 1; where told.
    """

    counts: dict[str, int] = field(default_factory=dict)
    ends: dict[int, tuple[float, int, int]] = field(default_factory=dict)

    def add(self, kind: str, number: int) -> None:
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + int(number)

    def saw(self, scores: NDArray[Any], good: NDArray[np.bool_], file: int, row: int) -> None:
        """Look for the ends among the good ones of these scores. row : of the first score."""
        if not good.any():
            return
        whole = bool(good.all())
        for sign in (1, -1):
            found = scores if whole else np.where(good, scores, sign * np.inf)
            end = sign * float(found.min() if sign > 0 else found.max())
            if (end, file, row) < self.ends.get(sign, NO_PLACE):
                at = int(found.argmin() if sign > 0 else found.argmax())
                self._found(sign, (end, file, row + at))

    def absorb(self, other: "Oddities") -> None:
        for kind, number in other.counts.items():
            self.add(kind, number)
        for sign, place in other.ends.items():
            self._found(sign, place)

    def _found(self, sign: int, place: tuple[float, int, int]) -> None:
        self.ends[sign] = min(place, self.ends.get(sign, NO_PLACE))


@dataclass(frozen=True)
class Part:
    """A piece of the data that is counted by itself, on any thread or machine.

    file : which of the source's files. pieces : which row groups, blocks or tiles of it; empty
    for the whole. first_row : of the data in the file, from 1. rows : 0 where not known.
    looked_at : where only the first rows are wanted, about how many.
    """

    file: int
    pieces: tuple[int, ...] = ()
    first_row: int = 1
    rows: int = 0
    looked_at: int = 0


class Notes(Protocol):
    """What a reader writes down while it reads: codes, and what is odd.

    kept : what a reader wants to find again in the next part.
    """

    units: Units
    oddities: Oddities
    rows: int
    kept: dict[str, Any]

    def compared(
        self,
        subjects: Sequence[NDArray[np.int64]],
        *,
        samples: Sequence[NDArray[np.uint64]] | None = None,
        more: NDArray[np.uint64] | None = None,
    ) -> None:
        """Remember which comparisons were read, to find those that stand there twice.

        subjects : their codes on either side. samples, more : fingerprints of what else
        distinguishes two comparisons of the same subjects.
        """
        ...


class Source(Protocol):
    """Where comparisons come from: it can be pickled, and its parts read more than once."""

    polarity: str  # "distance" or "similarity"
    has_subjects: bool
    complete: bool  # every two units were compared once
    total: int  # rows, 0 where not known beforehand

    def new_units(self) -> Units:
        """Units without any yet."""
        ...

    def parts(self) -> Sequence[Part]:
        """All the data, in its order."""
        ...

    def read(self, part: Part, notes: Notes) -> Iterator[Batch | Tile]:
        """The comparisons of a part that can be counted; raises BadInput."""
        ...


class Readable:
    """A source that can also be read as one thing, with codes and notes of its own."""

    def __init__(self) -> None:
        self.oddities, self.rows = Oddities(), 0

    @functools.cached_property
    def units(self) -> Units:
        units: Units = self.new_units()  # type: ignore[attr-defined]
        return units

    def batches(self) -> Iterator[Batch]:
        """All comparisons; the first reading fills `units`, `oddities` and `rows`."""
        noted = not self.rows
        notes = _Notes(self.units)
        for part in self.parts():  # type: ignore[attr-defined]
            yield from self.read(part, notes)  # type: ignore[attr-defined]
        if noted:
            self.oddities.absorb(notes.oddities)
        self.rows = notes.rows


@dataclass
class _Notes:
    units: Units
    oddities: Oddities = field(default_factory=Oddities)
    rows: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    def compared(self, *_subjects: Any, **_more: Any) -> None:
        """Copies are not looked for here."""


@dataclass
class Comparisons:
    """Comparisons that were counted. units : in alphabetical order."""

    polarity: str
    has_subjects: bool
    units: Units
    oddities: Oddities
    rows: int
