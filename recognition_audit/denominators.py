"""Published figures that hold only with the wrong denominator.

A false match rate is over impostor comparisons, a false non-match rate over mated ones. Divided by
all comparisons together, both shrink, and every measure made of differences calls the system more
equal than it is: a 2024 paper printed an FDR of 0.970 where its own rates give 0.940.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from recognition_audit.measures import WEIGHT_OF_FALSE_MATCHES, fdr

Row = dict[str, Any]
RATE_OF_ALL_PAIRS = "rate-of-all-pairs"
FDR_OF_ALL_PAIRS = "fdr-of-all-pairs"


def check_rate(printed: str, errors: int, own: int, every: int, *, name: str) -> Row | None:
    """A row of `checks` when a printed rate is errors / every and cannot be errors / own.

    printed : a share, as printed: its digits say how it was rounded. own : comparisons of its
    kind; every : all of them. name : what the rate is, for the message.

    >>> check_rate("0.042", 254, 3000, 6000, name="FMR of x")["id"]
    'rate-of-all-pairs'
    >>> check_rate("0.085", 254, 3000, 6000, name="FMR of x") is None
    True
    """
    if _reads(printed, errors / own) or not _reads(printed, errors / every):
        return None
    words = (
        f"{name} is printed as {printed}: that is {errors:,} of all {every:,} comparisons. Of the "
        f"{own:,} of its kind it is {errors / own:.4g}"
    )
    return {"id": RATE_OF_ALL_PAIRS, "severity": "error", "message": words, "count": 1}


def check_fdr(
    printed: str,
    fmr: Sequence[float],
    fnmr: Sequence[float],
    impostors: Sequence[int],
    mated: Sequence[int],
    *,
    alpha: float = WEIGHT_OF_FALSE_MATCHES,
    rates_rounded_to: int | None = None,
    name: str = "the FDR",
) -> Row | None:
    """A row of `checks` when a printed FDR follows only from rates divided by all comparisons.

    fmr, fnmr : of each group over its own kind, shares, shape (groups,), as are the numbers of
    comparisons. rates_rounded_to : the decimals that the rates were printed with, None if exact.
    """
    share = np.asarray(impostors, float) / (np.asarray(impostors) + np.asarray(mated))
    right, wrong = fdr_both_ways(fmr, fnmr, share, 1 - share, alpha=alpha)
    # Each difference is of two rounded rates, each off by half a unit of its last digit.
    slack = 0.0 if rates_rounded_to is None else 10.0**-rates_rounded_to
    if _reads(printed, right, slack) or not _reads(printed, wrong, slack):
        return None
    words = (
        f"{name} is printed as {printed}: that follows from rates divided by all comparisons. "
        f"Divided by impostor and by mated comparisons it is {right:.4g}"
    )
    return {"id": FDR_OF_ALL_PAIRS, "severity": "error", "message": words, "count": 1}


def fdr_both_ways(
    fmr: Sequence[float],
    fnmr: Sequence[float],
    impostors: Any,
    mated: Any,
    *,
    alpha: float = WEIGHT_OF_FALSE_MATCHES,
) -> tuple[float, float]:
    """FDR of groups' rates, and the one of rates divided by all comparisons.

    impostors, mated : their shares of all comparisons, of the groups of each rate in its order.
    """
    of_fmr, of_fnmr = np.asarray(fmr, float), np.asarray(fnmr, float)
    wrong = fdr(of_fmr * np.asarray(impostors), of_fnmr * np.asarray(mated), alpha)
    return float(fdr(of_fmr, of_fnmr, alpha)), float(wrong)


def _reads(printed: str, value: float, slack: float = 0.0) -> bool:
    """Whether a value, rounded as what is printed, reads like it; a half may go either way."""
    number = Decimal(printed)
    half = Decimal(5) * Decimal(10) ** (int(number.as_tuple().exponent) - 1)
    return abs(Decimal(value) - number) <= half + Decimal(slack) + Decimal("1e-12")
