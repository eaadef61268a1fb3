"""Scores as pyeer takes them: a file of genuine and a file of impostor scores.

One comparison a line, its score the last word; whatever stands before it is not read. There are
no subjects and no groups, so intervals are marked as too narrow and nothing is said of groups.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from recognition_audit.readers import score_lines, values
from recognition_audit.readers.comparisons import Batch, Comparisons, Oddities
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.units import Units


class Pyeer:
    """Reads the two files; see Comparisons."""

    has_subjects = False

    def __init__(self, genuine: Path, impostor: Path, *, polarity: str) -> None:
        self.files = ((genuine, True), (impostor, False))
        self.polarity = polarity
        self.units, self.oddities, self.rows = Units([]), Oddities(), 0
        self._first = True

    def batches(self) -> Iterator[Batch]:
        for path, mated in self.files:
            for row, lines in score_lines.chunks(path, None, self._note):
                yield self._batch(path, row, lines, mated=mated)
        self._first = False

    def _batch(self, path: Path, row: int, lines: list[list[str]], *, mated: bool) -> Batch:
        # A comma or semicolon may stand before the score instead of a space.
        last = [line[-1].replace(";", ",").rpartition(",")[2] for line in lines]
        words = np.array(last, dtype=object)
        scores = values.numbers(words, file=path.name, row=row, column="score, the last word")
        # Nobody is known: all comparisons are of one unit, and has_subjects says what that means.
        one = np.full(len(scores), "nobody", dtype=object)
        unit, group = self.units.units(one, [])
        if self._first:
            self.rows += len(scores)
            self.oddities.add("scores that are no number", (~np.isfinite(scores)).sum())
        kind = np.full(len(scores), mated)
        batch = Batch(scores, unit, unit, group, group, kind)
        return batch.only(np.isfinite(scores))

    def _note(self, kind: str, number: int) -> None:
        if self._first:
            self.oddities.add(kind, number)


def open_pyeer(genuine: Path, impostor: Path, *, polarity: str | None = None) -> Comparisons:
    """The two files of pyeer; raises BadInput. polarity: "similarity" unless told otherwise."""
    files = known(genuine, any_name=True), known(impostor, any_name=True)
    return Pyeer(*files, polarity=polarity or "similarity")
