"""Adjusted p-values against published examples, and the band against its promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recognition_audit.multiplicity import benjamini_hochberg, holm, max_t, max_t_independent

# Benjamini and Hochberg 1995, section 4: fifteen p-values of a myocardial infarction trial.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_benjamini_hochberg_claims_the_four_of_the_published_example():
    assert (benjamini_hochberg(np.array(PUBLISHED)) <= 0.05).sum() == 4


def test_holm_claims_the_three_of_the_published_example():
    assert (holm(np.array(PUBLISHED)) <= 0.05).sum() == 3


def test_benjamini_hochberg_is_scipys():
    p = np.random.default_rng(3).uniform(size=40) ** 3

    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_never_lowers_a_p_and_keeps_its_order(values):
    p = np.array(values)
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p)
        assert (adjusted >= p - 1e-15).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-15).all()
    assert (holm(p) >= benjamini_hochberg(p) - 1e-15).all()


def test_one_contrast_alone_is_not_adjusted():
    assert holm(np.array([0.03]))[0] == benjamini_hochberg(np.array([0.03]))[0] == 0.03


def test_the_band_of_independent_groups_is_sidaks():
    deviations = np.random.default_rng(5).standard_normal((40_000, 14))

    assert max_t(deviations, 0.95) == pytest.approx(max_t_independent(14, 0.95), abs=0.03)
    assert max_t_independent(1, 0.95) == pytest.approx(1.96, abs=0.001)


def test_the_band_holds_for_a_worst_group_picked_after_looking():
    # 14 groups that are equal: the highest estimate is high by chance.
    random = np.random.default_rng(11)
    estimates = random.standard_normal((4000, 14))
    worst = estimates.max(axis=1)

    alone = (np.abs(worst) <= 1.96).mean()
    together = (np.abs(worst) <= max_t_independent(14, 0.95)).mean()

    assert alone < 0.8
    assert together >= 0.945
