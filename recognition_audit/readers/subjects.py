"""The table of subjects: an id and the group labels, one subject a row."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.cells import shown
from recognition_audit.readers.columns import Columns
from recognition_audit.readers.text_tables import Note

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
    of_axis = names.axes(list(dict.fromkeys(axes or offered[:2])))
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


def count_labels(
    path: Path, axes: Sequence[str], *, note: Note | None = None
) -> dict[tuple[str, ...], int]:
    """How many rows each group has in a table without ids, such as failures to enrol.

    note : told how many rows have no label; where it is not given, such a row is refused.
    """
    counts: dict[tuple[str, ...], int] = {}
    for row, cells in tables.chunks(path, list(axes), note):
        columns = [
            values.labels(cells[axis], file=path.name, row=row, column=axis) for axis in axes
        ]
        for place, group in enumerate(zip(*columns, strict=True)):
            if None in group:
                if note is None:
                    column = axes[group.index(None)]
                    words = "the group label is missing"
                    raise BadInput(words, file=path.name, row=row + place, column=column)
                note("rows without a group label", 1)
            else:
                counts[group] = counts.get(group, 0) + 1
    return counts
