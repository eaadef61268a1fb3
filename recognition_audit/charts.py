"""Two charts as SVG, from the report alone; the same report gives the same bytes.

No script and no style attribute: they stand inline under a strict Content-Security-Policy and take
their colours from the page (classes chart, axis, mark, ci, q), in light, dark and grey.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from recognition_audit.findings import people, percent

Document = Mapping[str, Any]
Row = Mapping[str, Any]

WIDTH = 360
LEFT, RIGHT = 8, 352
ROW_HEIGHT = 46
# Where a decade begins and a third of it: read as plain percentages on a log axis.
TICKS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
CELL = 44
LETTER = 7  # the width of a letter of 13 px text, about
ROWS_OF_A_CHART_MAX = 40
TICK_GAP = 34


def forest(document: Document, *, prefix: str = "forest") -> str:
    """The rate of each group with its interval, the highest first; "" where nothing can be shown.

    prefix : begins the ids, so that several charts fit on one page.
    """
    rows = _rates_by_group(document)
    if not rows:
        return ""
    low, high = _range(rows)
    place = _log_scale(low, high)
    height = len(rows) * ROW_HEIGHT + 4
    title = _title(document)
    words = "; ".join(f"{_name(row)} {percent(row['value'])}" for row in rows)
    parts = _axis(low, high, place, height)
    for number, row in enumerate(rows):
        parts += _forest_row(row, 4 + number * ROW_HEIGHT, place)
    return _svg(prefix, title, words, WIDTH, height + 24, parts)


def matrix(document: Document, *, prefix: str = "matrix") -> str:
    """False matches between groups as shades; "" where the report has none."""
    rows = [
        row
        for row in _of_first_threshold(document, "FMR")
        if row["axes"] == document["labels"]["axes"] and row["group_b"]
    ]
    names = sorted({row["group_a"] for row in rows} | {row["group_b"] for row in rows})
    if not 1 < len(names) <= ROWS_OF_A_CHART_MAX:
        return ""
    value_of = {frozenset((row["group_a"], row["group_b"])): row["value"] for row in rows}
    axes = document["labels"]["axes"]
    parts = []
    labels = [f"{number}  {people(name, axes)}" for number, name in enumerate(names, 1)]
    side, head = 16 + LETTER * max(len(label) for label in labels), 28
    for y, (first, label) in enumerate(zip(names, labels, strict=True)):
        middle = head + y * CELL + CELL // 2 + 4
        parts.append(f'<text x="{side - 8}" y="{middle}" text-anchor="end">{escape(label)}</text>')
        top = side + y * CELL + CELL // 2
        parts.append(f'<text class="q" x="{top}" y="18" text-anchor="middle">{y + 1}</text>')
        for x, second in enumerate(names):
            parts += _shade(
                value_of.get(frozenset((first, second))), side + x * CELL, head + y * CELL
            )
    words = "Rows and columns are the groups in the same order; the table below has every figure."
    width, height = side + len(names) * CELL + 4, head + len(names) * CELL + 4
    title = "False match rate between groups, in percent"
    return _svg(prefix, title, words, width, height, parts, wide=True)


def all_charts(document: Document) -> dict[str, str]:
    """Every chart that this report can have, by name."""
    drawn = {"forest": forest(document), "matrix": matrix(document)}
    return {name: svg for name, svg in drawn.items() if svg}


def _of_first_threshold(document: Document, metric: str) -> list[Row]:
    threshold = document["thresholds"][0]["name"] if document["thresholds"] else None
    return [
        row
        for row in document["rates"]
        if row["metric"] == metric and row["threshold"] == threshold
    ]


def _rates_by_group(document: Document) -> list[Row]:
    metric = "FMR" if document["task"] == "comparison" else "error"
    rows = [
        row
        for row in _of_first_threshold(document, metric)
        if row["axes"] == document["labels"]["axes"]
        and row["group_b"] in (None, row["group_a"])
        and row["value"] is not None
    ]
    return sorted(rows, key=lambda row: -row["value"])[:ROWS_OF_A_CHART_MAX]


def _title(document: Document) -> str:
    if document["task"] == "comparison":
        return f"False match rate by group at the threshold {document['thresholds'][0]['name']}"
    return "Error rate by group"


def _name(row: Row) -> str:
    name = people(row["group_a"], row["axes"])
    return name[:1].upper() + name[1:]


def _range(rows: Sequence[Row]) -> tuple[float, float]:
    """The ticks around every interval; a zero is drawn at the left edge."""
    least = min(max(row["ci"]["lo"], TICKS[0]) for row in rows)
    most = max(row["ci"]["hi"] for row in rows)
    low = max((tick for tick in TICKS if tick <= least), default=TICKS[0])
    high = min((tick for tick in TICKS if tick >= most), default=1.0)
    return (low, high) if low < high else (low / 10, high)


def _log_scale(low: float, high: float):  # type: ignore[no-untyped-def]
    span = math.log(high / low)

    def place(share: float) -> float:
        inside = min(max(share, low), high)
        return round(LEFT + (RIGHT - LEFT) * math.log(inside / low) / span, 1)

    return place


def _axis(low: float, high: float, place: Any, height: int) -> list[str]:
    parts, last = [], -math.inf
    for tick in (tick for tick in TICKS if low <= tick <= high):
        x = place(tick)
        parts.append(f'<line class="axis" x1="{x}" x2="{x}" y1="4" y2="{height}"/>')
        if x - last >= TICK_GAP:
            anchor = "start" if x <= LEFT else "end" if x >= RIGHT else "middle"
            parts.append(
                f'<text class="q" x="{x}" y="{height + 18}" text-anchor="{anchor}">'
                f"{percent(tick)}</text>"
            )
            last = x
    return parts


def _forest_row(row: Row, top: int, place: Any) -> list[str]:
    y = top + 32
    lo, hi, value = place(row["ci"]["lo"]), place(row["ci"]["hi"]), place(row["value"])
    return [
        f'<text x="{LEFT}" y="{top + 17}">{escape(_name(row))}</text>',
        f'<text x="{RIGHT}" y="{top + 17}" text-anchor="end">{percent(row["value"])}</text>',
        f'<line class="ci" x1="{lo}" x2="{hi}" y1="{y}" y2="{y}"/>',
        f'<circle class="mark" cx="{value}" cy="{y}" r="5"/>',
    ]


def _shade(value: float | None, x: int, y: int) -> list[str]:
    if value is None:
        middle = f'x="{x + CELL // 2}" y="{y + CELL // 2 + 4}"'
        return [f'<text class="q" {middle} text-anchor="middle">–</text>']
    # The shade follows the logarithm, as the forest does; the ink stays readable on all of it.
    strength = min(0.45, max(0.0, 0.45 * (math.log10(max(value, 1e-4)) + 4) / 4))
    number = percent(value).removesuffix(" %")
    return [
        (
            f'<rect class="mark" x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" '
            f'fill-opacity="{strength:.2f}"/>'
        ),
        f'<text x="{x + CELL // 2}" y="{y + CELL // 2 + 4}" text-anchor="middle">{number}</text>',
    ]


def _svg(
    prefix: str,
    title: str,
    words: str,
    width: int,
    height: int,
    parts: Sequence[str],
    *,
    wide: bool = False,
) -> str:
    kind = "chart wide" if wide else "chart"
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{prefix}-title {prefix}-words" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-words">{escape(words)}</desc>{"".join(parts)}</svg>'
    )
