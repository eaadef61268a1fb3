"""A look at a file before it is audited: what it seems to hold."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables
from recognition_audit.readers.pairs import POLARITY_OF, PairsColumns, polarity_by_name


@dataclass(frozen=True)
class Sniffed:
    """layout: "pairs", "matrix", "predictions" or "" where it is not clear."""

    layout: str
    columns: list[str]
    groups: list[str]
    polarity: str | None
    rows: int | None


def sniff(path: str | PathLike[str]) -> Sniffed:
    """Read the names of the columns and guess the layout; raises BadInput."""
    path = known(path)
    columns, rows = tables.columns_of(path), tables.rows_of(path)
    if len(columns) == 1:
        return Sniffed("matrix", columns, [], matrix_polarity(columns[0]), rows)
    try:
        found = PairsColumns(path, None, None, axes_inline=True)
    except BadInput:
        is_predictions = "gender" in columns or "predicted" in columns
        return Sniffed("predictions" if is_predictions else "", columns, [], None, rows)
    polarity = polarity_by_name(found.score)
    return Sniffed("pairs", columns, found.inline_axes(), polarity, rows)


def known(path: str | PathLike[str]) -> Path:
    """The path, if a reader knows its kind; raises BadInput."""
    path = Path(path)
    if not path.is_file():
        raise BadInput("there is no such file", file=str(path))
    if path.suffix not in tables.SUFFIXES:
        words = f"a file named {path.suffix or 'without an ending'} is not read; "
        raise BadInput(words + f"these are: {', '.join(tables.SUFFIXES)}", file=path.name)
    return path


def matrix_polarity(column: str) -> str | None:
    return next((POLARITY_OF[word] for word in POLARITY_OF if word in column.lower()), None)
