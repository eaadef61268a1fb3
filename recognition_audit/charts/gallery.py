"""How false hits grow with the number of people searched, a panel a group."""

from typing import Any

from recognition_audit.charts.base import Table
from recognition_audit.charts.multiples import Axis, Curve, Mark, Panel, cut, panels
from recognition_audit.charts.svg import drawing
from recognition_audit.reading import Document, Row, curves, main_axes, within
from recognition_audit.words import heading, interval, intervals, percent

NAME = "False hits as the gallery grows"
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LINES_MAX = 4
TICKS_MAX = 5
PROJECTED = "projected"  # from 1:1 rates, not measured


def _by_group(document: Document) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for curve in curves(document, "gallery", "FPIR"):
        if len(curve["points"]) > 1:
            found.setdefault(curve["group"], []).append(curve)
    return {
        # A measured line comes first: it stands for the group behind the other panels.
        name: sorted(lines, key=_is_projected)[:LINES_MAX]
        for name, lines in found.items()
    }


def draw(document: Document, prefix: str) -> str:
    found = _by_group(document)
    if not found:
        return ""
    many = any(sum(not _is_projected(one) for one in lines) > 1 for lines in found.values())
    shown = [_panel(document, name, lines, many=many) for name, lines in found.items()]
    kept, said = cut(shown)
    sizes = [n for lines in found.values() for line in lines for n, _share in line["points"]]
    lo, hi = min(sizes), max(sizes)
    top = max([share for panel in kept for share in _shares(panel)], default=1.0)
    high = next(share for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if share >= min(top, 1.0))
    ticks = sorted(set(sizes))
    if len(ticks) > TICKS_MAX:
        ticks = [10.0**power for power in range(10) if lo <= 10**power <= hi] or [lo, hi]
    x = Axis(lo, hi, ticks, lambda n: f"{n:,.0f}")
    y = Axis(0.0, high, [share * high for share in SHARES], percent, log=False)
    legend = (
        "Across: how many people are in the gallery. Up: searches for somebody who is not in it"
    )
    legend += f" that gave a false hit, with {intervals(within(document, 'FPIR'))}."
    if many:
        legend += " At each line’s end: its threshold."
    if any(_is_projected(line) for lines in found.values() for line in lines):
        legend += " Thin and dashed: projected from comparisons, not measured."
    if len(kept) > 1:
        first = next(iter(found.values()))[0]["threshold"]
        legend += f" Pale: the other groups{f' at {first}' if many else ''}."
    parts, height = panels(prefix, legend, kept, x, y)
    words = (
        f"{len(kept)} groups on the same axes; the gallery is on a logarithmic axis.{said} "
        "The table has every point."
    )
    return drawing(prefix, NAME, words, height, parts)


def _shares(panel: Panel) -> list[float]:
    lines = [share for curve in panel.curves for _n, share in curve.points]
    return lines + [end for mark in panel.marks for end in mark.upright or ()]


def _panel(document: Document, name: str, lines: list[Row], *, many: bool) -> Panel:
    drawn, marks = [], []
    for line in lines:
        label = str(line["threshold"] or "") if many else ""
        drawn.append(Curve(sorted(map(tuple, line["points"])), label, _is_projected(line)))
        marks += [
            Mark(n, share, None, (row["ci"]["lo"], row["ci"]["hi"]), row["adequacy"] != "enough")
            for n, share in line["points"]
            for row in _rows(document, line, n)
        ]
    return Panel(heading(name, lines[0]["axes"]), drawn, marks)


def _is_projected(line: Row) -> bool:
    return bool(line.get("kind") == PROJECTED)


def _label(line: Row) -> str:
    words = [str(line["threshold"] or ""), PROJECTED if _is_projected(line) else ""]
    return " ".join(filter(None, words))


def _rows(document: Document, line: Row, size: float) -> list[Row]:
    """The measured rate behind a point, where there is one; a projection has none."""
    if _is_projected(line):
        return []
    where: dict[str, Any] = {"threshold": line["threshold"], "group_a": line["group"]}
    where["axes"] = main_axes(document, "FPIR")
    rows = within(document, "FPIR", **where)
    return [row for row in rows if row.get("gallery") == size][:1]


def table(document: Document) -> Table | None:
    lines = []
    for name, drawn in _by_group(document).items():
        for line in drawn:
            for n, share in line["points"]:
                rows = _rows(document, line, n)
                counts = f"{rows[0]['errors']:,} of {rows[0]['trials']:,}" if rows else ""
                ends = interval(rows[0]["ci"]) if rows else ""
                lines.append((
                    heading(name, line["axes"]), _label(line), f"{n:,.0f}", counts,
                    percent(share), ends,
                ))  # fmt: skip
    if not lines:
        return None
    head = ("Group", "Threshold", "Gallery", "False hits", "Rate", "Interval")
    return Table(NAME, head, tuple(lines))
