"""1:1 scores, one comparison a row.

Columns: subject_a, subject_b, score; optional mated, sample_a, sample_b; groups inline as
<axis>_a and <axis>_b, or by a table of subjects.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.comparisons import Batch, Oddities
from recognition_audit.readers.units import Units

POLARITY_OF = {"distance": "distance", "dist": "distance", "similarity": "similarity"}
SCORE_NAMES = ("score", *POLARITY_OF)
SAMPLE_NAMES = ("sample", "image", "img", "file")
NOT_AXES = {"subject", *SAMPLE_NAMES}

Progress = Callable[[int, int], None]


class PairsColumns:
    """Which column holds what, by the caller's map first and by name otherwise."""

    def __init__(
        self,
        path: Path,
        mapping: Mapping[str, str] | None,
        axes: Sequence[str] | None,
        *,
        axes_inline: bool,
    ) -> None:
        self.file, self.names = path.name, tables.columns_of(path)
        self._mapping = dict(mapping or {})
        self.score = self._find("score", SCORE_NAMES)
        self.subjects = self._pair("subject", ("subject", "id", "class_id"))
        self.samples = self._pair("sample", SAMPLE_NAMES)
        self.mated = self._find("mated", ("mated", "issame", "genuine"), needed=False)
        self.axes = self._axes(axes) if axes_inline else []

    def inline_axes(self) -> list[str]:
        """The axes that the columns offer."""
        return [
            name[:-2]
            for name in self.names
            if name.endswith("_a") and f"{name[:-2]}_b" in self.names and name[:-2] not in NOT_AXES
        ]

    def all(self) -> list[str]:
        wanted = [self.score, self.mated, *(self.subjects or ()), *(self.samples or ())]
        for axis in self.axes:
            wanted += [f"{axis}_a", f"{axis}_b"]
        return [name for name in wanted if name]

    def _axes(self, wanted: Sequence[str] | None) -> list[str]:
        offered = self.inline_axes()
        for axis in wanted or []:
            if axis not in offered:
                words = f"there are no columns {axis}_a and {axis}_b; there are: {offered}"
                raise BadInput(words, file=self.file)
        return list(wanted) if wanted else offered[:1]

    def _find(self, role: str, candidates: Sequence[str], *, needed: bool = True) -> str:
        if role in self._mapping:
            return self._given(self._mapping[role])
        for name in self.names:
            if name.lower() in candidates:
                return name
        if needed:
            words = f"no column for the {role} ({', '.join(candidates)}); name it: {role}=COLUMN"
            raise BadInput(words, file=self.file)
        return ""

    def _pair(self, role: str, candidates: Sequence[str]) -> tuple[str, str] | None:
        if f"{role}_a" in self._mapping:
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


