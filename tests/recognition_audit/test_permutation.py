"""Shuffled labels: by hand, against brute force, and a p that is true under the null."""

from itertools import permutations

import numpy as np
import pytest

from recognition_audit import permutation
from recognition_audit.cells import View
from recognition_audit.measures import heterogeneity
from recognition_audit.pair_counts import PairCounts
from recognition_audit.readers.comparisons import Batch
from recognition_audit.tally import Tally
from recognition_audit.views import views
from tests.recognition_audit.simulated import all_pairs, batch_of_matrix, cut

LOOKS = [View.of(*view) for view in views(["group"], [("x",), ("y",)])]


def counted(scores, group_of, rate=0.05, **scope):
    batch = batch_of_matrix(scores, group_of)
    tally = Tally((cut(rate),), "similarity")
    tally.add(batch, len(scores), int(max(group_of)) + 1)
    scope = {"across": True} | scope
    return tally, PairCounts.from_batches([batch], tally.thresholds, "similarity", **scope)


def test_pairs_are_counted_by_the_labels_that_they_are_given():
    pairs = PairCounts(
        first=np.array([0, 0, 2]), second=np.array([1, 2, 3]),
        trials=np.array([2, 1, 1]), errors=np.array([[1, 1, 0]]), across=True,
    )  # fmt: skip
    form = permutation.PairLabels(pairs, pairs.trials, 2)

    assert form.of(np.array([0, 0, 1, 1])).tolist() == [[2, 1], [0, 1]]
    assert form.of(np.array([0, 1, 1, 0])).tolist() == [[0, 3], [1, 0]]


def test_shuffling_few_subjects_reaches_what_all_orders_reach():
    scores = all_pairs(np.random.default_rng(8), 6, 0.4)
    group_of = np.array([0, 0, 0, 1, 1, 1])
    tally, pairs = counted(scores, group_of, rate=0.4)

    draws = permutation.of_comparison(tally, pairs, group_of, LOOKS, permutations=600)

    found = {tuple(row) for row in draws["FMR", 0, 0].errors.tolist()}
    matched = scores >= cut(0.4)
    every = set()
    for order in set(permutations(group_of.tolist())):
        inside = [[i for i in range(6) if order[i] == g] for g in (0, 1)]
        every.add(
            tuple(float(sum(matched[i, j] for i in one for j in one if i < j)) for one in inside)
        )
    assert found == every
    assert (draws["FMR", 0, 0].trials == 3).all()


def test_accepted_pairs_alone_give_the_same_null():
    scores, group_of = all_pairs(np.random.default_rng(4), 60, 0.3), np.repeat([0, 1], 30)
    tally, every = counted(scores, group_of)
    _same, accepted = counted(scores, group_of, each=1)

    one, other = (
        permutation.of_comparison(tally, pairs, group_of, LOOKS, permutations=50)["FMR", 0, 0]
        for pairs in (every, accepted)
    )

    assert (one.errors == other.errors).all()
    assert (one.trials == other.trials).all()


def test_without_pairs_across_groups_there_is_no_null():
    scores, group_of = all_pairs(np.random.default_rng(4), 60, 0.3), np.repeat([0, 1], 30)
    tally, pairs = counted(scores, group_of, across=False)

    assert permutation.of_comparison(tally, pairs, group_of, LOOKS, permutations=5) == {}
    assert permutation.of_comparison(tally, None, group_of, LOOKS, permutations=5) == {}


def held(kept, *, seed=5, each=60):
    """The null of two groups, of whose comparisons those are held for which `kept` is true."""
    random, group_of = np.random.default_rng(seed), np.repeat([0, 1], each)
    first, second = np.triu_indices(2 * each, 1)
    there = kept(random.uniform(size=len(first)), group_of[first], group_of[second])
    first, second = first[there], second[there]
    score, mated = random.uniform(size=len(first)), np.zeros(len(first), dtype=bool)
    batch = Batch(score, first, second, group_of[first], group_of[second], mated)
    tally = Tally((0.9,), "similarity")
    tally.add(batch, 2 * each, 2)
    pairs = PairCounts.from_batches([batch], (0.9,), "similarity", across=True)
    return permutation.of_comparison(tally, pairs, group_of, LOOKS, permutations=60)


def test_pairs_left_out_at_random_leave_the_null():
    assert ("FMR", 0, 0) in held(lambda drawn, _one, _other: drawn < 0.8)


@pytest.mark.parametrize(
    "kept",
    [
        lambda _drawn, one, other: one == other,
        lambda drawn, one, other: (one != other) | (drawn < 0.15),
        lambda drawn, one, other: (drawn < 0.5) | (one + other == 2),
    ],
)
def test_where_pairs_were_chosen_by_group_there_is_no_null(kept):
    """Shuffled groups would be compared more or less often than the groups are."""
    assert held(kept) == {}


def test_p_of_equal_groups_is_uniform_although_pairs_share_people():
    random, small = np.random.default_rng(21), 0
    group_of = np.repeat([0, 1], 40)
    for _round in range(200):
        tally, pairs = counted(all_pairs(random, 80, 0.4), group_of, each=1)
        null = permutation.of_comparison(tally, pairs, group_of, LOOKS, permutations=99)
        errors = np.array([tally.false_matches[0][group_of == g, g].sum() / 2 for g in (0, 1)])
        trials = np.array([780.0, 780.0])
        values = heterogeneity(null["FMR", 0, 0].errors, null["FMR", 0, 0].trials)
        small += permutation.p_value(float(heterogeneity(errors, trials)), values) <= 0.1

    # 20 of 200 are expected; 99 % of such rounds see between 10 and 31.
    assert 10 <= small <= 31


def test_p_is_never_zero_and_counts_ties_and_unknown_values():
    assert permutation.p_value(5.0, np.array([1.0, 2.0, 3.0])) == 1 / 4
    assert permutation.p_value(2.0, np.array([1.0, 2.0, np.nan])) == 3 / 4


def test_independent_errors_are_dealt_out_among_the_groups():
    draws = permutation.of_cases(np.array([30, 10]), np.array([100, 300]))

    assert (draws.errors.sum(axis=1) == 40).all()
    assert draws.errors[:, 0].mean() == pytest.approx(10, abs=0.4)


def test_more_cases_than_numpy_can_deal_are_dealt_all_the_same():
    draws = permutation.of_cases(np.array([3000, 1000]), np.array([10**9, 3 * 10**9]))

    assert draws.errors[:, 0].mean() == pytest.approx(1000, rel=0.01)
