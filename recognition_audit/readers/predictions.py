"""Predicted labels of an attribute, one face a row, counted by group, true label and prediction.

Columns: id, predicted (or the attribute's name), optional face_confidence; the true label and the
groups from a table of true labels, or inline as truth and the axes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.columns import LABELS, Columns, of_labels, of_subjects
from recognition_audit.readers.comparisons import Oddities
from recognition_audit.readers.subjects import ID_NAMES, Labels, read_labels

Group = tuple[str, ...]
ROLES = ("id", "predicted", "truth", "face_confidence")
TRUTH_NAMES = ("true", "true_label", "label", "actual")
# What writers put for “no answer”; each is one only where it is not a true label itself.
MISSING_WORDS = {"na", "n/a", "nan", "null"}
NOT_FOUND = "faces that the detector did not find"
NO_LABEL = "rows without a group label"
UNKNOWN = "predictions that are none of the true labels"
MISSING = "predictions written as a word for a missing one"
LABELS_MAX = 200
LABELS_SHOWN = 8


@dataclass
class Predictions:
    """table: (group, true label, predicted label or None where not processed) → faces."""

    axes: list[str]
    oddities: Oddities = field(default_factory=Oddities)
    table: Counter[tuple[Group, str, str | None]] = field(default_factory=Counter)
    rows: int = 0
    labelled: int | None = None  # rows of the table of true labels


class PredictionsColumns:
    """Which column holds what; raises BadInput."""

    def __init__(
        self,
        path: Path,
        attribute: str,
        groups: Sequence[str] | None,
        mapping: Mapping[str, str] | None,
        *,
        inline: bool,
    ) -> None:
        names = Columns(path, mapping)
        self.truth = names.need("truth", (f"true_{attribute}", *TRUTH_NAMES)) if inline else ""
        self.predicted = names.need("predicted", ("prediction", attribute))
        self.confidence = names.find("face_confidence")
        self.id = names.find("id", ID_NAMES) if inline else names.need("id", ID_NAMES)
        self.axes = names.axes(groups) if inline else {}
        names.refuse_unknown((*ROLES, *self.axes, *(LABELS + one for one in of_labels(mapping))))
        if self.truth == self.predicted:
            words = "the true and the predicted label are one column: name them with --column"
            raise BadInput(words, file=path.name, column=self.truth)

    def all(self) -> list[str]:
        wanted = [self.id, self.predicted, self.truth, self.confidence, *self.axes.values()]
        return [name for name in wanted if name]


def read_predictions(
    path: Path,
    truth: Path | None,
    *,
    attribute: str,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None = None,
    confidence_zero_is_missing: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Predictions:
    """Read and count; raises BadInput."""
    of = PredictionsColumns(path, attribute, groups, columns, inline=truth is None)
    axes = list(groups or ["race", "gender"]) if truth else list(of.axes)
    found = Predictions(axes)
    by_id: Labels | None = None
    if truth is not None:
        by_id = _truth(truth, axes, attribute, columns, found.oddities)
        found.labelled = len(by_id)
    counting = _Counting(found, of, by_id, path.name)
    for row, cells in tables.chunks(path, of.all(), found.oddities.add):
        counting.add(row, cells, zero_is_missing=confidence_zero_is_missing)
        if progress:
            progress(found.rows, found.labelled or 0)
    if by_id is not None:
        found.oddities.add("labels without a prediction", len(by_id.keys() - counting.seen))
    _translate(found, of_labels(columns))
    _look_at_labels(found, path.name)
    return found


def _truth(
    truth: Path,
    axes: Sequence[str],
    attribute: str,
    columns: Mapping[str, str] | None,
    oddities: Oddities,
) -> Labels:
    """The groups and, last, the true label by id."""
    mapping = of_subjects(columns)
    names, by_id = read_labels(truth, [*axes, attribute], columns=mapping, note=oddities.add)
    places = [names.index(name) for name in (*axes, attribute)]
    return {one: tuple(label[place] for place in places) for one, label in by_id.items()}


class _Counting:
    """One pass over the predictions."""

    def __init__(
        self, found: Predictions, of: PredictionsColumns, by_id: Labels | None, file: str
    ) -> None:
        self.found, self.of, self.by_id, self.file = found, of, by_id, file
        self.seen: set[str] = set()

    def add(self, row: int, cells: Mapping[str, NDArray[Any]], *, zero_is_missing: bool) -> None:
        predicted = values.texts(cells[self.of.predicted])
        not_found = self._not_found(row, cells, len(predicted))
        if zero_is_missing:
            predicted[not_found] = None
        labels = self._labels(row, cells)
        good = self._new(row, cells, len(predicted))
        self.found.rows += len(predicted)
        for place in np.flatnonzero(good):
            label = labels[place]
            if label is None:
                self.found.oddities.add("predictions without a label", 1)
            elif None in label:
                self.found.oddities.add(NO_LABEL, 1)
            else:
                self.found.table[label[:-1], label[-1], predicted[place]] += 1

    def _not_found(
        self, row: int, cells: Mapping[str, NDArray[Any]], rows: int
    ) -> NDArray[np.bool_]:
        column = self.of.confidence
        if not column:
            return np.zeros(rows, dtype=bool)
        confidence = values.numbers(cells[column], file=self.file, row=row, column=column)
        self.found.oddities.add(NOT_FOUND, int((confidence == 0).sum()))
        return np.asarray(confidence == 0)

    def _labels(self, row: int, cells: Mapping[str, NDArray[Any]]) -> list[Any]:
        """The groups and the true label of each row; None where the row is in no table."""
        if self.by_id is not None:
            return [self.by_id.get(one) for one in values.texts(cells[self.of.id])]
        columns = [
            values.labels(cells[name], file=self.file, row=row, column=name)
            for name in (*self.of.axes.values(), self.of.truth)
        ]
        return list(zip(*columns, strict=True))

    def _new(self, row: int, cells: Mapping[str, NDArray[Any]], rows: int) -> NDArray[np.bool_]:
        """Which rows are of an id that was not met before; the first of twins counts."""
        good = np.ones(rows, dtype=bool)
        if not self.of.id:
            return good
        for place, one in enumerate(values.texts(cells[self.of.id])):
            if one is None:
                words = "the id is missing"
                raise BadInput(words, file=self.file, row=row + place, column=self.of.id)
            good[place] = one not in self.seen
            self.seen.add(one)
        self.found.oddities.add("duplicate rows", int((~good).sum()))
        return good


def _translate(found: Predictions, meant: Mapping[str, str]) -> None:
    """Predicted labels as the true ones are written, where a map says what they mean."""
    table = Counter[tuple[Group, str, str | None]]()
    for (group, truth, got), faces in found.table.items():
        table[group, truth, None if got is None else meant.get(got, got)] += faces
    found.table = table


def _look_at_labels(found: Predictions, file: str) -> None:
    """Turn words for “missing” into missing, count labels that nobody has, refuse a mix-up."""
    true = {truth for _group, truth, _got in found.table}
    for (group, truth, got), faces in list(found.table.items()):
        if got is not None and got not in true and got.lower() in MISSING_WORDS:
            del found.table[group, truth, got]
            found.table[group, truth, None] += faces
            found.oddities.add(MISSING, faces)
    given = {got for _group, _truth, got in found.table if got is not None}
    if len(true | given) > LABELS_MAX:
        words = f"{len(true | given):,} different labels; an attribute has at most {LABELS_MAX}"
        raise BadInput(words, file=file)
    if given and not given & true:
        words = (
            f"no predicted label ({_some(given)}) is a true label ({_some(true)}). "
            "Write both the same way, or map them: --column label.PREDICTED=TRUE."
        )
        raise BadInput(words, file=file)
    odd = sum(n for (_g, _t, got), n in found.table.items() if got and got not in true)
    found.oddities.add(UNKNOWN, odd)


def _some(labels: set[str]) -> str:
    more = len(labels) - LABELS_SHOWN
    return ", ".join(sorted(labels)[:LABELS_SHOWN]) + (" …" if more > 0 else "")
