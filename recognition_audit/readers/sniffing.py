"""A look at a file before it is audited: what it seems to hold."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells, tables
from recognition_audit.readers.pairs import POLARITY_OF, PairsColumns, polarity_by_name

PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z")


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
    """The path, if it is a file and a reader knows its kind; raises BadInput."""
    path = Path(path)
    name = path.name
    if cells.fault_of(name):
        name = cells.shown(name)
        raise BadInput("rename the file: its name cannot be shown", file=name)
    try:
        if path.is_dir():
            raise BadInput("this is a folder, not a file", file=name)
        if not path.is_file():
            words = "a link that leads nowhere" if path.is_symlink() else "there is no such file"
            raise BadInput(words, file=str(path))
        if path.suffix.lower() in tables.SUFFIXES:
            with path.open("rb"):
                return path
    except (OSError, ValueError) as error:
        raise BadInput(f"the file cannot be opened: {error}", file=name) from error
    words = f"a file named {path.suffix or 'without an ending'} is not read; "
    words += f"these are: {', '.join(tables.SUFFIXES)}"
    if path.suffix.lower() in PACKED:
        words = f"packed files ({path.suffix}) are not read. Unpack it first."
    raise BadInput(words, file=name)


def matrix_polarity(column: str) -> str | None:
    return next((POLARITY_OF[word] for word in POLARITY_OF if word in column.lower()), None)
