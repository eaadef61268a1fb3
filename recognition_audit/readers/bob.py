"""Score files of bob: four or five columns of text, or bob's CSV with probe_* and bio_ref_*.

Four: claimed id, real id, probe, score. Five: claimed id, model, real id, probe, score. Words are
separated by spaces, lines that begin with # are remarks. The scores are similarities.
CSV: probe_subject_id, bio_ref_subject_id, score; optional probe_reference_id and
bio_ref_reference_id; groups as probe_<axis> and bio_ref_<axis>.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import score_lines, tables, values
from recognition_audit.readers.comparisons import Batch, Comparisons, Oddities
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
    """Columns of a part of a file; every array has the shape (n,), samples are None if unknown."""

    subject_a: NDArray[Any]
    subject_b: NDArray[Any]
    sample_a: NDArray[Any]
    sample_b: NDArray[Any]
    labels_a: list[NDArray[Any]]
    labels_b: list[NDArray[Any]]
    scores: NDArray[np.float64]


class Bob:
    """Reads one of bob's score files; see Comparisons."""

    has_subjects = True

    def __init__(
        self,
        path: Path,
        *,
        polarity: str,
        axes: Sequence[str] | None,
        labels: tuple[list[str], Labels] | None,
    ) -> None:
        self.path, self.polarity = path, polarity
        self.oddities, self.rows = Oddities(), 0
        self._labels = labels
        self._is_table = path.suffix.lower() in tables.SUFFIXES
        chosen = labels[0] if labels else self._inline(axes)
        self.units = Units(list(chosen))
        self._keys: list[NDArray[np.int64]] = []
        self._first = True

    def batches(self) -> Iterator[Batch]:
        for rows in self._tables() if self._is_table else self._lines():
            yield self._batch(rows)
        if self._first and self._keys:
            keys = np.concatenate(self._keys)
            self.oddities.add("duplicate rows", keys.size - np.unique(keys).size)
            self._keys = []
        self._first = False

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
        return list(axes or offered[:1])

    def _tables(self) -> Iterator[Rows]:
        names = tables.columns_of(self.path)
        samples = [name for name in SAMPLE_COLUMNS if name in names]
        axes = [] if self._labels else self.units.axes
        wanted = [*SUBJECT_COLUMNS, *samples, "score"]
        wanted += [side + axis for axis in axes for side in (PROBE, REFERENCE)]
        for row, cells in tables.chunks(self.path, wanted, self._note):
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
            rows = Rows(
                people[0], people[1], pictures[0], pictures[1], labels[0], labels[1], scores
            )
            yield self._with_labels(rows)

    def _label(self, cells: Mapping[str, NDArray[Any]], row: int, name: str) -> NDArray[Any]:
        return values.labels(cells[name], file=self.path.name, row=row, column=name)

    def _people(self, cells: NDArray[Any], row: int, name: str) -> NDArray[Any]:
        found = values.texts(cells)
        for place in np.flatnonzero([one is None for one in found])[:1]:
            words = "the subject is missing"
            raise BadInput(words, file=self.path.name, row=row + int(place), column=name)
        return found

    def _lines(self) -> Iterator[Rows]:
        """Words in four or five columns; every line has as many as the first."""
        wanted = (SHORT, LONG)
        for row, lines in score_lines.chunks(self.path, wanted, self._note):
            columns = [np.array(column, dtype=object) for column in zip(*lines, strict=True)]
            scores = values.numbers(columns[-1], file=self.path.name, row=row, column="score")
            nothing = np.full(len(scores), None, dtype=object)
            if len(columns) == SHORT:
                claimed, real, probe = columns[:3]
                model = nothing
            else:
                claimed, model, real, probe = columns[:4]
            yield self._with_labels(Rows(real, claimed, probe, model, [], [], scores))

    def _with_labels(self, rows: Rows) -> Rows:
        if self._labels is None:
            return rows
        labels_a, labels_b = self._by_table(rows.subject_a), self._by_table(rows.subject_b)
        return replace(rows, labels_a=labels_a, labels_b=labels_b)

    def _by_table(self, ids: NDArray[Any]) -> list[NDArray[Any]]:
        assert self._labels is not None  # noqa: S101 - the caller asked
        axes, by_id = self._labels
        nothing = (None,) * len(axes)
        found = [by_id.get(one, nothing) for one in ids]
        return [
            np.array([label[place] for label in found], dtype=object) for place in range(len(axes))
        ]

    def _batch(self, rows: Rows) -> Batch:
        unit_a, group_a = self.units.units(rows.subject_a, rows.labels_a)
        unit_b, group_b = self.units.units(rows.subject_b, rows.labels_b)
        mated = np.asarray(rows.subject_a == rows.subject_b, dtype=bool)
        known_samples = np.array([one is not None for one in rows.sample_b], dtype=bool)
        same = mated & known_samples & np.asarray(rows.sample_a == rows.sample_b, dtype=bool)
        good = np.isfinite(rows.scores) & ~same
        if self._first:
            self.rows += len(good)
            self.oddities.add("scores that are no number", (~np.isfinite(rows.scores)).sum())
            self.oddities.add("comparisons of a sample with itself", same.sum())
            self.oddities.add("rows without a group label", ((group_a < 0) | (group_b < 0)).sum())
            self._remember(rows)
        return Batch(rows.scores, unit_a, unit_b, group_a, group_b, mated).only(good)

    def _remember(self, rows: Rows) -> None:
        """A fingerprint of each row: who, which samples, and the score where these are unknown."""
        columns = (rows.subject_a, rows.sample_a, rows.subject_b, rows.sample_b, rows.scores)
        keys = [
            hash(row if row[1] is None or row[3] is None else row[:4])
            for row in zip(*(column.tolist() for column in columns), strict=True)
        ]
        self._keys.append(np.array(keys, dtype=np.int64))

    def _note(self, kind: str, number: int) -> None:
        if self._first:
            self.oddities.add(kind, number)


def open_bob(
    path: Path,
    *,
    polarity: str | None = None,
    axes: Sequence[str] | None = None,
    labels: tuple[list[str], Labels] | None = None,
) -> Comparisons:
    """A score file of bob; raises BadInput.

    polarity : "similarity" unless told otherwise. labels : axes and labels by subject id, as
    `read_labels` gives them; without them a CSV's own columns are the groups.
    """
    path = known(path, any_name=True)
    return Bob(path, polarity=polarity or "similarity", axes=axes, labels=labels)
