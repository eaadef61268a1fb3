"""The false match rate at every threshold, a panel a group, with the thresholds in use."""

from recognition_audit.charts.base import Table
from recognition_audit.charts.multiples import Axis, Curve, Mark, Panel, cut, panels
from recognition_audit.charts.scale import DECADES, around, steps
from recognition_audit.charts.svg import drawing
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
from recognition_audit.words import heading, intervals, number, percent

NAME = "False match rate at every threshold"
LINES_OF_A_GROUP = 6


def _curves(document: Document) -> list[Row]:
    """Each group's points from 30 expected false matches up, as in the DET."""
    floors = smallest_rates(document)
    found: list[Row] = []
    for curve in curves(document, "sweep", "FMR"):
        floor = floors.get(curve["group"], 0.0)
        points = sorted((x, y) for x, y in curve["points"] if y >= floor and y > 0)
        if len(points) > 1:
            found.append(dict(curve) | {"points": points})
    return found


def draw(document: Document, prefix: str) -> str:
    found = _curves(document)
    if not found:
        return ""
    shown = [
        Panel(
            heading(curve["group"], curve["axes"]),
            [Curve(curve["points"])],
            _marks(document, curve["group"]),
        )
        for curve in found
    ]
    kept, said = cut(shown)
    values = [y for curve in found for _x, y in curve["points"]]
    values += [end for panel in kept for mark in panel.marks for end in mark.upright or ()]
    lo, hi = around(values, DECADES)
    places = [x for curve in found for x, _y in curve["points"]]
    places += [mark.x for panel in kept for mark in panel.marks]
    first, last = min(places), max(places)
    x = Axis(first, last, steps(first, last), number, log=False)
    y = Axis(lo, hi, [tick for tick in DECADES if lo <= tick <= hi], percent)
    rules, ruled = _rules(document)
    legend = f"Across: threshold. Up: false match rate.{ruled}"
    legend += " Pale: the other groups." if len(kept) > 1 else ""
    parts, height = panels(prefix, legend, kept, x, y, rules)
    words = (
        f"{len(kept)} groups on the same axes; the rate is on a logarithmic axis.{said} "
        "The table has points of every line."
    )
    return drawing(prefix, NAME, words, height, parts)


def _rules(document: Document) -> tuple[list[float], str]:
    """The threshold that the audit is about: the first one."""
    names = thresholds_of(document, "FMR")
    step = threshold(document, names[0]) if names else None
    if not step or step["value"] is None:
        return [], ""
    said = f" Dashed: the threshold {step['name']} ({step['origin']})."
    named = intervals(within(document, "FMR"))
    return [step["value"]], f"{said} Marks: measured rates with {named}."


def _marks(document: Document, group: str) -> list[Mark]:
    axes, result = main_axes(document, "FMR"), []
    for row in within(document, "FMR", axes=axes, group_a=group):
        step = threshold(document, row["threshold"])
        if step and step["value"] is not None:
            ends = (row["ci"]["lo"], row["ci"]["hi"])
            few = row["adequacy"] != "enough"
            result.append(Mark(step["value"], row["value"], None, ends, few))
    return result


def table(document: Document) -> Table | None:
    """Some points of each line, from its first to its last."""
    lines = []
    for curve in _curves(document):
        points = curve["points"]
        last = len(points) - 1
        wanted = sorted({round(last * n / (LINES_OF_A_GROUP - 1)) for n in range(LINES_OF_A_GROUP)})
        name = heading(curve["group"], curve["axes"])
        lines += [(name, number(points[n][0]), percent(points[n][1])) for n in wanted]
    if not lines:
        return None
    return Table(NAME, ("Group", "Threshold", "False match rate"), tuple(lines))
