"""Columns of large tables as Arrow arrays, in batches, without a Python object for each row.

Parquet is read by row groups, so that several threads or machines can share a file. CSV and TSV
are read by Arrow where they are plain (no quotes, no control characters, short cells); from the
first line that Arrow does not take, `tables` reads on, which names the row and column of what is
wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells, parquet_tables, tables, values
from recognition_audit.readers.comparisons import Part
from recognition_audit.readers.shards import Remote

BATCH_ROWS = 1 << 18
ROWS_OF_A_PART = 1 << 20  # row groups are put together to about so many
BLOCK_BYTES = 1 << 24
SCAN_BYTES = 1 << 22
# What a plain text does not hold: quotes, and control characters but tab and the ends of lines.
NOT_PLAIN = bytes({*range(32), 0x22, 0x7F} - {0x09, 0x0A, 0x0D})
DELIMITERS = {".csv": ",", ".tsv": "\t"}

File = Path | Remote
Column = Any  # a pyarrow array, or a numpy array (objects: None is missing)
Cells = dict[str, Column]
Note = Callable[[str, int], None]


@dataclass(frozen=True)
class Local:
    """A column as places in its distinct texts (None: missing). places : shape (n,)."""

    places: NDArray[Any]
    texts: list[str | None]


def is_parquet(path: File) -> bool:
    return path.suffix.lower() == ".parquet"


def columns_of(path: File) -> list[str]:
    """The names of the columns; raises BadInput."""
    return tables.columns_of(path if isinstance(path, Path) else path.fresh())


def opened(path: File) -> pq.ParquetFile:
    """The Parquet file, for one reader; raises BadInput."""
    return parquet_tables.opened(path if isinstance(path, Path) else path.fresh())


def parts(path: File, file: int = 0) -> list[Part]:
    """The parts of a file: some row groups each, or the whole; raises BadInput."""
    if not is_parquet(path):
        return [Part(file)]
    meta = opened(path).metadata
    found, pieces, row, rows = [], [], 1, 0
    for group in range(meta.num_row_groups):
        pieces.append(group)
        rows += meta.row_group(group).num_rows
        if rows >= ROWS_OF_A_PART or group == meta.num_row_groups - 1:
            found.append(Part(file, tuple(pieces), row, rows))
            pieces, row, rows = [], row + rows, 0
    return found


def batches(
    path: File, part: Part, columns: Sequence[str], note: Note, kept: dict[str, Any]
) -> Iterator[tuple[int, Cells]]:
    """The row of a batch's first line, and its columns; raises BadInput.

    kept : what one reader finds again when it reads the next part.
    """
    columns = list(dict.fromkeys(columns))
    if not isinstance(path, Path) or is_parquet(path):
        yield from _parquet_batches(path, part, columns, kept)
        return
    tables.columns_of(path)  # refuses what is no text
    blank = blank_lines(path) if path.suffix.lower() in DELIMITERS else None
    if blank is None:
        yield from tables.chunks(path, columns, note)
    else:
        yield from _plain_batches(path, columns, blank, note)


def _parquet_batches(
    path: File, part: Part, columns: Sequence[str], kept: dict[str, Any]
) -> Iterator[tuple[int, Cells]]:
    if kept.get("path") is not path:  # opening takes as long as counting 30,000 rows
        kept |= {"path": path, "file": opened(path)}
    rows = min(BATCH_ROWS, part.looked_at or BATCH_ROWS)
    read = parquet_tables.batches_of(
        kept["file"],
        path.name,
        columns,
        rows,
        pieces=part.pieces,
        first_row=part.first_row,
        threads=False,
    )
    for row, batch in read:
        yield row, {name: batch.column(name) for name in columns}


def _plain_batches(
    path: Path, columns: Sequence[str], blank: int, note: Note
) -> Iterator[tuple[int, Cells]]:
    done = 0
    try:
        with pa_csv.open_csv(
            path,
            pa_csv.ReadOptions(
                block_size=BLOCK_BYTES, column_names=tables.columns_of(path), skip_rows=1
            ),
            pa_csv.ParseOptions(delimiter=DELIMITERS[path.suffix.lower()], quote_char=False),
            pa_csv.ConvertOptions(
                include_columns=list(columns),
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        ) as reader:
            for batch in reader:
                found = {name: batch.column(name) for name in columns}
                _refuse_odd(list(found.values()))
                yield done + 1, found
                done += batch.num_rows
        note("blank lines", blank)
    except pa.ArrowInvalid:
        # The careful reader goes over the same rows again and says which one is wrong.
        for row, found in tables.chunks(path, columns, note):
            rows = len(found[columns[0]])
            if row + rows - 1 > done:
                kept = max(0, done + 1 - row)
                yield row + kept, {name: found[name][kept:] for name in columns}


def _refuse_odd(columns: Sequence[Column]) -> None:
    for column in columns:
        longest = pc.max(pc.utf8_length(column)).as_py()
        if longest is not None and longest > cells.CHARACTERS_MAX:
            raise pa.ArrowInvalid("a cell is too long")
    if all(column.null_count for column in columns) and columns:
        raise pa.ArrowInvalid("there may be a row of empty cells")


def blank_lines(path: Path) -> int | None:
    """How many lines of a plain file hold nothing; None where the file is not plain."""
    blank, last, returns, ends = 0, b"", 0, 0
    with path.open("rb") as file:
        while block := file.read(SCAN_BYTES):
            if len(block.translate(None, NOT_PLAIN)) != len(block):
                return None
            if not last and not _has_columns(block.split(b"\n", 1)[0]):
                return None
            returns += block.count(b"\r")
            ends += (last[-1:] + block).count(b"\r\n")
            blank += _empty_lines(last[-2:], block)
            last = block
    return blank if returns == ends else None


def _has_columns(heading: bytes) -> bool:
    return any(mark.encode() in heading for mark in DELIMITERS.values())


def _empty_lines(before: bytes, block: bytes) -> int:
    """Line ends right after another line end. before : the last two bytes before the block."""
    text = (before + block).replace(b"\r", b"")
    seen = len(before.replace(b"\r", b""))
    marks = np.frombuffer(text, dtype=np.uint8) == ord("\n")
    return int((marks[1:] & marks[:-1])[max(0, seen - 1) :].sum())


@dataclass(frozen=True)
class Words:
    """The distinct texts of a column. texts : as they are read, with None at the end."""

    raw: list[Any]
    texts: list[str | None]
    is_good: bool


class Known:
    """The words of columns, looked at once: the batches of a file mostly share them."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Any, Words]] = {}

    def words(self, name: str, dictionary: Any) -> Words:
        before = self._of.get(name)
        if before is None or not before[0].equals(dictionary):
            raw = [w.decode() if isinstance(w, bytes) else w for w in dictionary.to_pylist()]
            texts = values.texts(np.array([*raw, None], dtype=object)).tolist()
            words = Words(raw, texts, cells.are_good(raw))
            before = self._of[name] = dictionary, words
        return before[1]


