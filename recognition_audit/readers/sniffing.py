"""A look at a file before it is audited: what it seems to hold."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells, tables
from recognition_audit.readers.columns import USUAL_AXES
from recognition_audit.readers.pairs import POLARITY_OF, PairsColumns, polarity_by_name

LAYOUTS = ("pairs", "matrix", "bob", "searches", "predictions", "counts", "rates")
# Columns that only one layout has, each set enough alone; looked at in this order.
SIGNS: tuple[tuple[str, tuple[set[str], ...]], ...] = (
    ("bob", ({"probe_reference_id", "bio_ref_reference_id", "score"},
             {"probe_subject_id", "bio_ref_subject_id", "score"})),
    ("counts", ({"errors", "trials"}, {"errors", "n"})),
    ("searches", ({"gallery"}, {"probe", "hits"})),
    ("rates", ({"algorithm", "metric", "value"}, {"algorithm", "fmr"}, {"algorithm", "fnmr"})),
)  # fmt: skip
PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z")


@dataclass(frozen=True)
class Sniffed:
    """layout: one of LAYOUTS, or "" where it is not clear."""

    layout: str
    columns: list[str]
    groups: list[str]
    polarity: str | None
    rows: int | None


def sniff(path: str | PathLike[str]) -> Sniffed:
    """Read the names of the columns and guess the layout; raises BadInput."""
    path = known(path)
    columns, rows = tables.columns_of(path), tables.rows_of(path)
    lowered = {name.lower() for name in columns}
    for layout, wanted in SIGNS:
        if any(signs <= lowered for signs in wanted):
            return Sniffed(layout, columns, _axes(columns), _polarity(columns), rows)
    if len(columns) == 1:
        return Sniffed("matrix", columns, [], matrix_polarity(columns[0]), rows)
    try:
        found = PairsColumns(path, None, None, axes_inline=False)
    except BadInput:
        is_predictions = "gender" in columns or "predicted" in columns
        return Sniffed("predictions" if is_predictions else "", columns, [], None, rows)
    polarity = polarity_by_name(found.score)
    return Sniffed("pairs", columns, found.inline_axes(), polarity, rows)


def _axes(columns: list[str]) -> list[str]:
    return [name for name in columns if name.lower() in USUAL_AXES]


def _polarity(columns: list[str]) -> str | None:
    return next((found for name in columns if (found := polarity_by_name(name))), None)


def known(path: str | PathLike[str], *, any_name: bool = False) -> Path:
    """The path, if it is a file and a reader knows its kind; raises BadInput.

    any_name : the ending is not looked at (score files of bob and pyeer have none of their own).
    """
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
        if any_name or path.suffix.lower() in tables.SUFFIXES:
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
