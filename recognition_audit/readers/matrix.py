"""All pairs of subjects as a condensed matrix: the upper triangle, row by row.

One column of n (n - 1) / 2 scores in the order of scipy's pdist over the table of subjects. A name
that ends in _e4 says that scores are stored times 10,000 in whole numbers.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.comparisons import Batch, Oddities
from recognition_audit.readers.subjects import read_labels
from recognition_audit.readers.units import Units

SCALES = {"_e4": 1e4}


class Matrix:
    """Reads a condensed matrix; see Comparisons. All its pairs are impostors."""

    def __init__(
        self, path: Path, *, subjects: Path, polarity: str, axes: Sequence[str] | None
    ) -> None:
        self.path, self.polarity, self.has_subjects = path, polarity, True
        chosen, labels = read_labels(subjects, axes)
        self.units, self.oddities, self.rows = Units(chosen), Oddities(), 0
        ids = np.array(list(labels), dtype=object)
        columns = [
            np.array([label[place] for label in labels.values()], dtype=object)
            for place in range(len(chosen))
        ]
        self._unit, self._group = self.units.units(ids, columns)
        self._n = len(ids)
        self.column = tables.columns_of(path)[0]
        self._first = True

    def batches(self) -> Iterator[Batch]:
        wanted, seen = self._n * (self._n - 1) // 2, 0
        # starts[i]: where the row of subject i begins among the pairs.
        rows = np.arange(self._n, dtype=np.int64)
        starts = rows * self._n - rows * (rows + 1) // 2
        for row, cells in tables.chunks(self.path, [self.column]):
            raw = cells[self.column]
            scores = values.numbers(raw, file=self.path.name, row=row, column=self.column)
            place = np.arange(seen, seen + len(scores), dtype=np.int64)
            seen += len(scores)
            if seen > wanted:
                break
            first = np.searchsorted(starts, place, side="right") - 1
            # A subject's row may be empty (the last one): searchsorted then lands on it.
            second = place - starts[first] + first + 1
            yield self._batch(scores / self._scale(), first, second)
        if seen != wanted:
            words = f"{self._n} subjects make {wanted:,} pairs; the file does not hold as many"
            raise BadInput(words, file=self.path.name)
        self.rows, self._first = wanted, False

    def _scale(self) -> float:
        return next((by for end, by in SCALES.items() if self.column.endswith(end)), 1.0)

    def _batch(self, scores, first, second) -> Batch:  # type: ignore[no-untyped-def]
        batch = Batch(
            scores,
            self._unit[first],
            self._unit[second],
            self._group[first],
            self._group[second],
            np.zeros(len(scores), dtype=bool),
        )
        good = np.isfinite(scores)
        if self._first:
            self.oddities.add("scores that are no number", (~good).sum())
            unlabelled = (batch.group_a < 0) | (batch.group_b < 0)
            self.oddities.add("rows without a group label", unlabelled.sum())
        return batch.only(good)
