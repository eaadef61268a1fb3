"""CSV, TSV and JSON lines, a row at a time, with the line where one cannot be read."""

import csv
import functools
import json
import operator
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from recognition_audit.errors import BadInput
from recognition_audit.limits import BYTES_OF_A_CELL_MAX
from recognition_audit.readers import cells

DELIMITERS = {".csv": ",", ".tsv": "\t"}
NAMES_OF = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# A row that is longer is no row: a quotation mark was left open, or a line never ends.
CHARACTERS_OF_A_ROW_MAX = 16_000_000
HEAD_BYTES = 4096
# What a file begins with that is packed or is no text, whatever its name says.
CONTENTS = {
    b"PK": "a zip or Excel file",
    b"\x1f\x8b": "packed with gzip",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"7z\xbc\xaf": "packed with 7-Zip",
    b"PAR1": "Parquet",
    b"%PDF": "a PDF",
}

Note = Callable[[str, int], None]
BLANK = "blank lines"
UNKNOWN_KEYS = "rows with a key that the first row does not have"


class Lines:
    """The lines of a text. A row may be no longer than the limit, over however many lines.

    The reader of rows sets `size` back to 0 after each.
    """

    def __init__(self, file: IO[str], path: Path) -> None:
        self.name, self._path = path.name, path
        self._read = functools.partial(file.readline, CHARACTERS_OF_A_ROW_MAX + 1)
        self.number = self.size = 0

    def __iter__(self) -> Iterator[str]:
        try:
            for line in iter(self._read, ""):
                self.number += 1
                self.size += len(line)
                if self.size > CHARACTERS_OF_A_ROW_MAX:
                    raise self._too_long()
                yield line
        except UnicodeDecodeError as error:
            raise not_utf8(self._path) from error

    def _too_long(self) -> BadInput:
        words = f"a row of more than {CHARACTERS_OF_A_ROW_MAX:,} characters begins before line "
        return BadInput(words + f"{self.number + 1}: is a quotation mark open?", file=self.name)


def columns_of(path: Path) -> list[str]:
    """The names of the columns; raises BadInput."""
    with opened(path) as file:
        lines = Lines(file, path)
        if path.suffix.lower() == ".jsonl":
            return next((list(row) for row in _objects(lines, silent)), [])
        return _heading(_csv(lines, path), lines, path)


def rows(path: Path, columns: Sequence[str], note: Note) -> Iterator[tuple[int, list[Any]]]:
    """The length of each row in characters, about, and its named cells ("" where missing)."""
    with opened(path) as file:
        lines = Lines(file, path)
        if path.suffix.lower() == ".jsonl":
            yield from _json_rows(lines, columns, note)
        else:
            yield from _csv_rows(lines, path, columns, note)


