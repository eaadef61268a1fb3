"""Summary measures by hand, and laws that every one of them keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition_audit.measures import (
    MEASURES,
    Kind,
    equalised_odds,
    fdr,
    garbe,
    gini,
    heterogeneity,
    inequity,
    max_over_gm,
    max_over_min,
    sd,
    werm,
)

FMR = np.array([0.01, 0.02, 0.04])
FNMR = np.array([0.10, 0.10, 0.30])
# Those that take rates, each with as many arrays as it takes.
OF_RATES = sorted(name for name in MEASURES if name != "any_differential")
rates = st.lists(st.floats(1e-6, 1), min_size=2, max_size=12).map(np.array)


def arrays(name, first, second):
    return (first, second) if len(MEASURES[name].metrics) > 1 else (first,)


def test_ratios_by_hand():
    assert max_over_min(FMR) == pytest.approx(4)
    assert max_over_gm(FMR) == pytest.approx(2)  # the geometric mean of 1, 2, 4 is 2
    assert inequity(FMR, FNMR) == pytest.approx(np.sqrt(4 * 3))
    third = 0.3 / (0.1 * 0.1 * 0.3) ** (1 / 3)
    assert werm(FMR, FNMR) == pytest.approx(np.sqrt(2 * third))


def test_gini_and_garbe_by_hand():
    # |differences| among 1, 2, 4: 1, 2, 3, each twice = 12; 3/2 · 12 / (2 · 9 · 7/3) = 3/7.
    assert gini(FMR) == pytest.approx(3 / 7)
    # among 1, 1, 3: 0, 2, 2, each twice = 8; 3/2 · 8 / (2 · 9 · 5/3) = 2/5.
    assert gini(FNMR) == pytest.approx(2 / 5)
    assert garbe(FMR, FNMR) == pytest.approx((3 / 7 + 2 / 5) / 2)
    assert garbe(FMR, FNMR, alpha=1) == pytest.approx(3 / 7)


def test_gini_of_everything_in_one_group_is_one():
    assert gini(np.array([0, 0, 0, 0.2])) == pytest.approx(1)


def test_differences_by_hand():
    assert fdr(FMR, FNMR) == pytest.approx(1 - (0.5 * 0.03 + 0.5 * 0.2))
    assert equalised_odds(FMR, FNMR) == pytest.approx(0.2)
    assert sd(np.array([1.0, 3.0])) == 1


def test_fdr_hardly_sees_a_hundredfold_false_match_rate():
    assert fdr(np.array([1e-5, 1e-3]), np.array([0.02, 0.02])) > 0.999


def test_heterogeneity_is_pearsons_chi_squared_over_its_degrees():
    # 10 of 100 and 30 of 100: 20 expected, X² = 4 · 100 / 20 / 0.8 / 2 = 12.5 in one degree.
    assert heterogeneity(np.array([10.0, 30.0]), np.array([100.0, 100.0])) == pytest.approx(12.5)
    assert heterogeneity(np.zeros(3), np.full(3, 50.0)) == 0


def test_a_rate_of_zero_is_never_divided_by():
    some = np.array([0.0, 0.2])

    assert np.isnan(max_over_min(some))
    assert np.isnan(max_over_gm(some))
    assert np.isnan(inequity(FMR[:2], some))
    assert np.isnan(gini(np.zeros(3)))
    assert np.isnan(gini(np.array([0.3])))


@pytest.mark.parametrize("name", OF_RATES)
@given(rates, rates, st.randoms())
def test_the_order_of_groups_does_not_matter(name, first, second, chance):
    n = min(len(first), len(second))
    order = list(range(n))
    chance.shuffle(order)
    measure = MEASURES[name]

    once = measure.of(*arrays(name, first[:n], second[:n]))
    again = measure.of(*arrays(name, first[:n][order], second[:n][order]))

    assert once == pytest.approx(again, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", OF_RATES)
def test_equal_groups_have_no_differential(name):
    measure, same = MEASURES[name], np.full(5, 0.03)

    value = measure.of(*arrays(name, same, same))

    assert measure.apart(value) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", OF_RATES)
@given(rates, rates)
def test_every_measure_stays_in_its_range(name, first, second):
    n = min(len(first), len(second))
    measure = MEASURES[name]

    value = float(measure.of(*arrays(name, first[:n], second[:n])))

    assert measure.apart(np.array(value)) >= -1e-9
    if measure.kind is not Kind.RATIO:
        assert -1e-9 <= value <= 1 + 1e-9


@pytest.mark.parametrize("name", OF_RATES)
def test_many_tables_at_once_are_each_alone(name):
    many = np.random.default_rng(1).uniform(0.01, 0.5, size=(2, 7, 4))
    measure = MEASURES[name]

    together = measure.of(*arrays(name, *many))

    alone = [measure.of(*arrays(name, first, second)) for first, second in zip(*many, strict=True)]
    assert together == pytest.approx(np.array(alone))


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_measure_says_what_it_is_and_what_it_hides(name):
    measure = MEASURES[name]

    assert all([measure.title, measure.words, measure.source, measure.limits])
    assert "bias" not in f"{measure.title} {measure.words}".lower()


def test_differences_agree_with_fairlearn():
    metrics = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")
    random = np.random.default_rng(7)
    truth, got, group = (random.integers(0, n, 4000) for n in (2, 2, 5))
    frame = metrics.MetricFrame(
        metrics={
            "tpr": metrics.true_positive_rate,
            "fpr": metrics.false_positive_rate,
            "selection": metrics.selection_rate,
        },
        y_true=truth,
        y_pred=got,
        sensitive_features=group,
    ).by_group

    assert equalised_odds(
        frame["tpr"].to_numpy(float), frame["fpr"].to_numpy(float)
    ) == pytest.approx(metrics.equalized_odds_difference(truth, got, sensitive_features=group))
    assert MEASURES["demographic_parity"].of(frame["selection"].to_numpy(float)) == pytest.approx(
        metrics.demographic_parity_difference(truth, got, sensitive_features=group)
    )
