"""What needs all thresholds at once: curves, equal error rates, how far scores are shifted.

All from histograms of likeness, at the edges of their bins, where the counts are exact.
"""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.histogram import Histograms, Scale, moments, quantiles
from recognition_audit.limits import ERRORS_FOR_A_RATE, Adequacy, adequacy
from recognition_audit.report import rounded

Row = dict[str, Any]
Counts = NDArray[np.int64]
Shares = NDArray[np.float64]
POINTS_OF_A_DECADE = 10
POINTS_OF_A_SWEEP = 120
QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
EER_NOTE = (
    "A description, read off the histogram, so it has no interval: nobody operates a system at its "
    "equal error rate."
)
D_PRIME_NOTE = "A description: the distance of the two means in standard deviations."


def from_edges(counts: Counts) -> Counts:
    """How many are accepted at each edge, ascending; shape (BINS + 1,), a view turned round."""
    accepted = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts[::-1], out=accepted[1:])
    return accepted[::-1]


def first_edges(accepted: Counts, numbers: Sequence[float]) -> NDArray[np.intp]:
    """The first edge at which no more than each number are accepted; shape (numbers,)."""
    above = accepted[::-1]  # in ascending order and, as `from_edges` made it, in one piece
    return len(above) - np.searchsorted(above, numbers, side="right")


def equal_error_rate(impostors: Counts, mated: Counts) -> float:
    """Where false matches and false non-matches are as frequent, between two edges in line.

    impostors, mated : histograms, shape (BINS,), neither empty.
    """
    return _equal(from_edges(impostors), from_edges(mated))


def _equal(accepted: Counts, of_mated: Counts) -> float:
    """The same from what is accepted at each edge."""
    impostors, mates = int(accepted[0]), int(of_mated[0])

    def rates(edge: int) -> tuple[float, float]:
        return int(accepted[edge]) / impostors, 1 - int(of_mated[edge]) / mates

    def crossed(edge: int) -> bool:
        fmr, fnmr = rates(edge)
        return fmr <= fnmr

    # FMR goes down from 1 and FNMR up from 0.
    after = bisect.bisect_left(range(len(accepted)), True, key=crossed)
    fmr, fnmr = rates(after)
    if fmr == fnmr:
        return fmr
    before, missed = rates(after - 1)
    part = (before - missed) / (before - missed - fmr + fnmr)
    return before + part * (fmr - before)


def d_prime(impostors: Counts, mated: Counts, scale: Scale) -> float | None:
    """The distance of the means in standard deviations (their mean square); None without spread."""
    return _apart(moments(impostors, scale), moments(mated, scale))


def _apart(impostors: tuple[float, float], mated: tuple[float, float]) -> float | None:
    """The same from both means and variances."""
    (first, spread), (second, other) = impostors, mated
    if spread + other <= 0:
        return None
    return (second - first) / math.sqrt((spread + other) / 2)


def det(impostors: Counts, mated: Counts) -> list[list[float]]:
    """Points [FMR, FNMR], ten a decade, from 30 false matches up (below, a rate is noise)."""
    return _det(from_edges(impostors), from_edges(mated))


def _det(accepted: Counts, of_mated: Counts) -> list[list[float]]:
    """The same from what is accepted at each edge."""
    total, mates = int(accepted[0]), int(of_mated[0])
    least = ERRORS_FOR_A_RATE / total
    if least > 1:
        return []
    decades = math.ceil(-math.log10(least) * POINTS_OF_A_DECADE)
    wanted = [10 ** (-step / POINTS_OF_A_DECADE) for step in range(decades, -1, -1)]
    places = np.unique(first_edges(accepted, [share * total for share in wanted]))
    return [
        [rounded(matches / total), rounded((mates - kept) / mates)]
        for matches, kept in zip(accepted[places].tolist(), of_mated[places].tolist(), strict=True)
        if matches >= ERRORS_FOR_A_RATE
    ][::-1]


def sweep_edges(impostors: Counts) -> NDArray[np.intp]:
    """The edges of a sweep, evenly spaced from where all are accepted to where 30 are."""
    accepted = from_edges(impostors)
    ends = (int(accepted[0]) - 1, ERRORS_FOR_A_RATE - 1)
    first, last = (first_edges(accepted, ends) - 1).tolist()
    if last <= first:
        return np.zeros(0, dtype=np.intp)
    step = max(1, math.ceil((last - first) / POINTS_OF_A_SWEEP))
    return np.arange(first, last + 1, step)


