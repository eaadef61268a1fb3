"""Parquet in chunks of columns, refused before decoding where its sizes are absurd."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells

# A few kilobytes can declare terabytes. Scores and labels shrink by 3 to 50 times; what declares
# more than these is made to fill a memory.
UNPACKED_PER_BYTE_MAX = 1_000
UNPACKED_BYTES_ALLOWED = 1 << 26
ROWS_PER_BYTE_MAX = 1_000
ROWS_ALLOWED = 10_000_000

FAULTS = (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError, ValueError, TypeError)


def columns_of(path: Path) -> list[str]:
    """The names of the columns; raises BadInput."""
    return list(opened(path).schema_arrow.names)


def rows_of(path: Path) -> int:
    return int(opened(path).metadata.num_rows)


def opened(path: Path) -> pq.ParquetFile:
    """The file, its declared sizes checked and no page of it decoded yet; raises BadInput."""
    size = path.stat().st_size
    if not size:
        raise BadInput("the file is empty", file=path.name)
    try:
        file = pq.ParquetFile(path)
        if any(_is_text(field.type) for field in file.schema_arrow):
            # As a dictionary each distinct text is decoded once, and a long one never repeated.
            texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
            file = pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True)
        _refuse_a_bomb(file.metadata, size, path.name)
    except FAULTS as error:
        words = "this is not a Parquet file, or it is cut off. Write or copy it again."
        raise BadInput(words, file=path.name) from error
    return file


def chunks(
    path: Path, columns: Sequence[str], rows: int
) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
    """The row that begins each chunk, and its columns; raises BadInput with the place."""
    for row, batch in batches_of(opened(path), path.name, columns, rows):
        try:
            found = {name: _column(batch.column(name), path.name, row, name) for name in columns}
        except FAULTS as error:
            raise _damaged(path.name, row) from error
        yield row, found


def batches_of(
    file: pq.ParquetFile,
    name: str,
    columns: Sequence[str],
    rows: int,
    *,
    pieces: Sequence[int] | None = None,
    first_row: int = 1,
    threads: bool = True,
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The row that begins each batch of at most `rows`, and the batch; raises BadInput.

    name : the file's, for errors.
    pieces : the row groups to read, which begin at `first_row`; None: all of them.
    """
    schema, row = file.schema_arrow, first_row
    for column in columns:
        kind = schema.field(column).type
        if pa.types.is_nested(kind) and not pa.types.is_dictionary(kind):
            words = f"the column holds {kind}, not one value a row"
            raise BadInput(words, file=name, column=column)
    read = file.iter_batches(
        rows,
        row_groups=None if pieces is None else list(pieces),
        columns=list(columns),
        use_threads=threads,
    )
    while True:
        try:
            batch = next(read, None)
        except FAULTS as error:
            raise _damaged(name, row) from error
        if batch is None:
            return
        yield row, batch
        row += batch.num_rows


def _damaged(name: str, row: int) -> BadInput:
    words = "the file cannot be read on: it is damaged here. Write or copy it again."
    return BadInput(words, file=name, row=row)


def _refuse_a_bomb(metadata: Any, size: int, file: str) -> None:
    # The sizes of the row groups, not of their columns: asking a damaged file for a column's
    # ends the process (pyarrow 26: an exception of C++ that nobody catches).
    unpacked = sum(
        metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)
    )
    rows = metadata.num_rows
    too_large = unpacked > max(UNPACKED_BYTES_ALLOWED, UNPACKED_PER_BYTE_MAX * size)
    too_many = rows > max(ROWS_ALLOWED, ROWS_PER_BYTE_MAX * size)
    if too_large or too_many or min(unpacked, rows) < 0:
        words = (
            f"{size:,} bytes declare {rows:,} rows and {unpacked:,} bytes unpacked; this is "
            "refused unread. Write the table again without empty or constant columns."
        )
        raise BadInput(words, file=file)


def _is_text(kind: Any) -> bool:
    is_of = pa.types
    return bool(
        is_of.is_string(kind)
        or is_of.is_large_string(kind)
        or is_of.is_binary(kind)
        or is_of.is_large_binary(kind)
    )


def _column(array: Any, file: str, row: int, name: str) -> NDArray[Any]:
    """One column: numbers as they are, all else as objects with None for a missing cell."""
    if pa.types.is_dictionary(array.type):
        return _texts(array, file, row, name)
    kind = array.type
    if pa.types.is_floating(kind) or (
        not array.null_count and (pa.types.is_integer(kind) or pa.types.is_boolean(kind))
    ):
        return np.asarray(array.to_numpy(zero_copy_only=False))
    # A whole number with a missing one beside it would become a float, and a long id inexact.
    objects = np.array([_plain(cell) for cell in array.to_pylist()], dtype=object)
    cells.check(list(objects), file=file, row=row, column=name)
    return objects


def _texts(array: Any, file: str, row: int, name: str) -> NDArray[Any]:
    words = [_plain(word) for word in array.dictionary.to_pylist()]
    places = array.indices.cast(pa.int64()).fill_null(len(words)).to_numpy(zero_copy_only=False)
    faults = np.array([bool(cells.fault_of(word)) for word in words] + [False])
    bad = np.flatnonzero(faults[places])
    if bad.size:
        fault = cells.fault_of(words[places[bad[0]]])
        raise BadInput(fault, file=file, row=row + int(bad[0]), column=name)
    found: NDArray[Any] = np.array([*words, None], dtype=object)[places]
    return found


def _plain(cell: Any) -> Any:
    return cell.decode() if isinstance(cell, bytes) else cell
