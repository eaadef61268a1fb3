"""At which score a system says “the same person”, and where that value comes from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.histogram import sign_of
from recognition_audit.limits import ERRORS_AT_FIXED_RATE


@dataclass(frozen=True)
class Threshold:
    """A score, and its origin in words: vendor default, fixed on a set, …

    tuned : it was fixed on the very data that are measured with it.
    """

    name: str
    value: float
    origin: str
    tuned: bool = False


def accepts(scores: NDArray[Any], value: float, polarity: str) -> NDArray[np.bool_]:
    """Which comparisons are accepted; a tie accepts (ISO/IEC 19795-1).

    32-bit scores are compared as the 64-bit numbers that they are.
    """
    if scores.dtype == np.float32:
        value = _as_float32(value, polarity)
    return scores <= value if polarity == "distance" else scores >= value


def _as_float32(value: float, polarity: str) -> Any:
    """The 32-bit number that accepts the same 32-bit scores as the value does."""
    near = np.float32(value)
    if polarity == "distance":
        return np.nextafter(near, np.float32(-np.inf)) if float(near) > value else near
    return np.nextafter(near, np.float32(np.inf)) if float(near) < value else near


def errors_wanted(impostors: int, rate: float, *, of: str = "") -> int:
    """How many of so many impostors may be accepted at a rate; raises BadInput where too few.

    of : the group that they are of; empty: all.
    """
    exact = Fraction(repr(float(rate)))  # as it was written: 0.00015 of 200,000 are 30, not 29.999…
    wanted = math.floor(exact * impostors)
    if wanted < ERRORS_AT_FIXED_RATE:
        raise BadInput(
            f"a false match rate of {rate:g} needs {math.ceil(ERRORS_AT_FIXED_RATE / exact):,} "
            f"impostor comparisons{f' of {of}' if of else ''}; there are {impostors:,}. Choose a "
            "higher rate."
        )
    return wanted


def at_fixed_rate(impostors: NDArray[np.float64], rate: float, polarity: str) -> float:
    """The score that accepts at most this share of the impostor scores, and as near as possible.

    impostors : shape (n,). Needs n >= 30 / rate, so that 30 errors stand behind the value.
    """
    sign = sign_of(polarity)
    values, counts = np.unique(sign * impostors, return_counts=True)
    return sign * of_counts(values, counts, errors_wanted(impostors.size, rate))


def of_counts(values: NDArray[Any], counts: NDArray[np.int64], wanted: int) -> float:
    """The similarity that accepts at most `wanted` of these, and as near as possible.

    values : distinct similarities, ascending, shape (n,), and how often each is there. Only
    those around the place are needed, with what is accepted above them taken off `wanted`.
    """
    accepted = np.cumsum(counts[::-1])
    # Ties at a value are accepted together; where they would be too many, the next stricter.
    last = int(np.searchsorted(accepted, wanted, side="right")) - 1
    return float(values[-1 - last]) if last >= 0 else math.nextafter(float(values[-1]), math.inf)


def named(values: Sequence[float], origins: Sequence[str]) -> list[Threshold]:
    """Thresholds given by value; one origin may stand for all of them; raises BadInput."""
    if len(origins) not in (1, len(values)):
        words = f"{len(values)} thresholds and {len(origins)} origins: give one for each, or one"
        raise BadInput(words)
    of_each = list(origins) * (len(values) if len(origins) == 1 else 1)
    return [
        Threshold(f"{value:g}", value, origin)
        for value, origin in zip(values, of_each, strict=True)
    ]