def sweep(
    impostors: Counts, places: NDArray[np.intp], scale: Scale, sign: int
) -> list[list[float]]:
    """Points [threshold, FMR] at these edges, as far as 30 false matches stand behind them."""
    return _sweep(from_edges(impostors), places, scale, sign)


def _sweep(
    accepted: Counts, places: NDArray[np.intp], scale: Scale, sign: int
) -> list[list[float]]:
    """The same from what is accepted at each edge."""
    total, edges = int(accepted[0]), scale.edges(places)
    return [
        [rounded(sign * edge) + 0.0, rounded(matches / total)]
        for edge, matches in zip(edges.tolist(), accepted[places].tolist(), strict=True)
        if matches >= ERRORS_FOR_A_RATE
    ]


def shift(counts: Counts, scale: Scale, sign: int) -> Row:
    """Mean and quantiles of the scores; a quantile to the width of a bin."""
    return _shift(counts, moments(counts, scale), scale, sign)


def _shift(counts: Counts, of_counts: tuple[float, float], scale: Scale, sign: int) -> Row:
    """The same where mean and variance are known."""
    row: Row = {"mean": rounded(sign * of_counts[0]), "n": int(counts.sum())}
    shares = [share if sign > 0 else 1 - share for share in QUANTILES.values()]
    for name, value in zip(QUANTILES, quantiles(counts, scale, shares), strict=True):
        row[name] = rounded(sign * value)
    return row


@dataclass
class Kinds:
    """The histograms of a group and whether its figures may be shown."""

    axes: list[str]
    group: str
    impostors: Counts
    mated: Counts
    impostors_shown: bool
    mated_shown: bool

    @cached_property
    def accepted(self) -> tuple[Counts, Counts]:
        """Impostors and mates that are accepted at each edge."""
        return from_edges(self.impostors), from_edges(self.mated)

    def rows(self, places: NDArray[np.intp], scale: Scale, sign: int) -> dict[str, list[Row]]:
        """Its rows of every part, those that may be shown. places : the edges of the sweep."""
        where: Row = {"axes": self.axes, "group": self.group}
        impostors = self.impostors_shown and bool(self.accepted[0][0])
        mated = self.mated_shown and bool(self.accepted[1][0])
        of_impostors = moments(self.impostors, scale) if impostors else (0.0, 0.0)
        of_mated = moments(self.mated, scale) if mated else (0.0, 0.0)
        found: dict[str, list[Row]] = {"det": [], "sweep": [], "summaries": [], "shifts": []}
        if all(accepted[0] for accepted in self.accepted):
            rate = _equal(*self.accepted) if impostors and mated else None
            apart = _apart(of_impostors, of_mated) if impostors and mated else None
            found["summaries"] = [where | row for row in self._summaries(rate, apart)]
        if impostors and mated:
            found["det"].append(where | {"points": _det(*self.accepted)})
        if impostors:
            points = _sweep(self.accepted[0], places, scale, sign)
            found["sweep"].append(where | {"points": points})
            row = _shift(self.impostors, of_impostors, scale, sign)
            found["shifts"].append(where | {"kind": "impostor"} | row)
        if mated:
            row = _shift(self.mated, of_mated, scale, sign)
            found["shifts"].append(where | {"kind": "mated"} | row)
        return found

    def _summaries(self, rate: float | None, apart: float | None) -> list[Row]:
        """rate, apart : EER and d′; no rate: too little data."""
        enough = Adequacy.TOO_FEW
        if rate is not None:
            trials = int(self.accepted[1][0])
            enough = adequacy(round(rate * trials), trials, None)
        return [
            {
                "metric": metric,
                "value": None if value is None else rounded(value),
                "ci": None,
                "note": note,
                "adequacy": enough.value,
            }
            for metric, value, note in (
                ("EER", rate, EER_NOTE),
                ("d_prime", apart, D_PRIME_NOTE),
            )
        ]


def of_groups(kinds: Sequence[Kinds], pooled: Counts, histograms: Histograms) -> dict[str, Any]:
    """The parts `curves`, `summaries` and `shifts` of a report; what is too little is left out."""
    parts: dict[str, list[Row]] = {"det": [], "sweep": [], "summaries": [], "shifts": []}
    if histograms.scale is not None:  # without one there are no scores
        places = sweep_edges(pooled)
        for kind in kinds:
            for name, rows in kind.rows(places, histograms.scale, histograms.sign).items():
                parts[name] += rows
    drawn = {name: [row for row in parts[name] if row["points"]] for name in ("det", "sweep")}
    return {
        "curves": drawn | {"gallery": []},
        "summaries": parts["summaries"],
        "shifts": parts["shifts"],
    }
