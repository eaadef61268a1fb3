"""Score files of bob: four or five columns of text, or bob's CSV with probe_* and bio_ref_*.

Four: claimed id, real id, probe, score. Five: claimed id, model, real id, probe, score. Words are
separated by spaces, lines that begin with # are remarks. The scores are similarities.
CSV: probe_subject_id, bio_ref_subject_id, score; optional probe_reference_id and
bio_ref_reference_id; groups as probe_<axis> and bio_ref_<axis>.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit import duplicates
from recognition_audit.errors import BadInput
from recognition_audit.readers import score_lines, tables, values
from recognition_audit.readers.columns import usual_axes
from recognition_audit.readers.comparisons import Batch, Notes, Part, Readable
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.subjects import Labels
from recognition_audit.readers.units import Units

PROBE, REFERENCE = "probe_", "bio_ref_"
SUBJECT_COLUMNS = (f"{PROBE}subject_id", f"{REFERENCE}subject_id")
SAMPLE_COLUMNS = (f"{PROBE}reference_id", f"{REFERENCE}reference_id")
NOT_AXES = {"subject_id", "reference_id", "template_id", "key", "path", "id"}
SHORT, LONG = 4, 5


@dataclass(frozen=True)
class Rows:
    """Columns of a part of a file, each a pair: the probe's side and the reference's.

    Every array has the shape (n,); a sample is None where it is not told.
    """

    subjects: tuple[NDArray[Any], NDArray[Any]]
    samples: tuple[NDArray[Any], NDArray[Any]]
    labels: tuple[list[NDArray[Any]], list[NDArray[Any]]]
    scores: NDArray[np.float64]


class Bob(Readable):
    """Reads one of bob's score files; see Source."""

    has_subjects, complete, total = True, False, 0

    def __init__(
        self,
        path: Path,
        *,
        polarity: str,
        axes: Sequence[str] | None,
        labels: tuple[list[str], Labels] | None,
    ) -> None:
        super().__init__()
        self.path, self.polarity = path, polarity
        self._is_table = path.suffix.lower() in tables.SUFFIXES
        self._labels = labels[1] if labels else None
        self.axes = labels[0] if labels else self._inline(axes)

    def new_units(self) -> Units:
        return Units(list(self.axes), labels=self._labels)

    def parts(self) -> Sequence[Part]:
        return [Part(0)]

    def read(self, _part: Part, notes: Notes) -> Iterator[Batch]:
        for rows in self._tables(notes) if self._is_table else self._lines(notes):
            yield self._batch(rows, notes)

    def _inline(self, axes: Sequence[str] | None) -> list[str]:
        """The axes that stand in the file itself."""
        if not self._is_table:
            if axes:
                words = "a score file of bob has no groups; give --subjects TABLE"
                raise BadInput(words, file=self.path.name)
            return []
        names = tables.columns_of(self.path)
        offered = [
            name.removeprefix(PROBE)
            for name in names
            if name.startswith(PROBE) and REFERENCE + name.removeprefix(PROBE) in names
        ]
        offered = [name for name in offered if name not in NOT_AXES]
        for axis in axes or []:
            if axis not in offered:
                words = f"there are no columns {PROBE}{axis} and {REFERENCE}{axis}; there are: "
                raise BadInput(words + str(offered), file=self.path.name)
        return list(dict.fromkeys(axes or usual_axes(offered, self.path.name)))

    def _tables(self, notes: Notes) -> Iterator[Rows]:
        names = tables.columns_of(self.path)
        samples = [name for name in SAMPLE_COLUMNS if name in names]
        axes = [] if self._labels is not None else self.axes
        wanted = [*SUBJECT_COLUMNS, *samples, "score"]
        wanted += [side + axis for axis in axes for side in (PROBE, REFERENCE)]
        for row, cells in tables.chunks(self.path, wanted, notes.oddities.add):
            scores = values.numbers(cells["score"], file=self.path.name, row=row, column="score")
            people = [self._people(cells[name], row, name) for name in SUBJECT_COLUMNS]
            nothing = np.full(len(scores), None, dtype=object)
            pictures = [
                values.texts(cells[name]) if name in samples else nothing for name in SAMPLE_COLUMNS
            ]
            labels = [
                [self._label(cells, row, side + axis) for axis in axes]
                for side in (PROBE, REFERENCE)
            ]
            yield Rows(
                (people[0], people[1]), (pictures[0], pictures[1]), (labels[0], labels[1]), scores
            )

    def _label(self, cells: Mapping[str, NDArray[Any]], row: int, name: str) -> NDArray[Any]:
        return values.labels(cells[name], file=self.path.name, row=row, column=name)

    def _people(self, cells: NDArray[Any], row: int, name: str) -> NDArray[Any]:
        found = values.texts(cells)
        for place in np.flatnonzero([one is None for one in found])[:1]:
            words = "the subject is missing"
            raise BadInput(words, file=self.path.name, row=row + int(place), column=name)
        return found

    def _lines(self, notes: Notes) -> Iterator[Rows]:
        """Words in four or five columns; every line has as many as the first."""
        for row, lines in score_lines.chunks(self.path, (SHORT, LONG), notes.oddities.add):
            columns = [np.array(column, dtype=object) for column in zip(*lines, strict=True)]
            scores = values.numbers(columns[-1], file=self.path.name, row=row, column="score")
            if len(columns) == SHORT:
                claimed, real, probe = columns[:3]
                model = np.full(len(scores), None, dtype=object)
            else:
                claimed, model, real, probe = columns[:4]
            yield Rows((real, claimed), (probe, model), ([], []), scores)

    def _batch(self, rows: Rows, notes: Notes) -> Batch:
        codes = [notes.units.subjects.codes(side) for side in rows.subjects]
        groups = [self._groups(notes.units, *side) for side in zip(codes, rows.labels, strict=True)]
        units = [notes.units.unit_codes(*side) for side in zip(codes, groups, strict=True)]
        mated = codes[0] == codes[1]
        told = np.array([sample is not None for sample in rows.samples[1]], dtype=bool)
        same = mated & told & np.asarray(rows.samples[0] == rows.samples[1], dtype=bool)
        missing, finite = np.isnan(rows.scores), np.isfinite(rows.scores)
        notes.rows += len(mated)
        notes.oddities.add("scores that are no number", missing.sum())
        notes.oddities.add("scores that are infinite", (~finite & ~missing).sum())
        notes.oddities.add("comparisons of a sample with itself", same.sum())
        notes.oddities.add("rows without a group label", ((groups[0] < 0) | (groups[1] < 0)).sum())
        self._compared(rows, codes, notes)
        batch = Batch(rows.scores, units[0], units[1], groups[0], groups[1], mated)
        return batch.only(finite & ~same)

    def _groups(
        self, units: Units, codes: NDArray[np.int64], labels: list[NDArray[Any]]
    ) -> NDArray[np.int64]:
        if self._labels is not None:
            return units.groups_of_subjects(codes)
        return units.group_codes([_local(axis) for axis in labels], len(codes))

    @staticmethod
    def _compared(rows: Rows, codes: list[NDArray[np.int64]], notes: Notes) -> None:
        """Two comparisons are one where subjects and samples are; the score where no sample is."""
        if rows.samples[0].size and rows.samples[0][0] is None:
            notes.compared(codes, more=rows.scores.view(np.uint64))
            return
        samples = [
            duplicates.fingerprints([sample or "" for sample in side]) for side in rows.samples
        ]
        notes.compared(codes, samples=samples)


def _local(texts: NDArray[Any]) -> tuple[NDArray[np.int64], list[str | None]]:
    """Which of the distinct texts each row holds, and these texts."""
    distinct: dict[str | None, int] = {}
    places = [distinct.setdefault(text, len(distinct)) for text in texts.tolist()]
    return np.array(places, dtype=np.int64), list(distinct)


def open_bob(
    path: Path,
    *,
    polarity: str | None = None,
    axes: Sequence[str] | None = None,
    labels: tuple[list[str], Labels] | None = None,
) -> Bob:
    """A score file of bob as a Source; raises BadInput.

    polarity : "similarity" unless told otherwise. labels : axes and labels by subject id, as
    `read_labels` gives them; without them a CSV's own columns are the groups.
    """
    path = known(path, any_name=True)
    return Bob(path, polarity=polarity or "similarity", axes=axes, labels=labels)
