"""Tables in CSV, TSV, JSON lines and Parquet, read in chunks of columns.

Rows count from 1 for the first row of data; blank lines are skipped, not counted as rows, and
told to `note`. Only the wanted columns are looked at.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells, parquet_tables, text_tables
from recognition_audit.readers.text_tables import Note

CHUNK_ROWS = 1 << 18
SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
COLUMNS_MAX = 4_096
# Texts become arrays of the longest one's width: rows × width of a chunk stays below this.
CHARACTERS_OF_A_CHUNK_MAX = 1 << 24

# The row of the chunk's first line, and the columns as arrays (objects: None is missing).
Chunk = tuple[int, dict[str, NDArray[Any]]]


def columns_of(path: Path) -> list[str]:
    """The names of the columns; raises BadInput."""
    reader = parquet_tables if is_parquet(path) else text_tables
    names = [str(name) for name in reader.columns_of(path)]
    if not names:
        raise BadInput("the file has no columns", file=path.name)
    if len(names) > COLUMNS_MAX:
        words = f"{len(names):,} columns; at most {COLUMNS_MAX:,} are read"
        raise BadInput(words, file=path.name)
    cells.check_names(names, path.name)
    if len(set(names)) != len(names):
        twin = next(name for name in names if names.count(name) > 1)
        words = f"two columns have the same name, {cells.shown(twin)}. Rename or remove one."
        raise BadInput(words, file=path.name, row=0)
    return names


def rows_of(path: Path) -> int | None:
    """How many rows there are, where that costs nothing to know."""
    return parquet_tables.rows_of(path) if is_parquet(path) else None


def is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def chunks(path: Path, columns: Sequence[str], note: Note | None = None) -> Iterator[Chunk]:
    """The named columns in chunks; raises BadInput with the row where one cannot be read.

    note : told what was passed over, as kind and number (blank lines); `Oddities.add` fits.
    """
    offered = columns_of(path)
    missing = [name for name in columns if name not in offered]
    if missing:
        raise BadInput(f"there is no column {cells.shown(missing[0])}", file=path.name)
    columns = list(dict.fromkeys(columns))
    if not is_parquet(path):
        yield from _text_chunks(path, columns, note or text_tables.silent)
        return
    for row, arrays in parquet_tables.chunks(path, columns, CHUNK_ROWS):
        yield from _narrowed(row, arrays, max(map(_widest, arrays.values()), default=1))


def _text_chunks(path: Path, columns: Sequence[str], note: Note) -> Iterator[Chunk]:
    first, size, rows = 1, 0, []
    for length, row in text_tables.rows(path, columns, note):
        rows.append(row)
        size += length
        if len(rows) == CHUNK_ROWS or size > CHARACTERS_OF_A_CHUNK_MAX:
            yield from _narrowed(first, *_by_column(rows, columns, path.name, first))
            first, size, rows = first + len(rows), 0, []
    if rows:
        yield from _narrowed(first, *_by_column(rows, columns, path.name, first))


def _by_column(
    rows: list[list[Any]], columns: Sequence[str], file: str, first: int
) -> tuple[dict[str, NDArray[Any]], int]:
    """The columns, and the length of their longest text."""
    found: dict[str, NDArray[Any]] = {}
    longest = 1
    for name, cut in zip(columns, zip(*rows, strict=True), strict=True):
        column = [None if cell == "" else cell for cell in cut]
        longest = max(longest, cells.check(column, file=file, row=first, column=name))
        found[name] = np.array(column, dtype=object)
    return found, longest


def _narrowed(row: int, arrays: dict[str, NDArray[Any]], longest: int) -> Iterator[Chunk]:
    """The chunk in parts, so that its longest text times its rows stays small."""
    rows = len(next(iter(arrays.values()), ()))
    part = max(1, CHARACTERS_OF_A_CHUNK_MAX // max(1, longest))
    if rows <= part:
        yield row, arrays
        return
    for start in range(0, rows, part):
        yield row + start, {name: array[start : start + part] for name, array in arrays.items()}


def _widest(array: NDArray[Any]) -> int:
    if array.dtype != object:
        return 1
    return max((len(cell) for cell in array if isinstance(cell, str)), default=1)
