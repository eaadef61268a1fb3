"""Rates of 1:1 comparison, from a tally."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition_audit.intervals import (
    Interval,
    at_least_this_wide,
    subject_jackknife,
)
from recognition_audit.metrics.base import Metric, register
from recognition_audit.tally import Tally

FMR = register(
    Metric(
        name="FMR",
        title="False match rate",
        words="two different people were taken for one",
        errors="comparisons of two people that the system accepted",
        trials="comparisons of two people",
        source="ISO/IEC 19795-1",
    )
)
FNMR = register(
    Metric(
        name="FNMR",
        title="False non-match rate",
        words="one person was taken for two",
        errors="comparisons of one person with themselves that the system refused",
        trials="comparisons of one person with themselves",
        source="ISO/IEC 19795-1",
    )
)
FNMR_OF_ALL = register(
    Metric(
        name="FNMR_of_all",
        title="False non-match rate over all attempts",
        words="one person was taken for two, or could not be compared",
        errors="comparisons of one person with themselves that were refused or could not be made",
        trials="comparisons of one person with themselves, made or not",
        source="ISO/IEC 19795-1, whose false rejection rate counts failures too",
    )
)


@dataclass(frozen=True)
class Cell:
    """Counts of one cell, and by unit for leaving one out. Arrays of shape (units in it,).

    sides : with how many units a comparison stands, 2 of impostors and 1 of mates.
    """

    errors: int
    trials: int
    subjects: int
    errors_of: NDArray[np.int64]
    trials_of: NDArray[np.int64]
    sides: int = 2

    def interval(self, *, has_subjects: bool) -> Interval | None:
        """None where there is nothing to measure."""
        if self.trials == 0:
            return None
        if not has_subjects:
            return at_least_this_wide(self.errors, self.trials)
        return subject_jackknife(
            self.errors_of, self.trials_of, self.errors, self.trials, sides=self.sides
        )


def impostor_cell(
    tally: Tally, step: int, group_of: NDArray[np.int64], first: set[int], second: set[int]
) -> Cell:
    """False matches between two sets of groups; equal sets for the rate within a group.

    group_of : the group of each unit, shape (units,).
    """
    in_first, in_second = (_are_of(tally, group_of, groups) for groups in (first, second))
    errors_of = np.zeros(len(group_of), dtype=np.int64)
    trials_of = np.zeros(len(group_of), dtype=np.int64)
    for mine, others in ((in_first, second), (in_second, first)):
        columns = sorted(others)
        errors_of[mine] = tally.false_matches[step][mine][:, columns].sum(axis=1)
        trials_of[mine] = tally.impostors[mine][:, columns].sum(axis=1)
    there = (in_first | in_second) & (trials_of > 0)
    # Each comparison stands with both of its units.
    return Cell(
        int(errors_of[there].sum()) // 2,
        int(trials_of[there].sum()) // 2,
        int(there.sum()),
        errors_of[there],
        trials_of[there],
    )


def mated_cell(tally: Tally, step: int, group_of: NDArray[np.int64], groups: set[int]) -> Cell:
    """False non-matches of the people of some groups."""
    there = _are_of(tally, group_of, groups) & (tally.mated > 0)
    errors_of, trials_of = tally.false_non_matches[step][there], tally.mated[there]
    errors, trials = int(errors_of.sum()), int(trials_of.sum())
    return Cell(errors, trials, int(there.sum()), errors_of, trials_of, sides=1)


def _are_of(tally: Tally, group_of: NDArray[np.int64], groups: set[int]) -> NDArray[np.bool_]:
    """Which units are of these groups; shape (units,). A unit without a label has the group -1."""
    chosen = np.zeros(tally.impostors.shape[1] + 1, dtype=bool)
    chosen[list(groups)] = True
    found: NDArray[np.bool_] = chosen[group_of]
    return found
