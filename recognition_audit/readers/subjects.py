"""The table of subjects: an id and the group labels, one subject a row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.cells import shown
from recognition_audit.readers.columns import Columns, usual_axes
from recognition_audit.readers.text_tables import Note
from recognition_audit.readers.units import Group

ID_NAMES = ("subject", "subject_id", "id", "image_id")
DATES = "labels that look like dates: a spreadsheet writes the ages 3-9 as 9-Mar"
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATE_OF_A_SPREADSHEET = re.compile(rf"\d{{1,2}}-({MONTHS})|({MONTHS})-\d{{2}}", re.IGNORECASE)
Labels = dict[str, tuple[str, ...]]


def id_column(path: Path, columns: Mapping[str, str] | None = None) -> str:
    """The column of the ids; raises BadInput."""
    return Columns(path, columns).need("id", ID_NAMES)


def read_labels(
    path: Path,
    axes: Sequence[str] | None,
    *,
    columns: Mapping[str, str] | None = None,
    note: Note | None = None,
) -> tuple[list[str], Labels]:
    """The axes and the labels by id, in the order of the file; raises BadInput.

    columns : role → column, where a role is “id” or an axis. A label that is missing is None.
    """
    names = Columns(path, columns)
    key = names.need("id", ID_NAMES)
    offered = [name for name in names.names if name != key]
    mapped = [role for role in columns or () if role != "id"]
    chosen = list(dict.fromkeys(axes or mapped or usual_axes(offered, path.name)))
    of_axis = names.axes(chosen) if chosen else {}
    if not of_axis:
        raise BadInput("there is no column for a group beside the id", file=path.name)
    labels: Labels = {}
    for row, cells in tables.chunks(path, [key, *of_axis.values()], note):
        ids = values.texts(cells[key])
        found = [
            values.labels(cells[column], file=path.name, row=row, column=column)
            for column in of_axis.values()
        ]
        for place, one in enumerate(ids):
            if one is None or one in labels:
                words = "the id is missing" if one is None else f"the id {shown(one)} stands twice"
                raise BadInput(words, file=path.name, row=row + place, column=key)
            labels[one] = tuple(column[place] for column in found)
    if note is not None:
        looks = sum(any(map(_is_a_date, found)) for found in labels.values())
        note(DATES, looks)
    if not labels:
        raise BadInput("the table has a heading and no rows", file=path.name)
    return list(of_axis), labels


def _is_a_date(label: str | None) -> bool:
    return label is not None and DATE_OF_A_SPREADSHEET.fullmatch(label) is not None


@dataclass
class Failed:
    """Pictures that could not be enrolled.

    pictures : how many of each group. mated : by subject and group, how many comparisons with
    themselves fell out; None where no column says who they are of. has_mated : whether one says
    how many; else all are 0.
    """

    pictures: dict[Group, int] = field(default_factory=dict)
    mated: dict[tuple[str, Group], int] | None = None
    has_mated: bool = False


def read_failed(path: Path, axes: Sequence[str]) -> Failed:
    """The table of failures to enrol, one picture a row; raises BadInput.

    Columns: one for each axis; with `subject` also who it is of, and with `mated` beside it how
    many comparisons of that person with themselves fell out because of this picture (one of two
    pictures that both failed stands with one of them).
    """
    names = Columns(path)
    subject = names.find("subject", ("subject_id",))
    mated = names.find("mated") if subject else ""
    found = Failed(mated={} if subject else None, has_mated=bool(mated))
    more = [name for name in (subject, mated) if name]
    for row, groups, cells in _grouped(path, axes, more, None):
        for group in groups:
            found.pictures[group] = found.pictures.get(group, 0) + 1
        if found.mated is None:
            continue
        lost = [0] * len(groups)
        if mated:
            counts = values.whole_numbers(cells[mated], file=path.name, row=row, column=mated)
            lost = counts.tolist()
        for place, one in enumerate(values.texts(cells[subject])):
            if one is None:
                words = "the subject is missing"
                raise BadInput(words, file=path.name, row=row + place, column=subject)
            who = one, groups[place]
            found.mated[who] = found.mated.get(who, 0) + lost[place]
    return found


def count_labels(path: Path, axes: Sequence[str], *, note: Note | None = None) -> dict[Group, int]:
    """How many rows each group has in a table without ids.

    note : told how many rows have no label; where it is not given, such a row is refused.
    """
    counts: dict[Group, int] = {}
    for _row, groups, _cells in _grouped(path, axes, (), note):
        for group in groups:
            counts[group] = counts.get(group, 0) + 1
    return counts


def _grouped(
    path: Path, axes: Sequence[str], more: Sequence[str], note: Note | None
) -> Iterator[tuple[int, list[Group], dict[str, NDArray[Any]]]]:
    """The group of each labelled row, in chunks with the number of their first row.

    more : other columns that are wanted; their cells are of all rows of the chunk.
    """
    for row, cells in tables.chunks(path, [*axes, *more], note):
        columns = [
            values.labels(cells[axis], file=path.name, row=row, column=axis) for axis in axes
        ]
        groups = []
        for place, group in enumerate(zip(*columns, strict=True)):
            if None not in group:
                groups.append(group)
            elif note is None:
                column = axes[group.index(None)]
                words = "the group label is missing"
                raise BadInput(words, file=path.name, row=row + place, column=column)
            else:
                note("rows without a group label", 1)
        yield row, groups, cells
