"""What every chart is: a drawing and a table of the same figures, from the report alone."""

from collections.abc import Callable
from dataclasses import dataclass

from recognition_audit.reading import Document, Row
from recognition_audit.words import heading, interval, percent

Drawing = Callable[[Document, str], str]


@dataclass(frozen=True)
class Table:
    """The figures of a chart as texts; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """draw(document, prefix) gives "" where the report holds nothing to draw.

    prefix : begins the ids, so that several charts fit on one page.
    """

    name: str
    heading: Callable[[Document], str]
    draw: Drawing
    table: Callable[[Document], Table | None]


RATE_HEAD = ("Group", "Errors", "Of", "Rate", "95 % interval", "People", "Data")


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
