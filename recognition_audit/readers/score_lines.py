"""Lines of words that end in a score, as bob and pyeer write them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import cells, tables, text_tables
from recognition_audit.readers.text_tables import Note

REMARK = "#"
REMARKS = "remark lines"


def chunks(
    path: Path, widths: Sequence[int] | None, note: Note
) -> Iterator[tuple[int, list[list[str]]]]:
    """The row that begins each chunk, and the words of its lines; raises BadInput.

    widths : how many words a line may have, the first line's number on every line; None: any.
    """
    first, size, wanted = 1, 0, 0
    rows: list[list[str]] = []
    for length, words in _lines(path, note):
        row = first + len(rows)
        if widths is not None:
            wanted = wanted or len(words)
            if len(words) not in widths or len(words) != wanted:
                allowed = wanted if wanted in widths else " or ".join(map(str, widths))
                said = f"this line has {len(words)} words; it needs {allowed}"
                raise BadInput(said, file=path.name, row=row)
        for word in words:
            fault = cells.fault_of(word)
            if fault:
                raise BadInput(fault, file=path.name, row=row)
        rows.append(words)
        size += length
        if len(rows) == tables.CHUNK_ROWS or size > tables.CHARACTERS_OF_A_CHUNK_MAX:
            yield first, rows
            first, size, rows = first + len(rows), 0, []
    if rows:
        yield first, rows


def _lines(path: Path, note: Note) -> Iterator[tuple[int, list[str]]]:
    remarks = blank = 0
    with text_tables.opened(path) as file:
        lines = text_tables.Lines(file, path)
        for line in lines:
            size, lines.size = lines.size, 0
            words = line.split()
            if not words:
                blank += 1
            elif words[0].startswith(REMARK):
                remarks += 1
            else:
                yield size, words
    note(text_tables.BLANK, blank)
    note(REMARKS, remarks)
