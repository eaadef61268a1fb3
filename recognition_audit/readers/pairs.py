"""1:1 scores, one comparison a row.

Columns: subject_a, subject_b, score; optional mated, sample_a, sample_b; groups inline as
<axis>_a and <axis>_b, or by a table of subjects.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit import duplicates
from recognition_audit.errors import BadInput
from recognition_audit.readers import columnar, values
from recognition_audit.readers.cells import shown
from recognition_audit.readers.columns import SIDES, SUBJECTS, some, usual_axes
from recognition_audit.readers.comparisons import Batch, Notes, Part, Readable
from recognition_audit.readers.units import Units
from recognition_audit.readers.values import BETWEEN_LABELS

POLARITY_OF = {"distance": "distance", "dist": "distance", "similarity": "similarity"}
SCORE_NAMES = ("score", *POLARITY_OF)
SAMPLE_NAMES = ("sample", "image", "img", "file")
NOT_AXES = {"subject", *SAMPLE_NAMES}
ROLES = ("score", "mated", "subject_a", "subject_b", "sample_a", "sample_b")


class PairsColumns:
    """Which column holds what, by the caller's map first and by name otherwise."""

    def __init__(
        self,
        path: columnar.File,
        mapping: Mapping[str, str] | None,
        axes: Sequence[str] | None,
        *,
        axes_inline: bool,
    ) -> None:
        self.file, self.names = path.name, columnar.columns_of(path)
        self._mapping = dict(mapping or {})
        self.score = self._find("score", SCORE_NAMES)
        self.subjects = self._pair("subject", ("subject", "id", "class_id"))
        self.samples = self._pair("sample", SAMPLE_NAMES)
        self.mated = self._find("mated", ("mated", "issame", "genuine"), needed=False)
        self._refuse_unknown()
        self.axes = self._axes(axes) if axes_inline else []

    def _refuse_unknown(self) -> None:
        """A map that names a role nobody reads would pass in silence; axes come in two sides."""
        sides = {f"{axis}{side}" for axis in self.inline_axes() for side in SIDES}
        for role in self._mapping:
            if role.startswith(SUBJECTS) or role in sides or role in ROLES:
                continue
            words = f"{shown(role)} is no role here; these are: {', '.join(ROLES)}, and the two "
            raise BadInput(f"{words}sides of an axis, as in race_a and race_b", file=self.file)

    def inline_axes(self) -> list[str]:
        """The axes that the columns offer, those of the caller's map first."""
        names = dict.fromkeys([*self._mapping, *self.names])
        return [
            name[:-2]
            for name in names
            if name.endswith("_a") and f"{name[:-2]}_b" in names and name[:-2] not in NOT_AXES
        ]

    def of_axis(self, axis: str, side: str) -> str:
        """The column of an axis on the side "a" or "b"."""
        name = f"{axis}_{side}"
        return self._given(self._mapping.get(name, name))

    def all(self) -> list[str]:
        wanted = [self.score, self.mated, *(self.subjects or ()), *(self.samples or ())]
        for axis in self.axes:
            wanted += [self.of_axis(axis, side) for side in "ab"]
        return [name for name in wanted if name]

    def _axes(self, wanted: Sequence[str] | None) -> list[str]:
        offered = self.inline_axes()
        for axis in wanted or []:
            if axis not in offered:
                words = f"there are no columns {axis}_a and {axis}_b; there are: {offered}"
                raise BadInput(words, file=self.file)
        mapped = [axis for axis in offered if f"{axis}_a" in self._mapping]
        return list(dict.fromkeys(wanted or mapped or usual_axes(offered, self.file)))

    def _find(self, role: str, candidates: Sequence[str], *, needed: bool = True) -> str:
        if role in self._mapping:
            return self._given(self._mapping[role])
        for name in self.names:
            if name.lower() in candidates:
                return name
        if needed:
            words = f"no column for the {role} ({', '.join(candidates)}); name it: "
            words += f"--column {role}=NAME. There are: {some(self.names)}"
            raise BadInput(words, file=self.file)
        return ""

    def _pair(self, role: str, candidates: Sequence[str]) -> tuple[str, str] | None:
        told = [f"{role}{side}" in self._mapping for side in SIDES]
        if any(told):
            if not all(told):
                words = f"the {role} of both sides is needed: --column {role}_a=NAME and "
                raise BadInput(f"{words}--column {role}_b=NAME", file=self.file)
            return self._given(self._mapping[f"{role}_a"]), self._given(self._mapping[f"{role}_b"])
        for name in candidates:
            if f"{name}_a" in self.names and f"{name}_b" in self.names:
                return f"{name}_a", f"{name}_b"
        return None

    def _given(self, name: str) -> str:
        if name not in self.names:
            raise BadInput(f"there is no column {name}; there are: {self.names}", file=self.file)
        return name


def polarity_by_name(column: str) -> str | None:
    """“distance” or “similarity” where the column's name says so."""
    return POLARITY_OF.get(column.lower())


