"""Missed matches against false matches for every threshold (DET), a panel a group."""

from collections.abc import Sequence
from typing import Any

from recognition_audit.charts.base import Table
from recognition_audit.charts.multiples import Axis, Curve, Mark, Panel, cut, panels
from recognition_audit.charts.scale import DECADES, around
from recognition_audit.charts.svg import Point, drawing
from recognition_audit.limits import ERRORS_FOR_A_RATE
from recognition_audit.reading import (
    Document,
    Row,
    curves,
    main_axes,
    smallest_rates,
    threshold,
    thresholds_of,
    within,
)
from recognition_audit.words import heading, intervals, percent

NAME = "Missed matches against false matches (DET)"
TABLE_SHARES = (0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00001, 0.000001)


def _curves(document: Document) -> list[tuple[Row, list[Point]]]:
    """Each group's points from 30 expected false matches up: less cannot be told from chance."""
    floors = smallest_rates(document)
    found = []
    for curve in curves(document, "det", "FMR", "FNMR"):
        floor = floors.get(curve["group"], 0.0)
        # A zero has no place on a logarithmic axis.
        points = [(x, y) for x, y in curve["points"] if x >= floor and min(x, y) > 0]
        if len(points) > 1:
            found.append((curve, sorted(points)))
    return found


def _mark(document: Document, group: str) -> Mark | None:
    """Where the first threshold stands, with both intervals."""
    names = thresholds_of(document, "FMR")
    where: dict[str, Any] = {"threshold": names[0] if names else None, "group_a": group}
    where["axes"] = main_axes(document, "FMR")
    rows = [within(document, metric, **where) for metric in ("FMR", "FNMR")]
    if not all(rows):
        return None
    x, y = rows[0][0], rows[1][0]
    ends = [(row["ci"]["lo"], row["ci"]["hi"]) for row in (x, y)]
    few = any(row["adequacy"] != "enough" for row in (x, y))
    return Mark(x["value"], y["value"], ends[0], ends[1], few)


def draw(document: Document, prefix: str) -> str:
    found = _curves(document)
    if not found:
        return ""
    shown = []
    for curve, points in found:
        mark = _mark(document, curve["group"])
        name = heading(curve["group"], curve["axes"])
        shown.append(Panel(name, [Curve(points)], [mark] if mark else []))
    kept, said = cut(shown)
    x = _axis([point[0] for _curve, points in found for point in points], kept, 0)
    y = _axis([point[1] for _curve, points in found for point in points], kept, 1)
    marked = ""
    if any(panel.marks for panel in kept):
        step = threshold(document, thresholds_of(document, "FMR")[0])
        named = intervals(within(document, "FMR"))
        marked = f" Mark: the threshold {step['name']}, with {named}." if step else ""
    legend = "Across: false match rate. Up: false non-match rate. Lower and further left is better."
    pale = " Pale: the other groups." if len(kept) > 1 else ""
    parts, height = panels(prefix, legend + marked + pale, kept, x, y)
    words = (
        f"{len(kept)} groups on the same logarithmic axes, each from {ERRORS_FOR_A_RATE} expected "
        f"false matches up.{said} The table has points of every line."
    )
    return drawing(prefix, NAME, words, height, parts)


def _axis(values: Sequence[float], shown: Sequence[Panel], side: int) -> Axis:
    ends = [
        end
        for panel in shown
        for mark in panel.marks
        for end in ((mark.across, mark.upright)[side] or ())
    ]
    lo, hi = around([*values, *ends], DECADES)
    ticks = [tick for tick in DECADES if lo <= tick <= hi]
    return Axis(lo, hi, ticks, percent)


def table(document: Document) -> Table | None:
    """The false non-match rate of each group near round false match rates."""
    lines: list[tuple[str, ...]] = []
    for curve, points in _curves(document):
        name = heading(curve["group"], curve["axes"])
        for wanted in TABLE_SHARES:
            # The strictest operating point that keeps to the rate.
            under = [point for point in points if point[0] <= wanted]
            cells = (name, *map(percent, max(under))) if under else None
            if cells and lines[-1:] != [cells]:
                lines.append(cells)
    if not lines:
        return None
    return Table(NAME, ("Group", "False match rate", "False non-match rate"), tuple(lines))
