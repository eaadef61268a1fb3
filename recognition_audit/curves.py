"""What needs all thresholds at once: curves, equal error rates, how far scores are shifted.

All from histograms of likeness, at the edges of their bins, where the counts are exact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.histogram import Histograms, Scale, moments, quantile
from recognition_audit.limits import ERRORS_FOR_A_RATE, Adequacy, adequacy
from recognition_audit.report import rounded

Row = dict[str, Any]
Counts = NDArray[np.int64]
Shares = NDArray[np.float64]
POINTS_OF_A_DECADE = 10
POINTS_OF_A_SWEEP = 120
QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
EER_NOTE = (
    "A description, read off the histogram: nobody operates a system at its equal error rate."
)
D_PRIME_NOTE = "A description: the distance of the two means in standard deviations."


def from_edges(counts: Counts) -> Counts:
    """How many are accepted at each edge, ascending; shape (BINS + 1,)."""
    return np.append(np.cumsum(counts[::-1])[::-1], 0)


def equal_error_rate(impostors: Counts, mated: Counts) -> float:
    """Where false matches and false non-matches are as frequent, between two edges in line.

    impostors, mated : histograms, shape (BINS,), neither empty.
    """
    fmr = from_edges(impostors) / impostors.sum()
    fnmr = 1 - from_edges(mated) / mated.sum()
    apart = fmr - fnmr  # from 1 down to -1
    after = int(np.argmax(apart <= 0))
    if apart[after] == 0:
        return float(fmr[after])
    part = apart[after - 1] / (apart[after - 1] - apart[after])
    return float(fmr[after - 1] + part * (fmr[after] - fmr[after - 1]))


def d_prime(impostors: Counts, mated: Counts, scale: Scale) -> float | None:
    """The distance of the means in standard deviations (their mean square); None without spread."""
    (first, spread), (second, other) = moments(impostors, scale), moments(mated, scale)
    if spread + other <= 0:
        return None
    return (second - first) / math.sqrt((spread + other) / 2)


def det(impostors: Counts, mated: Counts) -> list[list[float]]:
    """Points [FMR, FNMR], ten a decade, from 30 false matches up (below, a rate is noise)."""
    total = int(impostors.sum())
    accepted, missed = from_edges(impostors), int(mated.sum()) - from_edges(mated)
    least = ERRORS_FOR_A_RATE / total
    if least > 1:
        return []
    decades = math.ceil(-math.log10(least) * POINTS_OF_A_DECADE)
    wanted = [10 ** (-step / POINTS_OF_A_DECADE) for step in range(decades, -1, -1)]
    # The first edge that accepts no more than wanted; `accepted` goes down.
    places = {int(np.searchsorted(-accepted, -share * total)) for share in wanted}
    return [
        [rounded(accepted[place] / total), rounded(missed[place] / int(mated.sum()))]
        for place in sorted(places, reverse=True)
        if accepted[place] >= ERRORS_FOR_A_RATE
    ]


def sweep_edges(impostors: Counts) -> NDArray[np.intp]:
    """The edges of a sweep, evenly spaced from where all are accepted to where 30 are."""
    accepted = from_edges(impostors)
    last = int(np.searchsorted(-accepted, -ERRORS_FOR_A_RATE, side="right")) - 1
    first = int(np.searchsorted(-accepted, -int(accepted[0]), side="right")) - 1
    if last <= first:
        return np.zeros(0, dtype=np.intp)
    step = max(1, math.ceil((last - first) / POINTS_OF_A_SWEEP))
    return np.arange(first, last + 1, step)


def sweep(
    impostors: Counts, places: NDArray[np.intp], scale: Scale, sign: int
) -> list[list[float]]:
    """Points [threshold, FMR] at these edges, as far as 30 false matches stand behind them."""
    accepted, total = from_edges(impostors), int(impostors.sum())
    edges = scale.edges()
    return [
        [rounded(sign * float(edges[place])) + 0.0, rounded(accepted[place] / total)]
        for place in places.tolist()
        if accepted[place] >= ERRORS_FOR_A_RATE
    ]


def shift(counts: Counts, scale: Scale, sign: int) -> Row:
    """Mean and quantiles of the scores; a quantile to the width of a bin."""
    mean, _spread = moments(counts, scale)
    row: Row = {"mean": rounded(sign * mean), "n": int(counts.sum())}
    for name, share in QUANTILES.items():
        row[name] = rounded(sign * quantile(counts, scale, share if sign > 0 else 1 - share))
    return row


@dataclass(frozen=True)
class Kinds:
    """The histograms of a group and whether its figures may be shown."""

    axes: list[str]
    group: str
    impostors: Counts
    mated: Counts
    impostors_shown: bool
    mated_shown: bool


def of_groups(kinds: Sequence[Kinds], pooled: Counts, histograms: Histograms) -> dict[str, Any]:
    """The parts `curves`, `summaries` and `shifts` of a report; what is too little is left out."""
    scale, sign = histograms.scale, histograms.sign
    curves: dict[str, list[Row]] = {"det": [], "sweep": [], "gallery": []}
    summaries, shifts = [], []
    places = sweep_edges(pooled) if scale is not None else np.zeros(0, dtype=np.intp)
    for kind in kinds:
        where: Row = {"axes": kind.axes, "group": kind.group}
        # Two samples of one person whose labels differ are of no one group: a histogram is empty
        # then, although the rate by the first sample's group is not.
        impostors_shown = kind.impostors_shown and bool(kind.impostors.any())
        mated_shown = kind.mated_shown and bool(kind.mated.any())
        both = impostors_shown and mated_shown
        if kind.mated.any() and kind.impostors.any():
            summaries += [where | row for row in _summaries(kind, scale, shown=both)]
        if scale is None:
            continue
        if both:
            curves["det"].append(where | {"points": det(kind.impostors, kind.mated)})
        if impostors_shown:
            points = sweep(kind.impostors, places, scale, sign)
            curves["sweep"].append(where | {"points": points})
            shifts.append(where | {"kind": "impostor"} | shift(kind.impostors, scale, sign))
        if mated_shown:
            shifts.append(where | {"kind": "mated"} | shift(kind.mated, scale, sign))
    for name in ("det", "sweep"):
        curves[name] = [row for row in curves[name] if row["points"]]
    return {"curves": curves, "summaries": summaries, "shifts": shifts}


def _summaries(kind: Kinds, scale: Scale | None, *, shown: bool) -> list[Row]:
    rows: list[Row] = []
    for metric, note in (("EER", EER_NOTE), ("d_prime", D_PRIME_NOTE)):
        row: Row = {"metric": metric, "value": None, "ci": None, "note": note}
        row["adequacy"] = Adequacy.TOO_FEW.value
        if shown and scale is not None:
            rate = equal_error_rate(kind.impostors, kind.mated)
            value = rate if metric == "EER" else d_prime(kind.impostors, kind.mated, scale)
            row["value"] = None if value is None else rounded(value)
            trials = int(kind.mated.sum())
            row["adequacy"] = adequacy(round(rate * trials), trials, None).value
        rows.append(row)
    return rows