class Pairs(Readable):
    """Reads files of pairs that have the same columns; see Source."""

    complete = False

    def __init__(
        self,
        *paths: columnar.File,
        polarity: str,
        columns: PairsColumns,
        subjects: Mapping[str, tuple[str | None, ...]] | None = None,
        axes: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.paths, self.polarity, self.columns = paths, polarity, columns
        self.labels = subjects
        self.axes = list(axes) if subjects is not None else columns.axes
        self.has_subjects = columns.subjects is not None
        if subjects is not None and not self.has_subjects:
            words = "a table of subjects needs the columns subject_a and subject_b beside the score"
            raise BadInput(words, file=columns.file)
        self._parts = [part for n, path in enumerate(paths) for part in columnar.parts(path, n)]
        self.total = sum(part.rows for part in self._parts)

    def new_units(self) -> Units:
        return Units(self.axes, by_group=not self.has_subjects, labels=self.labels)

    def parts(self) -> Sequence[Part]:
        return self._parts

    def read(self, part: Part, notes: Notes) -> Iterator[Batch]:
        path, known = self.paths[part.file], notes.kept.setdefault("words", columnar.Known())
        wanted, note = self.columns.all(), notes.oddities.add
        for row, cells in columnar.batches(path, part, wanted, note, notes.kept):
            rows = _Rows(self, path.name, row, cells, notes, known)
            notes.oddities.saw(rows.scores, rows.finite, part.file + 1, row)
            yield rows.batch()


class _Rows:
    """Some rows of a file of pairs."""

    def __init__(
        self,
        source: Pairs,
        file: str,
        row: int,
        cells: Mapping[str, Any],
        notes: Notes,
        known: columnar.Known,
    ) -> None:
        self.of, self.notes, self.cells, self.known = source.columns, notes, cells, known
        self.file, self.row, self.by_table = file, row, source.labels is not None
        self.scores = columnar.numbers(cells[self.of.score], file=file, row=row, name=self.of.score)
        self.finite = np.isfinite(self.scores)

    def batch(self) -> Batch:
        """The rows that can be counted; what cannot is noted."""
        notes, subjects = self.notes, self._subjects()
        notes.rows += len(self.scores)
        groups = self._groups(subjects)
        mated = self._mated()
        finite = good = self.finite
        if subjects is not None:
            same = subjects[0] == subjects[1]
            good = finite & ~self._note_subjects(subjects, same, mated)
            units = [notes.units.unit_codes(*end) for end in zip(subjects, groups, strict=True)]
        else:
            units = groups
        self._note_values(finite, groups)
        return Batch(self.scores, units[0], units[1], groups[0], groups[1], mated).only(good)

    def _subjects(self) -> list[NDArray[np.int64]] | None:
        if self.of.subjects is None:
            return None
        found = []
        for name in self.of.subjects:
            column = self._local(name)
            codes = self.notes.units.subjects.of_local(column.places, column.texts)
            if len(codes) and codes.min() < 0:
                place = self.row + int(np.argmin(codes))
                raise BadInput("the subject is missing", file=self.file, row=place, column=name)
            found.append(codes)
        return found

    def _groups(self, subjects: list[NDArray[np.int64]] | None) -> list[NDArray[np.int64]]:
        units = self.notes.units
        if self.by_table and subjects is not None:
            return [units.groups_of_subjects(end) for end in subjects]
        found = []
        for side in "ab":
            columns = [self._labels(self.of.of_axis(axis, side)) for axis in units.axes]
            axes = [(column.places, column.texts) for column in columns]
            found.append(units.group_codes(axes, len(self.scores)))
        return found

    def _mated(self) -> NDArray[np.bool_]:
        name = self.of.mated
        if not name:
            return np.zeros(len(self.scores), dtype=bool)
        return columnar.flags(
            self.cells[name], file=self.file, row=self.row, name=name, known=self.known
        )

    def _labels(self, name: str) -> columnar.Local:
        """A column of group labels; raises BadInput for one that holds the mark between two."""
        column = self._local(name)
        odd = [place for place, text in enumerate(column.texts) if text and BETWEEN_LABELS in text]
        for row in np.flatnonzero(np.isin(column.places, odd))[:1] if odd else ():
            cells = np.array([column.texts[int(column.places[row])]], dtype=object)
            values.labels(cells, file=self.file, row=self.row + int(row), column=name)
        return column

    def _local(self, name: str) -> columnar.Local:
        return columnar.local(
            self.cells[name], file=self.file, row=self.row, name=name, known=self.known
        )

    def _note_subjects(
        self,
        subjects: list[NDArray[np.int64]],
        same: NDArray[np.bool_],
        mated: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Note what the subjects tell; gives the comparisons of a sample with itself."""
        odd, samples = self.notes.oddities, self._samples()
        itself = np.zeros(len(same), dtype=bool)
        if samples is not None:
            itself = same & (samples[0] == samples[1])
            odd.add("comparisons of a sample with itself", itself.sum())
        if self.of.mated:
            odd.add("impostor pairs of one subject", (same & ~mated).sum())
            odd.add("mated pairs of two subjects", (~same & mated).sum())
        if samples is None:  # two samples of one pair may differ in score only
            more = self.scores.astype(np.float64).view(np.uint64)
            self.notes.compared(subjects, more=more)
        else:
            self.notes.compared(subjects, samples=samples)
        return itself

    def _samples(self) -> list[NDArray[np.uint64]] | None:
        """A fingerprint of each row's samples; None where they are not told."""
        if self.of.samples is None:
            return None
        found = []
        for name in self.of.samples:
            column = self._local(name)
            prints = duplicates.fingerprints([text or "" for text in column.texts])
            found.append(np.take(prints, column.places))
        return found

    def _note_values(self, finite: NDArray[np.bool_], groups: Sequence[NDArray[np.int64]]) -> None:
        odd = self.notes.oddities
        if not finite.all():
            missing = np.isnan(self.scores)
            odd.add("scores that are no number", missing.sum())
            odd.add("scores that are infinite", (~finite & ~missing).sum())
        if len(finite) and min(end.min() for end in groups) < 0:
            odd.add("rows without a group label", ((groups[0] < 0) | (groups[1] < 0)).sum())
