"""Intervals of a difference between two systems that were measured on the same people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from recognition_audit.cells import ByUnit, Ints, Rates
from recognition_audit.intervals import rule_of_three, wilson, z_of
from recognition_audit.limits import CONFIDENCE_LEVEL, ERRORS_FOR_A_RATIO
from recognition_audit.measures import MEASURES, Kind
from recognition_audit.report import rounded

Row = dict[str, Any]
PAIRED_JACKKNIFE = "paired subject jackknife"


def _units(one: ByUnit, other: ByUnit, group: int) -> Ints:
    """The units of a group that either system was measured on."""
    there = (one.trials > 0) | (other.trials > 0)
    return np.flatnonzero((one.place == group) & there)


@dataclass(frozen=True)
class _Side:
    """One system's counts of a group."""

    by_unit: ByUnit
    errors: int
    trials: int


def _left_out(side: _Side, units: Ints) -> Rates:
    """The group's rate without each of the units; not a number where none is left."""
    left = side.trials - side.by_unit.trials[units]
    result = np.full(len(units), np.nan)
    np.divide(side.errors - side.by_unit.errors[units], left, out=result, where=left > 0)
    return result


def by_subject(one: ByUnit, other: ByUnit, groups: int, group: int) -> Row:
    """The difference of a group's rates, other less one, each subject left out of both in turn.

    one, other : counts by unit, under the same codes. Returns subjects, difference, ci and p; ci
    and p are None where one subject decides. Student's t with one degree fewer than subjects.
    """
    units = _units(one, other, group)
    sides = [
        _Side(side, *(int(part[group]) for part in side.totals(groups)[:2]))
        for side in (one, other)
    ]
    n = len(units)
    difference = sides[1].errors / sides[1].trials - sides[0].errors / sides[0].trials
    row: Row = {"subjects": n, "difference": rounded(difference), "ci": None, "p": None}
    if not any(side.errors for side in sides):
        # Neither erred: no more can be said of the difference than of a rate without errors.
        most = rule_of_three(n, sides=one.sides)
        return row | {"ci": _interval(-most.hi, most.hi, most.method)}
    left = _left_out(sides[1], units) - _left_out(sides[0], units)
    if n < 2 or not np.isfinite(left).all():  # noqa: PLR2004 - no spread in one
        return row
    error = float(np.sqrt((n - 1) / n * np.square(left - left.mean()).sum()))
    if error == 0:
        return row
    half = float(special.stdtrit(n - 1, 0.5 + CONFIDENCE_LEVEL / 2)) * error
    p = float(2 * special.stdtr(n - 1, -abs(difference) / error))
    ends = (difference - half, difference + half)
    return row | {"ci": _interval(*ends, PAIRED_JACKKNIFE), "p": rounded(p)}


def _interval(lo: float, hi: float, method: str) -> Row:
    return {
        "lo": rounded(max(-1.0, lo)),
        "hi": rounded(min(1.0, hi)),
        "level": CONFIDENCE_LEVEL,
        "method": method,
    }


def change_of(
    name: str, one: ByUnit, other: ByUnit, groups: int, kept: Sequence[int]
) -> Row | None:
    """How a summary measure changes from one system to the other, over the groups in `kept`.

    Returns measure, value_a, value_b, ratio (b over a) and its ci, paired by subject; None below
    two groups, and for a ratio of rates where a group has too few errors in either system.
    """
    measure = MEASURES[name]
    totals = [side.totals(groups) for side in (one, other)]
    few = any((errors[list(kept)] < ERRORS_FOR_A_RATIO).any() for errors, *_rest in totals)
    if len(kept) < 2 or (measure.kind is Kind.RATIO and few):  # noqa: PLR2004
        return None
    rates = [(errors[list(kept)] / trials[list(kept)]) for errors, trials, _s in totals]
    values = [float(measure.of(rate)) for rate in rates]
    if not all(np.isfinite(value) and value > 0 for value in values):
        return None
    variance = 0.0
    for place, group in enumerate(kept):
        units = _units(one, other, group)
        logs = []
        for side, rate, (errors, trials, _s) in zip((one, other), rates, totals, strict=True):
            table = np.tile(rate, (len(units), 1))
            counts = _Side(side, int(errors[group]), int(trials[group]))
            table[:, place] = _left_out(counts, units)
            logs.append(_log(measure.of(table)))
        left, n = logs[1] - logs[0], len(units)
        variance += (n - 1) / n * float(np.square(left - left.mean()).sum())
    ratio = values[1] / values[0]
    row: Row = {
        "measure": name, "value_a": rounded(values[0]), "value_b": rounded(values[1]),
        "ratio": rounded(ratio), "ci": None,
    }  # fmt: skip
    if np.isfinite(variance) and variance > 0:
        half = z_of(CONFIDENCE_LEVEL) * float(np.sqrt(variance))
        row["ci"] = {
            "lo": rounded(ratio * float(np.exp(-half))),
            "hi": rounded(ratio * float(np.exp(half))),
            "level": CONFIDENCE_LEVEL,
            "method": f"{PAIRED_JACKKNIFE} on the log",
        }
    return row


def _log(values: Rates) -> Rates:
    """Not a number where a measure without one subject has no logarithm."""
    return np.asarray(np.log(values, out=np.full(values.shape, np.nan), where=values > 0))


def of_cases(both: int, only_a: int, only_b: int, neither: int) -> Row:
    """The difference of two error rates on the same independent cases; at least one case.

    both : cases that both got wrong; only_a, only_b : that one alone did. Newcombe 1998 (part 2),
    method 10; p of McNemar's exact test.
    """
    n = both + only_a + only_b + neither
    rate_a, rate_b = (both + only_a) / n, (both + only_b) / n
    of_a, of_b = wilson(both + only_a, n), wilson(both + only_b, n)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    phi = 0.0
    if margins:
        top = float(both * neither - only_a * only_b)
        # Newcombe's own correction for continuity, which never turns the sign.
        top = max(top - n / 2, 0.0) if top > 0 else top
        phi = top / margins**0.5
    difference = rate_b - rate_a
    below = (rate_b - of_b.lo, of_a.hi - rate_a)
    above = (of_b.hi - rate_b, rate_a - of_a.lo)
    lo, hi = (float(np.sqrt(max(0.0, x * x - 2 * phi * x * y + y * y))) for x, y in (below, above))
    changed = only_a + only_b
    p = _sign_test(only_b, changed)
    return {
        "subjects": n,
        "difference": rounded(difference),
        "ci": _interval(difference - lo, difference + hi, "Newcombe, paired"),
        "p": rounded(p),
    }


def _sign_test(first: int, both: int) -> float:
    """The exact two-sided p of `first` of `both` under even odds (McNemar's exact test)."""
    if not both:
        return 1.0
    return min(1.0, float(2 * special.bdtr(min(first, both - first), both, 0.5)))
