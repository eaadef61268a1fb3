"""Scores as pyeer takes them: a file of genuine and a file of impostor scores.

One comparison a line, its score the last word; whatever stands before it is not read. There are
no subjects and no groups, so intervals are marked as too narrow and nothing is said of groups.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from recognition_audit.readers import score_lines, values
from recognition_audit.readers.comparisons import Batch, Notes, Part, Readable
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.units import Units

GENUINE, IMPOSTOR = 0, 1  # the places of the two files


class Pyeer(Readable):
    """Reads the two files; see Source."""

    has_subjects, complete, total = False, False, 0

    def __init__(self, genuine: Path, impostor: Path, *, polarity: str) -> None:
        super().__init__()
        self.paths, self.polarity = (genuine, impostor), polarity

    def new_units(self) -> Units:
        return Units([], by_group=True)

    def parts(self) -> Sequence[Part]:
        return [Part(GENUINE), Part(IMPOSTOR)]

    def read(self, part: Part, notes: Notes) -> Iterator[Batch]:
        path = self.paths[part.file]
        for row, lines in score_lines.chunks(path, None, notes.oddities.add):
            # A comma or semicolon may stand before the score instead of a space.
            last = [line[-1].replace(";", ",").rpartition(",")[2] for line in lines]
            words, column = np.array(last, dtype=object), "score, the last word"
            scores = values.numbers(words, file=path.name, row=row, column=column)
            missing, finite = np.isnan(scores), np.isfinite(scores)
            notes.rows += len(scores)
            notes.oddities.add("scores that are no number", missing.sum())
            notes.oddities.add("scores that are infinite", (~finite & ~missing).sum())
            group = notes.units.group_codes([], len(scores))
            mated = np.full(len(scores), part.file == GENUINE)
            yield Batch(scores, group, group, group, group, mated).only(finite)


def open_pyeer(genuine: Path, impostor: Path, *, polarity: str | None = None) -> Pyeer:
    """The two files of pyeer as a Source; raises BadInput.

    polarity : "similarity" unless told otherwise.
    """
    files = known(genuine, any_name=True), known(impostor, any_name=True)
    return Pyeer(*files, polarity=polarity or "similarity")
