"""At which score a system says “the same person”, and where that value comes from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.limits import ERRORS_AT_FIXED_RATE


@dataclass(frozen=True)
class Threshold:
    """A score, and its origin in words: vendor default, fixed on a set, …"""

    name: str
    value: float
    origin: str


def accepts(scores: NDArray[np.float64], value: float, polarity: str) -> NDArray[np.bool_]:
    """Which comparisons are accepted; a tie accepts (ISO/IEC 19795-1)."""
    return scores <= value if polarity == "distance" else scores >= value


def at_fixed_rate(impostors: NDArray[np.float64], rate: float, polarity: str) -> float:
    """The score that accepts at most this share of the impostor scores, and as near as possible.

    impostors : shape (n,). Needs n >= 30 / rate, so that 30 errors stand behind the value.
    """
    wanted = int(np.floor(rate * impostors.size))
    if wanted < ERRORS_AT_FIXED_RATE:
        raise BadInput(
            f"a false match rate of {rate:g} needs {int(np.ceil(ERRORS_AT_FIXED_RATE / rate)):,} "
            f"impostor comparisons; there are {impostors.size:,}. Choose a higher rate."
        )
    towards_match = np.sort(impostors if polarity == "distance" else -impostors)
    value = towards_match[wanted - 1]
    if wanted < towards_match.size and towards_match[wanted] == value:
        # Ties at the value would accept too many: step to the next stricter score.
        stricter = towards_match[towards_match < value]
        value = stricter[-1] if stricter.size else np.nextafter(value, -np.inf)
    return float(value if polarity == "distance" else -value)
