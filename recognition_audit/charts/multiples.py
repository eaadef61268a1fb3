"""Small multiples: one panel a group, on the same axes, with the other groups' lines behind it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from recognition_audit.charts.scale import Scale, labelled
from recognition_audit.charts.svg import (
    LINE,
    NAMES_WIDER,
    RIGHT,
    Point,
    dot,
    line,
    paragraph,
    path,
    text,
    width_of,
    wrapped,
)

AIR = 8  # between a label of the upright axis and the axis
GUTTER = 18
HEIGHT_ONE, HEIGHT_TWO = 190, 118
PANELS_MAX = 40
NEAREST = 1.5  # pixels: a point nearer than this to the last one is left out
DASHES = ("", "7 4", "2 3", "9 3 2 3")
NAME_LINES_MAX = 3
UNDER = 12  # between a curve's label and its line


@dataclass(frozen=True)
class Axis:
    """lo..hi with its ticks; `words` writes a tick."""

    lo: float
    hi: float
    ticks: Sequence[float]
    words: Callable[[float], str]
    log: bool = True


@dataclass(frozen=True)
class Mark:
    """A measured point with its intervals, in the units of the axes."""

    x: float
    y: float
    across: tuple[float, float] | None = None
    upright: tuple[float, float] | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Curve:
    """A line; its label stands at its end. A projected one was not measured: thin and dashed."""

    points: Sequence[Point]
    label: str = ""
    is_projected: bool = False


@dataclass(frozen=True)
class Panel:
    name: str
    curves: Sequence[Curve]
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class _Box:
    x: Scale
    y: Scale

    def at(self, point: Point) -> Point:
        return self.x.place(point[0]), self.y.place(point[1])


def panels(
    prefix: str,
    legend: str,
    shown: Sequence[Panel],
    across: Axis,
    upright: Axis,
    rules: Sequence[float] = (),
) -> tuple[list[str], float]:
    """The drawn panels and the height they take. rules : upright dashed lines at these values."""
    parts, top = paragraph(legend, 0)
    columns = 2 if len(shown) > 1 else 1
    margin = width_of(max((upright.words(tick) for tick in upright.ticks), key=len)) + AIR
    wide = (RIGHT - margin - GUTTER * (columns - 1)) / columns
    high = HEIGHT_TWO if columns > 1 else HEIGHT_ONE
    labels = [wrapped(panel.name, wide * NAMES_WIDER, lines=NAME_LINES_MAX) for panel in shown]
    ghosts, first = f"{prefix}-lines", 0.0
    for number, panel in enumerate(shown):
        column = number % columns
        if column == 0:
            top = top if number == 0 else top + high + LINE + 12
            # The names of a row stand on the same line.
            top += LINE * max(map(len, labels[number : number + columns])) + 4
        x, label = margin + column * (wide + GUTTER), labels[number]
        parts += [
            text(x, top - 8 - LINE * (len(label) - 1 - place), words)
            for place, words in enumerate(label)
        ]
        first = top if number == 0 else first
        box = _Box(_scale(across, x, x + wide), _scale(upright, top + high, top))
        parts += _grid(box, across, upright, labels=column == 0)
        if len(shown) > 1:
            parts += _others(ghosts, shown, box, x - margin, top - first)
        places = [box.x.place(at) for at in rules]
        parts += [line((place, top), (place, top + high), "rule") for place in places]
        parts += _panel(panel, box)
    return parts, top + high + LINE + 6


def _scale(axis: Axis, start: float, end: float) -> Scale:
    return Scale(axis.lo, axis.hi, start, end, axis.log)


def _grid(box: _Box, across: Axis, upright: Axis, *, labels: bool) -> Iterator[str]:
    for tick in across.ticks:
        x = box.x.place(tick)
        yield line((x, box.y.end), (x, box.y.start), "axis")
    for tick in upright.ticks:
        y = box.y.place(tick)
        yield line((box.x.start, y), (box.x.end, y), "axis")
    for x, words, anchor in labelled(box.x, across.ticks, across.words):
        yield text(x, box.y.start + 16, words, kind="q", anchor=anchor)
    if not labels:
        return
    free = box.y.start + LINE
    for tick in upright.ticks:
        y = min(max(box.y.place(tick) + 4, box.y.end + 10), box.y.start)
        if y <= free - LINE:
            yield text(box.x.start - 5, y, upright.words(tick), kind="q", anchor="end")
            free = y


def _others(
    name: str, shown: Sequence[Panel], box: _Box, right: float, down: float
) -> Iterator[str]:
    """The first line of every panel, pale, drawn once.

    right, down : how far from the first panel this one is, which uses the lines again.
    """
    if not right and not down:
        every = [panel.curves[0] for panel in shown]
        drawn = "".join(path(_pixels(curve, box), "ghost") for curve in every)
        yield f'<g id="{name}">{drawn}</g>'
        return
    yield f'<use href="#{name}" x="{round(right, 1):g}" y="{round(down, 1):g}"/>'


def _panel(panel: Panel, box: _Box) -> Iterator[str]:
    measured = [curve for curve in panel.curves if not curve.is_projected]
    for curve in panel.curves:
        if curve.is_projected:
            yield path(_pixels(curve, box), "rule")
        else:
            dash = DASHES[measured.index(curve) % len(DASHES)]
            yield path(_pixels(curve, box), "ci", dash=dash)
    ends = sorted((_pixels(c, box)[-1][::-1], c.label) for c in measured if c.label)
    # From the top: a label above its line's end, lower where another stands already.
    free = box.y.end + UNDER
    for (y, x), words in ends:
        place = min(max(y - 7, free), box.y.start - 3)
        free = place + LINE - 4
        yield text(min(x, box.x.end), place, words, anchor="end")
    for mark in panel.marks:
        yield from _mark(mark, box)


def _mark(mark: Mark, box: _Box) -> Iterator[str]:
    x, y = box.at((mark.x, mark.y))
    if mark.across:
        yield line((box.x.place(mark.across[0]), y), (box.x.place(mark.across[1]), y), "ci")
    if mark.upright:
        yield line((x, box.y.place(mark.upright[0])), (x, box.y.place(mark.upright[1])), "ci")
    yield dot(x, y, open_=mark.is_open, radius=4)


def _pixels(curve: Curve, box: _Box) -> list[Point]:
    """The points in pixels, without those that no eye could tell apart."""
    every = [box.at(point) for point in curve.points]
    kept = every[:1]
    for x, y in every[1:-1]:
        if max(abs(x - kept[-1][0]), abs(y - kept[-1][1])) >= NEAREST:
            kept.append((x, y))
    return [*kept, *every[-1:]] if len(every) > 1 else kept


def cut(shown: Sequence[Panel]) -> tuple[list[Panel], str]:
    """As many panels as a page carries, and the words for it."""
    if len(shown) <= PANELS_MAX:
        return list(shown), ""
    said = f" These are the first {PANELS_MAX} of {len(shown)} groups."
    return list(shown[:PANELS_MAX]), said