def local(column: Column, *, file: str, row: int, name: str, known: Known) -> Local:
    """A column of ids or labels as places in its distinct texts; raises BadInput."""
    if isinstance(column, np.ndarray):
        return _local_objects(column)
    if pa.types.is_integer(column.type) and column.null_count == 0:
        found = _local_integers(column.to_numpy())
        if found:
            return found
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    words = known.words(name, column.dictionary)
    places = column.indices
    if places.null_count:
        places = pc.fill_null(places.cast(pa.int32()), len(words.raw))
    rows: NDArray[Any] = places.to_numpy(zero_copy_only=False)
    if not words.is_good:
        faults = np.array([bool(cells.fault_of(word)) for word in [*words.raw, None]])
        for bad in np.flatnonzero(np.take(faults, rows))[:1]:
            fault = cells.fault_of(words.raw[rows[bad]])
            raise BadInput(fault, file=file, row=row + int(bad), column=name)
    return Local(rows, words.texts)


def numbers(column: Column, *, file: str, row: int, name: str) -> NDArray[np.floating[Any]]:
    """A column of numbers as floats, a missing one NaN; raises BadInput with the place."""
    if isinstance(column, np.ndarray):
        return values.numbers(column, file=file, row=row, column=name)
    kind = column.type
    if column.null_count == 0 and pa.types.is_float32(kind):
        return column.to_numpy()
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return column.to_numpy(zero_copy_only=False).astype(np.float64)
    if pa.types.is_string(kind):
        try:
            return column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            pass
    objects = column.to_numpy(zero_copy_only=False).astype(object)
    return values.numbers(objects, file=file, row=row, column=name)


def flags(column: Column, *, file: str, row: int, name: str, known: Known) -> NDArray[np.bool_]:
    """A column of yes or no; raises BadInput with the place."""
    if not isinstance(column, np.ndarray):
        if pa.types.is_boolean(column.type) and column.null_count == 0:
            return _unpacked(column)
        found = local(column, file=file, row=row, name=name, known=known)
        words = [(text or "").lower() for text in found.texts]
        clear = np.array([word in values.TRUE | values.FALSE for word in words])
        rows = np.take(np.array([word in values.TRUE for word in words]), found.places)
        good = np.take(clear, found.places)
        if good.all():
            return rows
        column = np.array(found.texts, dtype=object)[found.places]
    return values.flags(column, file=file, row=row, column=name)


def _unpacked(column: pa.BooleanArray) -> NDArray[np.bool_]:
    """Flags without a missing one. Arrow's own way takes twenty times as long."""
    if not len(column):
        return np.zeros(0, dtype=bool)
    start, end = column.offset, column.offset + len(column)
    packed = np.frombuffer(column.buffers()[1], dtype=np.uint8)
    return np.unpackbits(packed, count=end, bitorder="little")[start:].view(bool)


def _local_integers(numbers: NDArray[Any]) -> Local | None:
    """Integers close to each other by a table: no hashing."""
    if not len(numbers):
        return Local(np.zeros(0, dtype=np.int64), [None])
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > len(numbers) // 4:
        return None
    places = numbers.astype(np.int64) - low
    return Local(places, [*map(str, range(low, high + 1)), None])


def _local_objects(cells: NDArray[Any]) -> Local:
    texts = values.texts(cells)
    of: dict[str | None, int] = {}
    places = np.array([of.setdefault(text, len(of)) for text in texts.tolist()], dtype=np.int64)
    return Local(places, list(of))
