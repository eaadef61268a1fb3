"""What every chart is: a drawing and a table of the same figures, from the report alone."""

from collections.abc import Callable, Iterable, Sequence
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


def told_apart(rows: Sequence[Row]) -> list[Row]:
    """The rows, with the system beside each group where there are several: key `who`."""
    if len({row.get("system") for row in rows}) < 2:  # noqa: PLR2004 - one needs no name
        return list(rows)
    return [dict(row) | {"who": f"{name_of(row)}, {row.get('system')}"} for row in rows]


def name_of(row: Row) -> str:
    """Whom a row is about, at the beginning of a line."""
    return str(row.get("who") or heading(row["group_a"], row["axes"]))


def rate_cells(row: Row, name: str = "") -> tuple[str, ...]:
    """A shown rate as the cells of RATE_HEAD."""
    return (
        name or name_of(row),
        f"{row['errors']:,}",
        f"{row['trials']:,}",
        percent(row["value"]),
        interval(row["ci"]),
        "not known" if row["subjects"] is None else f"{row['subjects']:,}",
        row["adequacy"],
    )
