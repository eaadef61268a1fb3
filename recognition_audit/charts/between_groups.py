"""False matches between all pairs of groups, one strip of shades a group.

A strip has its label above it, so that fourteen groups fit on a phone.
"""

from itertools import product

from recognition_audit.charts.base import RATE_HEAD, Table, methods, rate_cells
from recognition_audit.charts.scale import Scale, around
from recognition_audit.charts.svg import (
    LEFT,
    LINE,
    PLAIN,
    RIGHT,
    drawing,
    fitted,
    paragraph,
    rect,
    text,
)
from recognition_audit.reading import Document, Row, flagged, key_of, main_axes, thresholds_of
from recognition_audit.words import heading, people, percent

GROUPS_MAX = 40
CELL_HEIGHT = 26
STRIP_HEIGHT = LINE + CELL_HEIGHT + 6
# Narrower cells have no room for a figure; in wide ones it has three digits.
WIDTH_FOR_A_FIGURE, WIDTH_FOR_DIGITS = 22, 40
PALEST, DARKEST = 0.04, 0.45  # ink stays readable on all of it


def _rows(document: Document) -> list[Row]:
    names = thresholds_of(document, "FMR")
    axes, gone = main_axes(document, "FMR"), flagged(document)
    return [
        row
        for row in document["rates"]
        if row["metric"] == "FMR"
        and row["threshold"] in names[:1]
        and row["axes"] == axes
        and row["group_b"]
        and row["value"] is not None
        and not {key_of(axes, row["group_a"]), key_of(axes, row["group_b"])} & gone
    ]


def _names(rows: list[Row]) -> list[str]:
    """The groups that are in some shown pair; none of them where there is nothing to compare."""
    names = sorted({row["group_a"] for row in rows} | {row["group_b"] for row in rows})
    across = any(row["group_a"] != row["group_b"] for row in rows)
    return names if across and 1 < len(names) <= GROUPS_MAX else []


def name_of(document: Document) -> str:
    threshold = thresholds_of(document, "FMR")[0]
    return f"False match rate between groups at the threshold {threshold}, in percent"


def draw(document: Document, prefix: str) -> str:
    rows = _rows(document)
    names = _names(rows)
    if not names:
        return ""
    axes = rows[0]["axes"]
    found = {frozenset((row["group_a"], row["group_b"])): row for row in rows}
    cell = min(60.0, (RIGHT - LEFT) / len(names))
    few = any(row["adequacy"] != "enough" for row in rows)
    legend = (
        f"Each strip: this group with groups 1 to {len(names)}, in percent. Outlined: with itself."
    )
    if few:
        legend += " Dotted: fewer than 30 errors."
    if cell < WIDTH_FOR_DIGITS:
        legend += " “<.1”: below 0.1 %."
    parts, top = paragraph(legend, 0)
    # The shade follows the logarithm, as the forest does.
    shade = Scale(*around([row["value"] for row in rows]), PALEST, DARKEST)
    numbered = cell >= WIDTH_FOR_A_FIGURE
    if numbered:
        parts += _numbers(len(names), cell, top + 10)
        top += LINE - 2
    for number, name in enumerate(names):
        label = f"{number + 1}. {heading(name, axes)}"
        parts.append(text(LEFT, top + 14, fitted(label, RIGHT - LEFT)))
        for place, other in enumerate(names):
            row = found.get(frozenset((name, other)))
            parts += _cell(row, LEFT + place * cell, top + LINE, cell, shade, own=name == other)
        top += STRIP_HEIGHT
    if numbered:
        parts += _numbers(len(names), cell, top + 10)
    most = max(rows, key=lambda row: row["value"])
    words = (
        f"{len(names)} groups, each with each. The highest is {percent(most['value'])}, between "
        f"{people(most['group_a'], axes)} and {people(most['group_b'], axes)}. "
        "The table has every figure."
    )
    return drawing(prefix, name_of(document), words, top + 16, parts)


def _numbers(groups: int, cell: float, y: float) -> list[str]:
    middles = [LEFT + (place + 0.5) * cell for place in range(groups)]
    return [text(x, y, str(n), kind="q", anchor="middle") for n, x in enumerate(middles, 1)]


def _cell(
    row: Row | None, x: float, y: float, cell: float, shade: Scale, *, own: bool
) -> list[str]:
    inner = (x + 1, y, cell - 2, CELL_HEIGHT)
    middle, base = x + cell / 2, y + CELL_HEIGHT / 2 + 5
    if row is None:
        return [text(middle, base, "–", kind="q", anchor="middle")]
    parts = [rect(*inner, f'class="mark" fill-opacity="{shade.place(row["value"]):.2f}"')]
    if row["adequacy"] != "enough":
        parts.append(rect(*inner, f'{PLAIN["edge"]} stroke-dasharray="1 3"'))
    elif own:
        parts.append(rect(*inner, PLAIN["edge"]))
    if cell >= WIDTH_FOR_A_FIGURE:
        parts.append(text(middle, base, _figure(row["value"], cell), anchor="middle"))
    return parts


def _figure(value: float, cell: float) -> str:
    whole = value * 100
    if cell >= WIDTH_FOR_DIGITS:
        return percent(value).removesuffix(" %")
    if 0 < whole < 0.1:  # noqa: PLR2004
        return "<.1"
    return f"{whole:.0f}" if whole >= 9.95 or whole == 0 else f"{whole:.1f}"  # noqa: PLR2004


def table(document: Document) -> Table | None:
    rows = _rows(document)
    names = _names(rows)
    if not names:
        return None
    found = {(row["group_a"], row["group_b"]): row for row in rows}
    lines = []
    for first, second in product(names, names):
        row = found.get((first, second))
        if row:
            axes = row["axes"]
            pair = f"{heading(first, axes)} with {people(second, axes)}"
            lines.append(rate_cells(row, pair))
    return Table(name_of(document), ("Groups", *RATE_HEAD[1:]), tuple(lines), methods(rows))
