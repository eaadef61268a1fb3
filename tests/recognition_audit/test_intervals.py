"""Intervals by hand, against scipy's, and laws that each keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recognition_audit.intervals import (
    at_least_this_wide,
    clopper_pearson,
    independent,
    log_error,
    logit_error,
    one_subject_decides,
    rule_of_three,
    subject_jackknife,
    wilson,
)

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_independent_cases_are_as_scipy_has_them(count):
    errors, trials = count
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = stats.binomtest(errors, trials).proportion_ci(method=method)
        mine = ours(errors, trials)
        assert (mine.lo, mine.hi) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(
    ("errors", "method"), [(0, "Clopper-Pearson"), (5, "Clopper-Pearson"), (6, "Wilson")]
)
def test_few_errors_or_few_hits_take_the_exact_interval(errors, method):
    assert independent(errors, 100).method == method
    assert independent(100 - errors, 100).method == method


def test_amazons_darker_women_of_actionable_auditing():
    # Research R1.2: 85 of 271, and 0 of 386 lighter men.
    assert [round(end * 100, 1) for end in (wilson(85, 271).lo, wilson(85, 271).hi)] == [26.1, 37.1]
    assert round(wilson(0, 386).hi * 100, 2) == 0.99


def test_no_error_among_few_people_says_little_however_many_pairs():
    # 40 people make 780 pairs, but 20 that share nobody: 1 - 0.05^(1/20).
    assert subject_jackknife(np.zeros(40, int), np.full(40, 39), 0, 780).hi == pytest.approx(
        1 - 0.05 ** (1 / 20)
    )
    assert rule_of_three(1).hi == pytest.approx(0.95)


def test_the_jackknife_by_hand():
    # Three people with 4, 4 and 4 comparisons; 1, 2 and 1 errors of 2 in all, each with two people.
    errors_of, trials_of = np.array([1, 2, 1]), np.array([4, 4, 4])
    left = np.array([(2 - 1) / 2, (2 - 2) / 2, (2 - 1) / 2])

    assert logit_error(errors_of, trials_of, 2, 6) is None  # without the second, no error is left
    more = np.array([1, 1, 2])
    left = np.log([2 / 4, 2 / 4, 1 / 4])
    by_hand = np.sqrt(2 / 3 * ((left - left.mean()) ** 2).sum())
    assert log_error(more, np.array([2, 2, 2]), 3, 6) == pytest.approx(by_hand)


def test_where_one_person_decides_the_interval_holds_the_rate_and_no_error_at_all():
    # One accepted pair of 1,225 among 50 people: Poisson's limits of one event, 0.0253 and 5.57.
    interval = subject_jackknife(np.array([1, 1] + [0] * 48), np.full(50, 49), 1, 1225)

    assert interval.method == "one subject decides"
    assert interval.lo == pytest.approx(0.025318 / 1225, rel=1e-4)
    assert interval.hi == rule_of_three(50).hi
    all_of_one = one_subject_decides(300, 1225, 50)
    assert all_of_one.hi == 1
    assert all_of_one.lo == pytest.approx(0.025318 * 300 / 1225, rel=1e-4)


def test_many_errors_are_mirrored():
    few, most = one_subject_decides(7, 100, 50), one_subject_decides(93, 100, 50)

    assert (most.lo, most.hi) == pytest.approx((1 - few.hi, 1 - few.lo))


matrices = st.integers(2, 9).flatmap(
    lambda n: st.lists(st.booleans(), min_size=n * n, max_size=n * n).map(
        lambda cells: np.triu(np.array(cells).reshape(n, n), 1)
    )
)


@given(matrices)
def test_the_interval_of_any_scores_holds_the_rate(matched):
    n, errors = len(matched), int(matched.sum())
    errors_of = matched.sum(axis=0) + matched.sum(axis=1)
    trials = n * (n - 1) // 2

    interval = subject_jackknife(errors_of, np.full(n, n - 1), errors, trials)

    assert 0 <= interval.lo <= errors / trials + 1e-12
    assert errors / trials - 1e-12 <= interval.hi <= 1


def test_without_subject_ids_the_method_never_says_95():
    assert at_least_this_wide(3, 90).method == "at least this wide (no subject ids)"


def test_mated_comparisons_of_two_people_share_nobody():
    """40 people without a miss: 1 - 0.05^(1/40), where pairs of two would give 1 - 0.05^(1/20)."""
    zeros, ones = np.zeros(40, int), np.ones(40, int)

    mated = subject_jackknife(zeros, ones, 0, 40, sides=1)
    assert mated.hi == pytest.approx(1 - 0.05 ** (1 / 40))
    assert mated.method == "no errors, independent people"
    assert subject_jackknife(zeros, ones, 0, 20).hi == pytest.approx(1 - 0.05 ** (1 / 20))
