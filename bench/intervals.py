"""How long the statistics take on the 6.8 M dlib distances of 14 groups.

`python -m bench.intervals`. Targets (issue 4): 2 s for closed forms, 5 s with 2,000 bootstraps.
The loop over pairs is what the two-way bootstrap would cost without matrices.
"""

import time
from functools import partial

import numpy as np

from config.embedded import ROOT
from recognition_audit.bootstrap import REPLICATES, weights
from recognition_audit.comparison_rates import rates
from recognition_audit.differentials import of_comparison
from recognition_audit.engine import Plan, Threads
from recognition_audit.groups import sizes
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.opening import opened
from recognition_audit.thresholds import Threshold

FOLDER = ROOT / "evidence" / "samples" / "dlib-fairface-impostors"
AXES = ["race", "gender"]


def counted(values):
    """The tally with its accepted pairs, and how long reading and counting took."""
    start = time.perf_counter()
    path, subjects = FOLDER / "condensed_distances.parquet", FOLDER / "subjects.csv"
    source = opened(path, "matrix", subjects, "distance", AXES, None).source
    count = Threads().count(source, Plan(values, first=True, pairs="across"), None)
    made = Comparisons(
        source.polarity, source.has_subjects, count.units, count.oddities, count.rows
    )
    return count.tally, made, time.perf_counter() - start


def timed(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def loop_over_pairs(tally, group_of, replicates):
    """The same replicates of the 14 groups by weighing every accepted pair."""
    pairs = tally.pair_counts
    same = group_of[pairs.first] == group_of[pairs.second]
    first, second = pairs.first[same], pairs.second[same]
    groups = group_of[first]
    for chunk in weights(group_of, replicates, 1):
        for one in chunk.T:
            np.bincount(groups, weights=one[first] * one[second])


def measure(values):
    tally, comparisons, reading = counted(values)
    steps = [Threshold(f"{value:g}", value, "given") for value in values]
    of_groups = sizes(tally, comparisons)
    audit = partial(of_comparison, tally, comparisons, steps)
    pairs, tenth = tally.pair_counts, REPLICATES // 10
    group_of = comparisons.units.group_of_unit()
    told = {
        "reading and counting": reading,
        "every rate with its jackknife": timed(
            lambda: list(rates(tally, comparisons, steps, of_groups))
        ),
        "measures, contrasts, bands by the jackknife": timed(partial(audit, permutations=1)),
        "the same by 2,000 two-way bootstraps of 3 views": timed(
            partial(audit, pair_counts=pairs, permutations=1)
        ),
        "and 1,000 shuffles of the labels": timed(partial(audit, pair_counts=pairs)),
        "a loop over pairs for 1 view (from a tenth)": 10
        * timed(partial(loop_over_pairs, tally, group_of, tenth)),
    }
    print(f"{len(values)} threshold(s), {len(pairs):,} accepted pairs")
    for words, seconds in told.items():
        print(f"  {words}: {seconds:.2f} s")


if __name__ == "__main__":
    measure((0.6,))
    measure((0.6, 0.5))
