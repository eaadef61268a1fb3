"""How often a nominal 95 % interval holds the truth: every row of research R5's table.

Slow: `SLOW=1 pytest tests/recognition_audit/test_coverage.py`. A score is the sum of both subjects'
effects, which explain a share of its variance, and noise; the truth is known by construction.
"""

import os

import numpy as np
import pytest

from recognition_audit import differentials
from recognition_audit.intervals import subject_jackknife, wilson
from recognition_audit.measures import MEASURES
from recognition_audit.pair_counts import PairCounts
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold
from tests.recognition_audit.simulated import Comparisons, all_pairs, batch_of_matrix, cut

ROUNDS = 1000
# subjects, FMR, share; and what the table says of the jackknife and of Wilson's interval.
ROWS = [
    (50, 0.01, 0.4, 0.98, 0.76),
    (50, 0.001, 0.4, 0.98, 0.95),
    (100, 0.01, 0.4, 0.97, 0.60),
    (300, 0.01, 0.1, 0.96, 0.68),
    (300, 0.01, 0.4, 0.94, 0.37),
    (300, 0.001, 0.4, 0.96, 0.65),
    (100, 0.01, 0.0, 1.00, 0.96),
]
slow = pytest.mark.skipif(not os.environ.get("SLOW"), reason="slow: run with SLOW=1")


def covered(subjects, rate, share, rounds=ROUNDS):
    """How often the jackknife's and Wilson's interval hold the truth."""
    random = np.random.default_rng([subjects, int(rate * 1e6), int(share * 10)])
    upper = np.triu(np.ones((subjects, subjects), dtype=bool), 1)
    trials = subjects * (subjects - 1) // 2
    trials_of = np.full(subjects, subjects - 1)
    held = np.zeros(2)
    for _round in range(rounds):
        matched = (all_pairs(random, subjects, share) >= cut(rate)) & upper
        errors_of = matched.sum(axis=0) + matched.sum(axis=1)
        errors = int(matched.sum())
        jackknife = subject_jackknife(errors_of, trials_of, errors, trials)
        for place, interval in enumerate((jackknife, wilson(errors, trials))):
            held[place] += interval.lo <= rate <= interval.hi
    return held / rounds


@slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("subjects", "rate", "share", "jackknife", "wilson"), ROWS)
def test_the_jackknife_holds_what_it_promises(subjects, rate, share, jackknife, wilson):
    found, usual = covered(subjects, rate, share)

    assert found >= 0.93
    assert found == pytest.approx(jackknife, abs=0.035)
    assert usual == pytest.approx(wilson, abs=0.06)


# Groups of 80 subjects whose true rates are these: a ratio of 4, and of 2.
TRUE_RATES = (0.02, 0.04, 0.08)


def audited(random, rates, subjects=80, share=0.3):
    """The differentials of one made-up audit; the groups' cuts differ, so their rates do."""
    group_of = np.repeat(np.arange(len(rates)), subjects)
    scores = all_pairs(random, len(group_of), share)
    cuts = np.array([cut(rate) for rate in rates])
    # Within a group its own cut decides; across groups, the middle of both.
    scores -= (cuts[group_of][:, None] + cuts[group_of][None, :]) / 2
    batch = batch_of_matrix(scores, group_of)
    tally = Tally((0.0,), "similarity")
    tally.add(batch, len(group_of), len(rates))
    names = [f"g{number}" for number in range(len(rates))]
    pairs = PairCounts.from_batches([batch], (0.0,), "similarity", across=True, each=1)
    return differentials.of_comparison(
        tally, Comparisons(group_of, names), [Threshold("t", 0.0, "")], pair_counts=pairs,
        replicates=500, permutations=1,
    )  # fmt: skip


@slow
@pytest.mark.timeout(600)
def test_intervals_of_ratios_and_measures_hold_what_they_promise():
    random, rounds, held = np.random.default_rng(12), 400, {"contrast": 0}
    rates = np.array(TRUE_RATES)
    truth = {
        name: float(MEASURES[name].of(rates)) for name in ("max_over_min", "max_over_gm", "gini")
    }
    for _round in range(rounds):
        parts = audited(random, TRUE_RATES)
        row = next(r for r in parts["contrasts"] if {r["a"], r["b"]} == {"g1", "g2"})
        true = 2 if row["a"] == "g2" else 0.5
        held["contrast"] += row["ci"]["lo"] <= true <= row["ci"]["hi"]
        for row in parts["differentials"]:
            if row["measure"] in truth:
                within = row["ci"]["lo"] <= truth[row["measure"]] <= row["ci"]["hi"]
                held[row["measure"]] = held.get(row["measure"], 0) + within
    assert min(held.values()) / rounds >= 0.93


@slow
@pytest.mark.timeout(600)
def test_the_band_of_the_worst_of_eight_equal_groups_holds_what_it_promises():
    random, rounds, held = np.random.default_rng(13), 200, 0
    for _round in range(rounds):
        (band,) = audited(random, (0.03,) * 8, subjects=50)["bands"]
        held += band["lo"] <= 0.03 <= band["hi"]

    assert held / rounds >= 0.93


@slow
@pytest.mark.timeout(600)
def test_the_jackknife_of_mated_comparisons_holds_what_it_promises():
    # 100 people with 4 mated comparisons each, whose own rate varies around 5 %.
    random, rounds, held = np.random.default_rng(14), 1000, 0
    for _round in range(rounds):
        own = random.beta(0.5, 9.5, size=100)
        errors_of = random.binomial(4, own)
        interval = subject_jackknife(errors_of, np.full(100, 4), int(errors_of.sum()), 400)
        held += interval.lo <= 0.05 <= interval.hi
    assert held / rounds >= 0.93
