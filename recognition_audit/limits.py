"""How much data a figure needs before it may be shown, and what is said where there is less."""

from enum import StrEnum

# Below these a figure is not shown at all (research R5, "small samples").
SUBJECTS_MIN = 30
TRIALS_MIN = 10
# Doddington's rule of 30: below 30 errors a rate is within ±30 % less often than 90 % of the time.
ERRORS_FOR_A_RATE = 30
ERRORS_FOR_A_RATIO = 5
# A fixed false match rate needs so many errors to be found at all.
ERRORS_AT_FIXED_RATE = 30
CONFIDENCE_LEVEL = 0.95
# Of every random number, unless the caller names another: the day Amazon paused police sales.
SEED = 20200610
BYTES_OF_A_CELL_MAX = 1_000_000


class Adequacy(StrEnum):
    ENOUGH = "enough"
    INDICATIVE = "indicative"
    TOO_FEW = "too few"


def adequacy(errors: int, trials: int, subjects: int | None) -> Adequacy:
    """Whether a rate may be shown, and how firmly. subjects None: not known."""
    if trials < TRIALS_MIN or (subjects is not None and subjects < SUBJECTS_MIN):
        return Adequacy.TOO_FEW
    return Adequacy.ENOUGH if errors >= ERRORS_FOR_A_RATE else Adequacy.INDICATIVE
