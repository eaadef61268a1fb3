"""What every chart is: a drawing and a table of the same figures, from the report alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recognition_audit.reading import Document, Row
from recognition_audit.words import heading, interval, is_too_narrow, percent

Drawing = Callable[[Document, str], str]


@dataclass(frozen=True)
class Table:
    """The figures of a chart as texts; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """draw(document, prefix) gives "" where the report holds nothing to draw.

    prefix : begins the ids, so that several charts fit on one page.
    """

    name: str
    heading: Callable[[Document], str]
    draw: Drawing
    table: Callable[[Document], Table | None]


RATE_HEAD = ("Group", "Errors", "Of", "Rate", "Interval", "People", "Data")


def methods(rows: Iterable[Row]) -> str:
    """How the intervals of a table were found."""
    found = {
        row["ci"]["method"]
        if is_too_narrow(row["ci"])
        else f"{row['ci']['level'] * 100:g} %, {row['ci']['method']}"
        for row in rows
    }
    return f"Intervals: {'; '.join(sorted(found))}." if found else ""


def rate_cells(row: Row, name: str = "") -> tuple[str, ...]:
    """A shown rate as the cells of RATE_HEAD."""
    return (
        name or heading(row["group_a"], row["axes"]),
        f"{row['errors']:,}",
        f"{row['trials']:,}",
        percent(row["value"]),
        interval(row["ci"]),
        "not known" if row["subjects"] is None else f"{row['subjects']:,}",
        row["adequacy"],
    )