class Pairs:
    """Reads a file of pairs; see Comparisons."""

    def __init__(
        self,
        path: Path,
        *,
        polarity: str,
        columns: PairsColumns,
        subjects: Mapping[str, tuple[str, ...]] | None = None,
        axes: Sequence[str] = (),
    ) -> None:
        self.path, self.polarity, self.columns = path, polarity, columns
        self._labels = subjects
        self.units = Units(list(axes) if subjects is not None else columns.axes)
        self.has_subjects = columns.subjects is not None
        self.oddities, self.rows = Oddities(), 0
        self._seen: list[NDArray[np.uint64]] = []
        self._first = True

    def batches(self) -> Iterator[Batch]:
        for row, cells in tables.chunks(self.path, self.columns.all()):
            yield self._batch(row, cells)
        if self._first and self._seen:
            keys = np.concatenate(self._seen)
            self.oddities.add("duplicate rows", keys.size - np.unique(keys).size)
            self._seen = []
        self._first = False

    def _batch(self, row: int, cells: Mapping[str, NDArray[Any]]) -> Batch:
        of, file = self.columns, self.path.name
        scores = values.numbers(cells[of.score], file=file, row=row, column=of.score)
        ids_a, ids_b = self._ids(cells, row, len(scores))
        unit_a, group_a = self.units.units(ids_a, self._groups(cells, ids_a, "a"))
        unit_b, group_b = self.units.units(ids_b, self._groups(cells, ids_b, "b"))
        mated = np.zeros(len(scores), dtype=bool)
        if of.mated:
            mated = values.flags(cells[of.mated], file=file, row=row, column=of.mated)
        same_sample = self._same_sample(cells, ids_a == ids_b)
        good = np.isfinite(scores) & ~same_sample
        if self._first:
            self._note(scores, same_sample, mated, ids_a == ids_b, group_a, group_b)
            self._remember(cells, ids_a, ids_b, scores)
            self.rows += len(scores)
        return Batch(scores, unit_a, unit_b, group_a, group_b, mated).only(good)

    def _ids(
        self, cells: Mapping[str, NDArray[Any]], row: int, rows: int
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.columns.subjects is None:
            # Without ids every row stands for itself; the intervals then say so.
            numbers = np.arange(row, row + rows)
            return (
                np.char.add("a", numbers.astype(str)).astype(object),
                np.char.add("b", numbers.astype(str)).astype(object),
            )
        first, second = (values.texts(cells[name]) for name in self.columns.subjects)
        for name, ids in zip(self.columns.subjects, (first, second), strict=True):
            for place in np.flatnonzero(np.array([one is None for one in ids]))[:1]:
                raise BadInput(
                    "the subject is missing", file=self.path.name, row=row + int(place), column=name
                )
        return first, second

    def _groups(
        self, cells: Mapping[str, NDArray[Any]], ids: NDArray[Any], side: str
    ) -> list[NDArray[Any]]:
        if self._labels is None:
            return [values.texts(cells[f"{axis}_{side}"]) for axis in self.units.axes]
        nothing = (None,) * len(self.units.axes)
        labels = [self._labels.get(one, nothing) for one in ids]
        return [
            np.array([label[place] for label in labels], dtype=object)
            for place in range(len(self.units.axes))
        ]

    def _same_sample(
        self, cells: Mapping[str, NDArray[Any]], same_subject: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        if self.columns.samples is None:
            return np.zeros(len(same_subject), dtype=bool)
        first, second = (values.texts(cells[name]) for name in self.columns.samples)
        return same_subject & (first == second)

    def _note(
        self,
        scores: NDArray[np.float64],
        same_sample: NDArray[np.bool_],
        mated: NDArray[np.bool_],
        same_subject: NDArray[np.bool_],
        group_a: NDArray[np.int64],
        group_b: NDArray[np.int64],
    ) -> None:
        self.oddities.add("scores that are no number", (~np.isfinite(scores)).sum())
        self.oddities.add("comparisons of a sample with itself", same_sample.sum())
        self.oddities.add("rows without a group label", ((group_a < 0) | (group_b < 0)).sum())
        if self.has_subjects and self.columns.mated:
            self.oddities.add("impostor pairs of one subject", (same_subject & ~mated).sum())
            self.oddities.add("mated pairs of two subjects", (~same_subject & mated).sum())

    def _remember(
        self,
        cells: Mapping[str, NDArray[Any]],
        ids_a: NDArray[Any],
        ids_b: NDArray[Any],
        scores: NDArray[np.float64],
    ) -> None:
        """Keep a 64-bit fingerprint of each comparison, whichever way round it is written."""
        if not self.has_subjects:
            return
        first, second = ids_a, ids_b
        if self.columns.samples is not None:
            samples = [values.texts(cells[name]) for name in self.columns.samples]
            first = first + "\x1f" + samples[0].astype(str)
            second = second + "\x1f" + samples[1].astype(str)
        ends = [fingerprints(first), fingerprints(second)]
        low, high = np.minimum(*ends), np.maximum(*ends)
        with np.errstate(over="ignore"):
            keys = low * np.uint64(0x9E3779B97F4A7C15) + high
            if self.columns.samples is None:  # two samples of one pair may differ in score only
                keys += scores.view(np.uint64)
        self._seen.append(keys)


def fingerprints(things: NDArray[Any]) -> NDArray[np.uint64]:
    """64-bit FNV-1a of each text, the same in every process; shape (n,)."""
    distinct, places = np.unique(things.astype(str), return_inverse=True)
    return np.array([_fnv(thing) for thing in distinct], dtype=np.uint64)[places]


def _fnv(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
