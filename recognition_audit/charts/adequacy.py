"""How much stands behind each group's rate: people and errors, against the least of each."""

import math

from recognition_audit.charts import by_group
from recognition_audit.charts.base import Table, name_of
from recognition_audit.charts.scale import Scale
from recognition_audit.charts.svg import (
    LEFT,
    RIGHT,
    drawing,
    fitted,
    line,
    paragraph,
    rect,
    text,
)
from recognition_audit.limits import ERRORS_FOR_A_RATE, SUBJECTS_MIN
from recognition_audit.reading import Document, Row

NAME = "How much data stand behind each rate"
ROW_HEIGHT = 62
BAR = 10
INDICATIVE = 80  # room for the word
BARS_END = 214  # room for a figure to the right of the longest bar


def _rows(document: Document) -> list[Row]:
    rows = by_group.main(document)[2]
    return sorted(rows, key=lambda row: (row["errors"], name_of(row)))


def draw(document: Document, prefix: str) -> str:
    rows = _rows(document)[: by_group.ROWS_MAX]
    if not rows:
        return ""
    most = max(max(row["errors"], row["subjects"] or 0) for row in rows)
    hi = 10.0 ** max(2, math.ceil(math.log10(max(most, 1))))
    scale = Scale(1, hi, LEFT, BARS_END)
    legend = (
        f"Dashed: {SUBJECTS_MIN} people, below which nothing is shown, and {ERRORS_FOR_A_RATE} "
        "errors, below which a rate is only indicative. The axis is logarithmic."
    )
    parts, top = paragraph(legend, 0)
    rule = scale.place(ERRORS_FOR_A_RATE)
    for number, row in enumerate(rows):
        y = top + number * ROW_HEIGHT
        parts.append(text(LEFT, y + 16, fitted(name_of(row), RIGHT - LEFT - INDICATIVE)))
        if row["adequacy"] != "enough":
            parts.append(text(RIGHT, y + 16, "indicative", kind="q", anchor="end"))
        if row["subjects"] is not None:
            parts += _bar(row["subjects"], "people", y + 22, scale)
        words = "error" if row["errors"] == 1 else "errors"
        parts += _bar(row["errors"], words, y + 40, scale, is_open=True)
        parts.append(line((rule, y + 20), (rule, y + 56), "rule"))
    words = (
        f"{len(rows)} groups, the fewest errors first. {_least(rows)} The table has every figure."
    )
    return drawing(prefix, NAME, words, top + len(rows) * ROW_HEIGHT + 4, parts)


def _least(rows: list[Row]) -> str:
    few = sum(1 for row in rows if row["adequacy"] != "enough")
    if not few:
        return f"Each rests on {ERRORS_FOR_A_RATE} errors or more."
    return (
        f"{few} of them {'rests' if few == 1 else 'rest'} on fewer than {ERRORS_FOR_A_RATE} errors."
    )


def _bar(count: int, words: str, y: float, scale: Scale, *, is_open: bool = False) -> list[str]:
    wide = scale.place(max(count, 1)) - LEFT if count else 0.0
    more = 'class="ci" fill="none"' if is_open else 'class="mark"'
    # To the right of the dashed line, which would run through the words.
    place = max(LEFT + wide, scale.place(ERRORS_FOR_A_RATE)) + 7
    label = text(place, y + BAR, f"{count:,} {words}", kind="q")
    return [*([rect(LEFT, y, wide, BAR, more)] if wide else []), label]


def table(document: Document) -> Table | None:
    lines = tuple(
        (
            name_of(row),
            "not known" if row["subjects"] is None else f"{row['subjects']:,}",
            f"{row['trials']:,}",
            f"{row['errors']:,}",
            row["adequacy"],
        )
        for row in _rows(document)
    )
    return Table(NAME, ("Group", "People", "Trials", "Errors", "Data"), lines) if lines else None
