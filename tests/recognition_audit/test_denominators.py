"""The lesson of a published table: rates divided by all comparisons instead of by their own."""

import numpy as np
import pytest

from recognition_audit.denominators import check_fdr, check_rate
from recognition_audit.measures import MEASURES, equalised_odds, fdr, garbe, inequity, sd

# Mamede, Neto and Sequeira 2024, results/FMR_FNMR.csv and accuracies_and_fairness.csv of
# RafaelMMamede/Fairness_OCFR, the first row: RFW, Balanced34. 3,000 of each kind in each group.
FMR = [254 / 3000, 91 / 3000, 51 / 3000, 190 / 3000]
FNMR = [197 / 3000, 349 / 3000, 238 / 3000, 192 / 3000]
EACH = [3000] * 4


def test_the_published_fdr_follows_only_from_all_pairs():
    found = check_fdr("0.970", FMR, FNMR, EACH, EACH, name="FDR of Balanced34")

    assert found["id"] == "fdr-of-all-pairs"
    assert found["severity"] == "error"
    assert "it is 0.94" in found["message"]
    assert round(float(fdr(np.array(FMR), np.array(FNMR))), 3) == 0.940


def test_the_right_fdr_and_one_that_follows_from_nothing_are_not_flagged():
    assert check_fdr("0.940", FMR, FNMR, EACH, EACH) is None
    assert check_fdr("0.950", FMR, FNMR, EACH, EACH) is None


def test_rates_that_were_printed_rounded_are_flagged_too():
    rounded = [[round(rate, 3) for rate in rates] for rates in (FMR, FNMR)]

    assert check_fdr("0.970", *rounded, EACH, EACH, rates_rounded_to=3) is not None


def test_a_digit_that_both_denominators_explain_is_not_flagged():
    assert check_fdr("1.0", [0.01, 0.02], [0.01, 0.02], EACH[:2], EACH[:2]) is None


@pytest.mark.parametrize(
    ("printed", "flagged"), [("0.042", True), ("0.0423", True), ("0.085", False), ("0.050", False)]
)
def test_a_rate_over_all_pairs_is_flagged(printed, flagged):
    assert (check_rate(printed, 254, 3000, 6000, name="FMR") is not None) is flagged


def test_the_other_published_measures_of_the_row_are_reproduced():
    fmr, fnmr = np.array(FMR), np.array(FNMR)
    errors = (fmr + fnmr) / 2

    assert inequity(fmr, fnmr) == pytest.approx(3.0088038)
    assert garbe(fmr, fnmr) == pytest.approx(0.2887969)
    assert sd(errors) * 100 == pytest.approx(1.0699494)
    assert MEASURES["ser"].of(errors) == pytest.approx(1.5605536)
    assert equalised_odds(fmr, fnmr) == pytest.approx(0.0676667)
