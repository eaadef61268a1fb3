"""All pairs of subjects as a condensed matrix: the upper triangle, row by row.

One column of n (n - 1) / 2 scores in the order of scipy's pdist over the table of subjects. A name
that ends in _e4 says that scores are stored times 10,000 in whole numbers.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import columnar, tables
from recognition_audit.readers.comparisons import Batch, Notes, Part, Readable
from recognition_audit.readers.subjects import read_labels
from recognition_audit.readers.units import Units

SCALES = {"_e4": 1e4}


class Everybody(Readable):
    """The subjects of a table, every two of whom are compared once."""

    complete, has_subjects = True, True

    def __init__(self, subjects: Path, axes: Sequence[str] | None) -> None:
        super().__init__()
        self.axes, self.labels = read_labels(subjects, axes)
        self.ids = list(self.labels)
        self.total = len(self.ids) * (len(self.ids) - 1) // 2

    def new_units(self) -> Units:
        return Units(self.axes, labels=self.labels)

    def codes(self, units: Units) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Unit and group of each subject in the table's order; both of shape (subjects,)."""
        known = units.subjects.of_local(np.arange(len(self.ids)), self.ids)
        groups = units.groups_of_subjects(known)
        return units.unit_codes(known, groups), groups


class Matrix(Everybody):
    """Reads a condensed matrix; see Source. All its pairs are impostors."""

    def __init__(
        self, path: Path, *, subjects: Path, polarity: str, axes: Sequence[str] | None
    ) -> None:
        super().__init__(subjects, axes)
        self.path, self.polarity = path, polarity
        self.column = tables.columns_of(path)[0]
        self._parts = columnar.parts(path)
        told = tables.rows_of(path)
        if told is not None and told != self.total:
            raise self._wrong_size()

    def parts(self) -> Sequence[Part]:
        return self._parts

    def read(self, part: Part, notes: Notes) -> Iterator[Batch]:
        rows = np.arange(len(self.ids), dtype=np.int64)
        # starts[i]: where the row of subject i begins among the pairs.
        starts = rows * len(self.ids) - rows * (rows + 1) // 2
        units, groups = self.codes(notes.units)
        seen = part.first_row - 1
        scale = next((by for end, by in SCALES.items() if self.column.endswith(end)), 1.0)
        note = notes.oddities.add
        for row, cells in columnar.batches(self.path, part, [self.column], note, notes.kept):
            scores = columnar.numbers(
                cells[self.column], file=self.path.name, row=row, name=self.column
            )
            if seen + len(scores) > self.total:
                raise self._wrong_size()
            place = np.arange(seen, seen + len(scores), dtype=np.int64)
            seen += len(scores)
            notes.rows += len(scores)
            first = np.searchsorted(starts, place, side="right") - 1
            # A subject's row may be empty (the last one): searchsorted then lands on it.
            second = place - starts[first] + first + 1
            scores = scores / scale
            notes.oddities.saw(scores, np.isfinite(scores), 1, row)
            yield _impostors(scores, units, groups, first, second, notes)
        if not part.rows and seen != self.total:
            raise self._wrong_size()

    def _wrong_size(self) -> BadInput:
        words = f"{len(self.ids)} subjects make {self.total:,} pairs; the file does not hold as "
        return BadInput(words + "many", file=self.path.name)


def _impostors(  # type: ignore[no-untyped-def]
    scores, units, groups, first, second, notes: Notes
) -> Batch:
    missing, good = np.isnan(scores), np.isfinite(scores)
    notes.oddities.add("scores that are no number", missing.sum())
    notes.oddities.add("scores that are infinite", (~good & ~missing).sum())
    batch = Batch(
        scores,
        units[first],
        units[second],
        groups[first],
        groups[second],
        np.zeros(len(scores), dtype=bool),
    )
    if (groups < 0).any():
        unlabelled = (batch.group_a < 0) | (batch.group_b < 0)
        notes.oddities.add("rows without a group label", unlabelled.sum())
    return batch.only(good)
