"""Which answers each number of a classification counts, and which of them must stay hidden.

Every number is a sum over answers (group of the intersection, true label, predicted label), so one
engine says what follows from what, whether it stands in a rate, a label's row, a group's size or
the table of true labels against predictions.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.concealment import LABEL, Gone, Name, emptied, name_of_row
from recognition_audit.documents import Group, Row, check, views
from recognition_audit.limits import SUBJECTS_MIN, Adequacy
from recognition_audit.sums import Parts, Shown

# (group, truth, predicted or None where not processed)
Answer = tuple[Group, str, str | None]
Table = Mapping[Answer, int]
# Of (truth, predicted, the row's label): is it an error, is it a trial?
Counted = Callable[[str, str | None, str | None], tuple[bool, bool]]
Mask = NDArray[np.bool_]
BESIDE_SMALL = "rates hidden because a smaller number would follow from them"
# Answers times rows: beyond it the labels are hidden altogether, for solving would take minutes.
SOLVED_AT_MOST = 2_000_000


def _of_predictions(truth: str, got: str | None, label: str | None) -> tuple[bool, bool]:
    return got == label != truth, got == label


COUNTED: Mapping[str, Counted] = {
    "error": lambda truth, got, _label: (got not in (None, truth), got is not None),
    "error_of_all": lambda truth, got, _label: (got != truth, True),
    "FTE": lambda _truth, got, _label: (got is None, True),
    "recall": lambda truth, got, label: (
        truth == label and got not in (None, label),
        truth == label and got is not None,
    ),
    "precision": _of_predictions,
    "FDR_of_predictions": _of_predictions,
    "FPR": lambda truth, got, label: (
        got == label != truth,
        truth != label and got is not None,
    ),
    "selection": lambda _truth, got, label: (got == label, got is not None),
}


def count(
    metric: str, answers: Iterable[tuple[str, str | None, int]], label: str | None = None
) -> tuple[int, int]:
    """Errors and trials of a metric. answers : true label, predicted label, faces."""
    errors = trials = 0
    for truth, got, faces in answers:
        is_error, is_trial = COUNTED[metric](truth, got, label)
        errors += faces * is_error
        trials += faces * is_trial
    return errors, trials


def confusion(table: Table) -> list[Row]:
    """True labels against predictions, over everybody; predicted None: not processed.

    The faces of a label with too few are left out.
    """
    cells: Counter[tuple[str, str | None]] = Counter()
    faces: Counter[str] = Counter()
    for (_group, truth, got), n in table.items():
        cells[truth, got] += n
        faces[truth] += n
    rows = sorted(cells.items(), key=lambda cell: (cell[0][0], cell[0][1] is None, cell[0][1]))
    told: list[Row] = [
        {"truth": truth, "predicted": got, "faces": n, "adequacy": Adequacy.ENOUGH.value}
        for (truth, got), n in rows
    ]
    return [_hidden(row) if faces[row["truth"]] < SUBJECTS_MIN else row for row in told]


def conceal_answers(
    table: Table,
    axes: Sequence[str],
    attribute: str,
    hidden: set[Name],
    rates: tuple[Sequence[Row], Sequence[Row]],
) -> tuple[list[Row], list[Row]]:
    """Rates and confusion without the numbers by which one that is too small would follow.

    axes : of the table's groups. hidden : groups that are not shown. rates : all rows as they were
    counted, and the same with those emptied that are hidden already.
    Of more answers and rows than can be solved, every row of a label is hidden.
    """
    counted, shown = rates
    rows = [*shown, *confusion(table)]
    gone = {place for place, row in enumerate(rows) if _is_empty(row)}
    if gone or hidden:
        small = {
            place
            for place, row in enumerate([*counted, *rows[len(shown) :]])
            if _is_empty(row) or ("truth" not in row and name_of_row(row) in hidden)
        }
        if len(table) * len(rows) > SOLVED_AT_MOST:
            of_labels = {place for place, row in enumerate(rows) if _is_of_label(row)}
            gone, small, table = gone | of_labels, small - of_labels, _without_labels(table)
        gone = _Numbers(table, axes, attribute, hidden, rows, small).beside(gone)
    found = [_hidden(row) if place in gone else row for place, row in enumerate(rows)]
    return found[: len(shown)], found[len(shown) :]


def gone_of_labels(counted: Iterable[Row], shown: Iterable[Row]) -> set[Gone]:
    """As `concealment.gone_from`: the groups of which a label's rate is hidden beside another."""
    return {
        (row["metric"], *name_of_row(row))
        for before, row in zip(counted, shown, strict=True)
        if LABEL in row and _is_empty(row) and not _is_empty(before)
    }


