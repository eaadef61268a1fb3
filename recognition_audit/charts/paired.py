"""Two systems on the same people: by how much the second errs more or less often, by group."""

from recognition_audit.charts.base import Table, methods
from recognition_audit.charts.by_group import ROW_HEIGHT, ROWS_MAX
from recognition_audit.charts.scale import Scale, labelled, steps
from recognition_audit.charts.svg import (
    LEFT,
    RIGHT,
    dot,
    drawing,
    fitted,
    line,
    paragraph,
    text,
    width_of,
)
from recognition_audit.reading import TOO_FEW, Document, Row
from recognition_audit.words import heading, intervals, percent, points, title

AIR = 0.05  # of the axis, beyond the outermost interval


def names_of(document: Document) -> tuple[str, str]:
    """What the two systems are called."""
    first, second = document["manifest"]["parameters"]["systems"]
    return str(first["name"]), str(second["name"])


def rows_of(document: Document, place: int) -> list[Row]:
    """The shown differences of a metric over the main axes, at its first thresholds."""
    every = [
        row
        for row in document.get("paired_rates", ())
        if row["adequacy"] != TOO_FEW and row["difference"] is not None and row["ci"]
    ]
    metrics = list(dict.fromkeys(row["metric"] for row in every))[place : place + 1]
    of = [row for row in every if row["metric"] in metrics]
    axes = document["labels"]["axes"]
    of = [row for row in of if row["axes"] == axes] or of
    first = [
        r for r in of if (r["threshold_a"], r["axes"]) == (of[0]["threshold_a"], of[0]["axes"])
    ]
    return sorted(first, key=lambda row: (-row["difference"], row["group"]))


def name_of(document: Document, place: int) -> str:
    rows = rows_of(document, place)
    first, second = names_of(document)
    return f"{title(rows[0]['metric'])}: {second} less {first}" if rows else ""


def draw(document: Document, prefix: str, place: int) -> str:
    rows = rows_of(document, place)[:ROWS_MAX]
    if not rows:
        return ""
    ends = [0.0] + [row["ci"][end] for row in rows for end in ("lo", "hi")]
    air = AIR * (max(ends) - min(ends)) or AIR
    scale = Scale(min(ends) - air, max(ends) + air, LEFT, RIGHT, log=False)
    first, second = names_of(document)
    parts, top = paragraph(
        f"Right of the dashed line: {second} errs more often than {first}, in percentage points; "
        f"with {intervals(rows)}, paired by person.",
        0,
    )
    foot = top + len(rows) * ROW_HEIGHT
    for number, row in enumerate(rows):
        parts += _row(row, top + number * ROW_HEIGHT, scale)
    ticks = labelled(scale, steps(scale.lo, scale.hi), points)
    parts += [text(x, foot + 16, words, kind="q", anchor=anchor) for x, words, anchor in ticks]
    said = "; ".join(f"{_name(row)} {points(row['difference'])}" for row in rows)
    return drawing(
        prefix, name_of(document, place), f"{said}. In percentage points.", foot + 22, parts
    )


def _name(row: Row) -> str:
    return heading(row["group"], row["axes"])


def _row(row: Row, top: float, scale: Scale) -> list[str]:
    y = top + 33
    figures = f"{percent(row['value_a']).removesuffix(' %')} → {percent(row['value_b'])}"
    x, is_open = scale.place(row["difference"]), row["adequacy"] != "enough"
    edge = 6 if is_open else 0
    lo, hi = (scale.place(row["ci"][end]) for end in ("lo", "hi"))
    parts = [
        text(LEFT, top + 18, fitted(_name(row), RIGHT - LEFT - width_of(figures))),
        text(RIGHT, top + 18, figures, anchor="end"),
    ]
    parts += [
        line((scale.place(at), top + 25), (scale.place(at), top + 41), "axis" if at else "rule")
        for at in sorted({0.0, *steps(scale.lo, scale.hi)})
    ]
    parts += [line((lo, y), (x - edge, y), "ci")] if lo < x - edge else []
    parts += [line((x + edge, y), (hi, y), "ci")] if x + edge < hi else []
    return [*parts, dot(x, y, open_=is_open)]


def cells_of(row: Row) -> tuple[str, ...]:
    """A shown difference as the cells of `head_of`."""
    sides = [
        f"{row[f'errors_{side}']:,} of {row[f'trials_{side}']:,} ({percent(row[f'value_{side}'])})"
        for side in "ab"
    ]
    ci = row["ci"]
    ends = f"{points(ci['lo'])} to {points(ci['hi'])}" if ci else ""
    p = row["p_adjusted"]
    known = "" if p is None else f"{p:.2g}"
    people = "" if row["subjects"] is None else f"{row['subjects']:,}"
    return (_name(row), *sides, points(row["difference"]), ends, known, people, row["adequacy"])


def head_of(document: Document) -> tuple[str, ...]:
    return ("Group", *names_of(document), "Points", "Interval", "p, adjusted", "People", "Data")


def table(document: Document, place: int) -> Table | None:
    rows = rows_of(document, place)
    if not rows:
        return None
    lines = tuple(cells_of(row) for row in rows)
    return Table(name_of(document, place), head_of(document), lines, methods(rows))
