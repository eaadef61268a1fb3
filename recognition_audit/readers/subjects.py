"""The table of subjects: an id and the group labels, one subject a row."""

from collections.abc import Sequence
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values

ID_NAMES = ("subject", "subject_id", "id", "image_id")


def id_column(path: Path) -> str:
    names = tables.columns_of(path)
    found = next((name for name in names if name.lower() in ID_NAMES), None)
    if found is None:
        raise BadInput(f"no column for the id ({', '.join(ID_NAMES)})", file=path.name)
    return found


def read_labels(
    path: Path, axes: Sequence[str] | None
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The axes and the labels by id, in the order of the file; raises BadInput."""
    key = id_column(path)
    offered = [name for name in tables.columns_of(path) if name != key]
    chosen = list(axes) if axes else offered[:2]
    unknown = [axis for axis in chosen if axis not in offered]
    if unknown or not chosen:
        raise BadInput(f"there is no column {(unknown or ['for a group'])[0]}", file=path.name)
    labels: dict[str, tuple[str, ...]] = {}
    for row, cells in tables.chunks(path, [key, *chosen]):
        ids = values.texts(cells[key])
        columns = [values.texts(cells[axis]) for axis in chosen]
        for place, one in enumerate(ids):
            if one is None or one in labels:
                words = "the id is missing" if one is None else f"the id {one[:40]} stands twice"
                raise BadInput(words, file=path.name, row=row + place, column=key)
            labels[one] = tuple(column[place] for column in columns)
    return chosen, labels


def count_labels(path: Path, axes: Sequence[str]) -> dict[tuple[str, ...], int]:
    """How many rows each group has in a table without ids, such as failures to enrol."""
    counts: dict[tuple[str, ...], int] = {}
    for _row, cells in tables.chunks(path, list(axes)):
        columns = [values.texts(cells[axis]) for axis in axes]
        for group in zip(*columns, strict=True):
            counts[group] = counts.get(group, 0) + 1
    return counts