def opened(path: Path) -> IO[str]:
    """The file as text, refused where its first bytes are of something else."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise BadInput("the file is empty", file=path.name)
    content = next((words for magic, words in CONTENTS.items() if head.startswith(magic)), None)
    if content:
        words = f"the name says text, the content does not: it is {content}. Export it as text."
        raise BadInput(words, file=path.name)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise BadInput("this is not text in UTF-8. Save it as UTF-8.", file=path.name)
    return path.open(encoding="utf-8-sig", newline="")


def not_utf8(path: Path) -> BadInput:
    """The refusal of a file in another encoding, with the first line that shows it."""
    with path.open("rb") as file:
        number = next((place for place, line in enumerate(file, 1) if not _is_utf8(line)), 1)
    words = f"line {number} is not text in UTF-8. Save the file as UTF-8."
    return BadInput(words, file=path.name, row=number - 1 or None)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _csv(lines: Lines, path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(BYTES_OF_A_CELL_MAX)
    return csv.reader(lines, delimiter=DELIMITERS[path.suffix.lower()], strict=True)


def _heading(reader: Iterator[list[str]], lines: Lines, path: Path) -> list[str]:
    try:
        row = next((row for row in reader if any(map(str.strip, row))), None)
    except csv.Error as error:
        raise _unreadable(error, lines, 0) from error
    if row is None:
        raise BadInput("the file is empty", file=path.name)
    names = [cell.strip() for cell in row]
    other = _other_delimiter(names, path) if len(names) == 1 else None
    if other:
        wanted = NAMES_OF[DELIMITERS[path.suffix.lower()]]
        words = f"the heading has {NAMES_OF[other]} between its names; {path.suffix} needs {wanted}"
        raise BadInput(words, file=path.name, row=0)
    return names


def _csv_rows(
    lines: Lines, path: Path, columns: Sequence[str], note: Note
) -> Iterator[tuple[int, list[Any]]]:
    reader = _csv(lines, path)
    header = _heading(reader, lines, path)
    pick = _picker([header.index(name) for name in columns])
    width, number, blank, lines.size = len(header), 0, 0, 0
    try:
        for row in reader:
            size, lines.size = lines.size, 0
            if not row or (not row[0].strip() and not any(map(str.strip, row))):
                blank += 1
                continue
            number += 1
            if len(row) != width:
                raise _wrong_width(row, width, number, lines, path)
            yield size, pick(row)
    except csv.Error as error:
        raise _unreadable(error, lines, number + 1) from error
    note(BLANK, blank)


def _picker(places: list[int]) -> Callable[[list[str]], Any]:
    """Takes the cells of these places out of a row."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    return lambda row: [row[place] for place in places]


def _unreadable(error: csv.Error, lines: Lines, number: int) -> BadInput:
    said = str(error)
    if said == "unexpected end of data":
        said = "a quotation mark is opened and not closed"
    return BadInput(said, file=lines.name, row=number)


def _wrong_width(row: list[str], width: int, number: int, lines: Lines, path: Path) -> BadInput:
    words = f"this row has {len(row)} cells, the heading has {width}"
    other = _other_delimiter(row, path) if len(row) < width else None
    if other:
        words += f"; it seems to have {NAMES_OF[other]} between its cells"
    if lines.number != number + 1:
        words += f" (line {lines.number} of the file)"
    return BadInput(words, file=path.name, row=number)


def _other_delimiter(row: list[str], path: Path) -> str | None:
    own = DELIMITERS[path.suffix.lower()]
    return next((mark for mark in NAMES_OF if mark != own and any(mark in c for c in row)), None)


def _json_rows(lines: Lines, columns: Sequence[str], note: Note) -> Iterator[tuple[int, list[Any]]]:
    known: set[str] | None = None
    unknown = 0
    for number, found in enumerate(_objects(lines, note), start=1):
        size, lines.size = lines.size, 0
        known = set(found) if known is None else known
        unknown += not found.keys() <= known
        row = [found.get(name) for name in columns]
        for name, cell in zip(columns, row, strict=True):
            if isinstance(cell, dict | list):
                words = "the cell holds a list or an object, not one value"
                raise BadInput(words, file=lines.name, row=number, column=name)
        yield size, row
    note(UNKNOWN_KEYS, unknown)


def _objects(lines: Lines, note: Note) -> Iterator[dict[str, Any]]:
    number = blank = 0
    for line in lines:
        if not line.strip():
            blank += 1
            continue
        number += 1
        yield _object(line, lines, number)
    note(BLANK, blank)


def _object(line: str, lines: Lines, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line, object_pairs_hook=_without_twins)
    except RecursionError as error:
        words = "the JSON is nested too deep; a row is one flat object"
        raise BadInput(words, file=lines.name, row=number) from error
    except ValueError as error:
        words = "this is not one JSON object"
        if isinstance(error, _Twins):
            words = f"the key {cells.shown(error)} stands twice in this object"
        raise BadInput(words, file=lines.name, row=number) from error
    if not isinstance(row, dict):
        raise BadInput("this is not one JSON object", file=lines.name, row=number)
    return row


class _Twins(ValueError):
    """A key stands twice: which of the two values is meant cannot be known."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _Twins(next(key for key, _value in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def silent(_kind: str, _number: int) -> None:
    """Counts nothing: for a look at the heading."""