def checks_beside(before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """How many rates were hidden between the two, and why."""
    number = sum(map(_is_empty, after)) - sum(map(_is_empty, before))
    return [check(BESIDE_SMALL, number, "warning")] if number else []


class _Numbers:
    """The numbers of a report, each as the answers that it counts.

    Answers that every number counts together are one part.
    """

    def __init__(
        self,
        table: Table,
        axes: Sequence[str],
        attribute: str,
        hidden: set[Name],
        rows: Sequence[Row],
        small: set[int],
    ) -> None:
        answers = _possible(table, axes, attribute)
        of_name = _members(answers, axes)
        told = [list(_masks(row, answers, of_name)) for row in rows]
        number = np.array([table.get(one, 0) for one in answers])
        known: list[Mask] = []
        # That nothing was tried at all is no secret.
        tried = [told[place] for place in sorted(small) if number[told[place][-1]].any()]
        secret = [mask for masks in tried for mask in masks]
        for names, name_of in views(axes):
            for name in sorted({name_of(group) for group, _truth, _got in answers}):
                key = (tuple(names), name)
                (secret if key in hidden else known).append(of_name(key))
        # The checks count both over the whole file.
        truths = {truth for _group, truth, _got in answers}
        known.append(np.array([got is None for _group, _truth, got in answers]))
        known.append(np.array([got not in (None, *truths) for _group, _truth, got in answers]))
        few = {rows[place]["truth"] for place in small if "truth" in rows[place]}
        secret += [np.array([one[1] == truth for one in answers]) for truth in sorted(few)]
        every = np.array([*(mask for masks in told for mask in masks), *known, *secret])
        merged, place_of = np.unique(every, axis=1, return_inverse=True)
        faces = np.bincount(place_of.ravel(), weights=number)
        self._faces: dict[Hashable, float] = dict(enumerate(faces))
        parts: Iterator[Parts] = iter([frozenset(np.flatnonzero(line).tolist()) for line in merged])
        self._told = [[next(parts) for _mask in masks] for masks in told]
        self._known = [next(parts) for _mask in known]
        self._secret = set(parts) - set(self._known)
        self._rows = rows

    def beside(self, gone: set[int]) -> set[int]:
        """Hidden rows, with those by which a number that is too small would follow.

        Rows are shown by their worth: rates of groups, then of labels, the largest first; what
        would give a number away is hidden.
        """
        shown = _Open(self._faces, self._secret, self._known)
        left = sorted(set(range(len(self._rows))) - gone, key=self._worth)
        while True:
            refused = [place for place in left if not shown.add(self._told[place])]
            # What was shown since may have told that a whole has no errors: ask again.
            if len(refused) == len(left):
                return gone | set(refused)
            left = refused

    def _worth(self, place: int) -> tuple[Any, ...]:
        row = self._rows[place]
        faces = sum(self._faces[part] for part in self._told[place][-1])
        return _is_of_label(row), len(row.get("axes", ())), -faces, place


class _Open:
    """What is shown, to one who knows which answers nobody gave, and to one who does not.

    The first finds more, but finds no number that is nothing.
    """

    def __init__(
        self, faces: Mapping[Hashable, float], secrets: set[Parts], known: Sequence[Parts]
    ) -> None:
        self._there = frozenset(part for part, number in faces.items() if number)
        some = sorted((one & self._there for one in secrets if one & self._there), key=sorted)
        self._none = sorted((one for one in secrets if not one & self._there), key=sorted)
        self._to_knowing = Shown(self._there, some, [one & self._there for one in known])
        self._to_others = Shown(faces, self._none, known)
        self._zeros: frozenset[Hashable] = frozenset()

    def add(self, sums: Sequence[Parts]) -> bool:
        """As `Shown.add`. That a whole without errors has parts without is no secret."""
        there = [one & self._there for one in sums]
        if not self._to_knowing.may(there):
            return False
        if self._none:
            # The parts of nothing are nothing.
            empty: Parts = frozenset().union(*(one for one in sums if not one & self._there))
            zeros = self._zeros | empty
            allowed = [place for place, one in enumerate(self._none) if one <= zeros]
            alone = [frozenset([part]) for part in empty - self._zeros]
            if not self._to_others.add([*sums, *alone], allowed):
                return False
            self._zeros = zeros
        return self._to_knowing.add(there)


def _possible(table: Table, axes: Sequence[str], attribute: str) -> list[Answer]:
    """The answers that may have been given, for all that the rows that there are tell."""
    others = [place for place, axis in enumerate(axes) if axis != attribute]
    there = sorted({(group, truth) for group, truth, _got in table})
    cells: dict[str, set[str | None]] = {}
    for _group, truth, got in table:
        cells.setdefault(truth, set()).add(got)
    given = {(tuple(group[place] for place in others), got) for group, _truth, got in table}
    return [
        (group, truth, got)
        for group, truth in there
        for got in sorted(cells[truth], key=str)
        if got not in cells or (tuple(group[place] for place in others), got) in given
    ]


def _members(answers: Sequence[Answer], axes: Sequence[str]) -> Callable[[Name], Mask]:
    """Which answers are of a group of any view."""

    @cache
    def names(chosen: tuple[str, ...]) -> NDArray[Any]:
        places = [axes.index(axis) for axis in chosen]
        return np.array([" · ".join(group[p] for p in places) for group, _t, _g in answers])

    def of_name(name: Name) -> Mask:
        return names(name[0]) == (name[1] if name[0] else "")

    return of_name


def _masks(row: Row, answers: Sequence[Answer], of_name: Callable[[Name], Mask]) -> Iterator[Mask]:
    """Which answers a row's numbers count: errors and trials, or the faces of a cell."""
    if "truth" in row:
        cell = (row["truth"], row["predicted"])
        yield np.array([(truth, got) == cell for _group, truth, got in answers])
        return
    told = [COUNTED[row["metric"]](truth, got, row.get(LABEL)) for _group, truth, got in answers]
    for mask in np.array(told, dtype=np.bool_).T:
        yield mask & of_name(name_of_row(row))


def _without_labels(table: Table) -> Table:
    """Answers as right, wrong, missing or no true label alone."""
    truths = {truth for _group, truth, _got in table}
    found: Counter[Answer] = Counter()
    for (group, truth, got), faces in table.items():
        if got in truths:
            found[group, "right" if got == truth else "wrong", "right"] += faces
        else:
            found[group, "right", got and "none"] += faces
    return found


def _is_of_label(row: Row) -> bool:
    return LABEL in row or "truth" in row


def _is_empty(row: Row) -> bool:
    return (row["faces"] if "truth" in row else row["value"]) is None


def _hidden(row: Row) -> Row:
    if "truth" in row:
        return row | {"faces": None, "adequacy": Adequacy.TOO_FEW.value}
    return emptied(row)
