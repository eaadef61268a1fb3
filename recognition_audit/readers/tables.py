"""Tables in CSV, TSV, JSON lines and Parquet, read in chunks of columns."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.limits import BYTES_OF_A_CELL_MAX

CHUNK_ROWS = 1 << 18
SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
PARQUET_MAGIC = b"PAR1"

# The row of the chunk's first line, and the columns as object arrays (None: missing).
Chunk = tuple[int, dict[str, NDArray[Any]]]


def columns_of(path: Path) -> list[str]:
    """The names of the columns; raises BadInput."""
    if path.suffix == ".parquet":
        return list(_parquet(path).schema_arrow.names)
    if path.suffix == ".jsonl":
        with _text(path) as file:
            return list(_json_row(file.readline(), path, 1))
    with _text(path) as file:
        header = _next_row(_csv(file, path), path, 0)
    if not header:
        raise BadInput("the file is empty", file=path.name)
    if len(set(header)) != len(header):
        raise BadInput("two columns have the same name", file=path.name, row=0)
    return header


def rows_of(path: Path) -> int | None:
    """How many rows there are, where that costs nothing to know."""
    return _parquet(path).metadata.num_rows if path.suffix == ".parquet" else None


def chunks(path: Path, columns: Sequence[str]) -> Iterator[Chunk]:
    """The named columns in chunks; raises BadInput with the row where one cannot be read."""
    missing = [name for name in columns if name not in columns_of(path)]
    if missing:
        raise BadInput(f"there is no column {missing[0]}", file=path.name)
    if path.suffix == ".parquet":
        yield from _parquet_chunks(path, columns)
    else:
        yield from _text_chunks(path, columns)


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput("this is not a Parquet file, or it is cut off", file=path.name) from error


def _parquet_chunks(path: Path, columns: Sequence[str]) -> Iterator[Chunk]:
    row = 1
    try:
        for batch in _parquet(path).iter_batches(CHUNK_ROWS, columns=list(columns)):
            arrays = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in columns}
            yield row, arrays
            row += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput("the file cannot be read on", file=path.name, row=row) from error


def _text_chunks(path: Path, columns: Sequence[str]) -> Iterator[Chunk]:
    first, rows = 1, []
    for number, row in _text_rows(path, columns):
        rows.append(row)
        if len(rows) == CHUNK_ROWS:
            yield first, _by_column(rows, columns)
            first, rows = number + 1, []
    if rows:
        yield first, _by_column(rows, columns)


def _by_column(rows: list[list[Any]], columns: Sequence[str]) -> dict[str, NDArray[Any]]:
    return {
        name: np.array([row[place] for row in rows], dtype=object)
        for place, name in enumerate(columns)
    }


def _text_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[Any]]]:
    with _text(path) as file:
        if path.suffix == ".jsonl":
            for number, line in enumerate(file, start=1):
                found = _json_row(line, path, number)
                yield number, [found.get(name) for name in columns]
            return
        reader = _csv(file, path)
        header = _next_row(reader, path, 0)
        places = [header.index(name) for name in columns]
        number = 0
        while row := _next_row(reader, path, number + 1):
            number += 1
            if len(row) != len(header):
                raise BadInput(
                    f"this row has {len(row)} cells, the heading has {len(header)}",
                    file=path.name,
                    row=number,
                )
            yield number, [row[place] or None for place in places]


def _text(path: Path) -> IO[str]:
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise BadInput("this is not text in UTF-8. Save it as UTF-8.", file=path.name)
    if head[:2] == b"PK" or head[:4] == PARQUET_MAGIC:
        raise BadInput("the name says text, the content does not", file=path.name)
    return path.open(encoding="utf-8-sig", newline="")


def _csv(file: IO[str], path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(BYTES_OF_A_CELL_MAX)
    return csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ",", strict=True)


def _next_row(reader: Iterator[list[str]], path: Path, number: int) -> list[str]:
    try:
        return next(reader, [])
    except UnicodeDecodeError as error:
        raise BadInput("this is not text in UTF-8", file=path.name, row=number) from error
    except csv.Error as error:
        raise BadInput(str(error), file=path.name, row=number) from error


def _json_row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadInput("this is not one JSON object", file=path.name, row=number) from error
    if not isinstance(row, dict):
        raise BadInput("this is not one JSON object", file=path.name, row=number)
    return row
