"""Confidence intervals. Which one is honest depends on what repeats in the data (policy R5 a-e)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # not stats: its import alone takes 75 MB

from recognition_audit.limits import CONFIDENCE_LEVEL

INDEPENDENT = {1: "people", 2: "pairs"}  # of which so many subjects may stand in a comparison
EXACT_BELOW = 5  # errors or hits: below, Wilson is too short and Clopper-Pearson is used


@dataclass(frozen=True)
class Interval:
    """lo and hi are shares; `method` says how they were found, for the report."""

    lo: float
    hi: float
    method: str
    level: float = CONFIDENCE_LEVEL


def z_of(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))


def wilson(errors: int, trials: int, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Wilson's score interval (1927) for independent cases; trials > 0.

    >>> i = wilson(10, 100)
    >>> round(i.lo, 4), round(i.hi, 4)
    (0.0552, 0.1744)
    """
    z, p = z_of(level), errors / trials
    scale = 1 + z * z / trials
    middle = (p + z * z / (2 * trials)) / scale
    half = z / scale * np.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    lo = 0.0 if errors == 0 else max(0.0, middle - half)
    hi = 1.0 if errors == trials else min(1.0, middle + half)
    return Interval(float(lo), float(hi), "Wilson", level)


def clopper_pearson(errors: int, trials: int, level: float = CONFIDENCE_LEVEL) -> Interval:
    """The exact interval (1934) for independent cases; trials > 0."""
    tail = (1 - level) / 2
    lo = 0.0 if errors == 0 else float(special.betaincinv(errors, trials - errors + 1, tail))
    hi = (
        1.0
        if errors == trials
        else float(special.betaincinv(errors + 1, trials - errors, 1 - tail))
    )
    return Interval(lo, hi, "Clopper-Pearson", level)


def independent(errors: int, trials: int) -> Interval:
    """Policy (a): Wilson, and Clopper-Pearson where errors or hits are few."""
    if min(errors, trials - errors) <= EXACT_BELOW:
        return clopper_pearson(errors, trials)
    return wilson(errors, trials)


def at_least_this_wide(errors: int, trials: int) -> Interval:
    """Policy (e): comparisons without subject ids. The truth is wider; never call it 95 %."""
    return Interval(*_ends(wilson(errors, trials)), "at least this wide (no subject ids)")


def rule_of_three(subjects: int, level: float = CONFIDENCE_LEVEL, *, sides: int = 2) -> Interval:
    """Policy (d): no error among comparisons of so many subjects.

    sides : with how many subjects a comparison stands. Of pairs of two only subjects // 2 share
    nobody; one person's comparisons with themselves share nobody with another's.
    """
    pairs = max(1, subjects // sides)
    hi = 1 - (1 - level) ** (1 / pairs)
    return Interval(0.0, float(hi), f"no errors, independent {INDEPENDENT[sides]}", level)


def one_subject_decides(
    errors: int, trials: int, subjects: int, level: float = CONFIDENCE_LEVEL, *, sides: int = 2
) -> Interval:
    """Policy (b) where every error is one person's: there is one independent event, not `errors`.

    The limits of one Poisson event (Garwood 1936: 0.025 and 5.57 times), and no lower above than
    with no error at all. Mirrored where all but one person's comparisons are errors.
    """
    if errors * 2 > trials:
        other = one_subject_decides(trials - errors, trials, subjects, level, sides=sides)
        return Interval(1 - other.hi, 1 - other.lo, other.method, level)
    tail, rate = (1 - level) / 2, errors / trials
    few, many = special.gammaincinv(1, tail), special.gammaincinv(2, 1 - tail)
    hi = max(float(many) * rate, rule_of_three(subjects, level, sides=sides).hi)
    return Interval(float(few) * rate, min(1.0, hi), "one subject decides", level)


def subject_jackknife(
    errors_of: NDArray[np.int64],
    trials_of: NDArray[np.int64],
    errors: int,
    trials: int,
    *,
    sides: int = 2,
) -> Interval:
    """Policy (b): delete one subject at a time, on the logit scale.

    errors_of, trials_of : shape (subjects,), what each subject takes part in; a comparison of
    two subjects stands with both of them (sides 2; else 1). errors, trials : of all comparisons,
    each counted once.
    """
    subjects = int(np.count_nonzero(trials_of))
    if errors == 0:
        return rule_of_three(subjects, sides=sides)
    if errors == trials:
        mirrored = rule_of_three(subjects, sides=sides)
        return Interval(1 - mirrored.hi, 1.0, mirrored.method)
    error = logit_error(errors_of, trials_of, errors, trials)
    if error is None:
        return one_subject_decides(errors, trials, subjects, sides=sides)
    middle, z = float(special.logit(errors / trials)), z_of(CONFIDENCE_LEVEL)
    lo, hi = special.expit([middle - z * error, middle + z * error])
    return Interval(float(lo), float(hi), "subject jackknife on the logit")


def logit_error(
    errors_of: NDArray[np.int64], trials_of: NDArray[np.int64], errors: int, trials: int
) -> float | None:
    """The jackknife's standard error of the logit; None where leaving one out leaves no rate."""
    return _jackknife_error(errors_of, trials_of, errors, trials, special.logit)


def log_error(
    errors_of: NDArray[np.int64], trials_of: NDArray[np.int64], errors: int, trials: int
) -> float | None:
    """The jackknife's standard error of the logarithm of the rate."""
    return _jackknife_error(errors_of, trials_of, errors, trials, np.log)


def _jackknife_error(errors_of, trials_of, errors, trials, scale):  # type: ignore[no-untyped-def]
    there = trials_of > 0
    left_errors = errors - errors_of[there]
    left_trials = trials - trials_of[there]
    n = int(there.sum())
    if n <= 1 or (left_trials <= 0).any() or (left_errors <= 0).any():
        return None
    if (left_errors >= left_trials).any():
        return None
    leave_one_out = scale(left_errors / left_trials)
    spread = leave_one_out - leave_one_out.mean()
    return float(np.sqrt((n - 1) / n * np.square(spread).sum()))


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.lo, interval.hi
