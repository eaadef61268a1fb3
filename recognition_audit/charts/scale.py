"""Axes: where a value stands and which values are written beside it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recognition_audit.charts.svg import width_of
from recognition_audit.words import percent

# Where a decade of shares begins and a third of it: read as plain percentages on a log axis.
SHARES = tuple(
    float(f"{first}e{power}")
    for power in range(-7, 1)
    for first in (1, 3)
    if (first, power) < (3, 0)
)
DECADES = SHARES[::2]
GAP = 10  # between two labels


@dataclass(frozen=True)
class Scale:
    """From lo..hi to start..end (pixels); values outside stand at the ends."""

    lo: float
    hi: float
    start: float
    end: float
    log: bool = True

    def place(self, value: float) -> float:
        inside = min(max(value, self.lo), self.hi)
        if self.log:
            part = math.log(inside / self.lo) / math.log(self.hi / self.lo)
        else:
            part = (inside - self.lo) / (self.hi - self.lo)
        return self.start + (self.end - self.start) * part

    def between(self, start: float, end: float) -> "Scale":
        return Scale(self.lo, self.hi, start, end, self.log)


def around(values: Sequence[float], ticks: Sequence[float] = SHARES) -> tuple[float, float]:
    """The ticks around values on a log axis; zeros stand at its beginning."""
    above = [value for value in values if value > 0]
    least, most = (min(above), max(above)) if above else (ticks[-2], ticks[-1])
    low = max((tick for tick in ticks if tick <= least * 1.0001), default=ticks[0])
    high = min((tick for tick in ticks if tick >= most * 0.9999), default=ticks[-1])
    if low == high:
        low = ticks[max(0, ticks.index(low) - 1)] if low in ticks else low / 10
    return low, high


def shares_of(scale: Scale, ticks: Sequence[float] = SHARES) -> list[float]:
    return [tick for tick in ticks if scale.lo <= tick <= scale.hi]


def steps(lo: float, hi: float, wanted: int = 4) -> list[float]:
    """Round values between lo and hi, for a linear axis."""
    if hi <= lo:
        return [lo]
    raw = (hi - lo) / wanted
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= raw * 0.999)
    first = math.ceil(lo / step - 1e-9)
    return [
        float(f"{n * step:.10g}")
        for n in range(first, first + wanted + 3)
        if n * step <= hi * (1 + 1e-9)
    ]


def labelled(
    scale: Scale, ticks: Sequence[float], words: Callable[[float], str] = percent
) -> list[tuple[float, str, str]]:
    """(x, words, anchor) of the ticks whose labels do not touch; the outer ones stay inside."""
    result, free = [], -math.inf
    for tick in ticks:
        x, label = scale.place(tick), words(tick)
        wide = width_of(label)
        anchor, left = "middle", x - wide / 2
        if x - scale.start < wide / 2:
            anchor, left = "start", x
        elif scale.end - x < wide / 2:
            anchor, left = "end", x - wide
        if left >= free + GAP:
            result.append((x, label, anchor))
            free = left + wide
    return result
