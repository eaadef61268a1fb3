"""Bins with exact edges: the same counts whatever came first, and exact thresholds from them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recognition_audit.curves import d_prime, det, equal_error_rate, shift, sweep, sweep_edges
from recognition_audit.histogram import BINS, NO_ENDS, Histograms, Scale, quantiles
from recognition_audit.thresholds import accepts, errors_wanted
from recognition_audit.verification import equal_error_rate as of_scores

scores = st.lists(
    st.floats(-1e6, 1e6) | st.floats(-1, 1, width=32) | st.sampled_from([0.0, 0.5, 1.0, 1e-30]),
    min_size=1,
    max_size=60,
)
polarities = st.sampled_from(["distance", "similarity"])


def filled(values, polarity="similarity", dtype=np.float64, ends=NO_ENDS):
    histograms = Histograms(polarity, ends=ends)
    values = np.array(values, dtype=dtype)
    histograms.add(np.zeros(len(values), dtype=np.int64), 1, values)
    return histograms


def content(histograms):
    histograms.finish()
    counts = {cell: histograms.counts(cell).tolist() for cell in histograms.rows}
    return histograms.scale, histograms.low, histograms.high, counts


@given(scores, scores, scores, polarities)
def test_any_split_and_order_gives_the_same_histogram(first, second, third, polarity):
    whole = filled(first + second + third, polarity)
    parts = [filled(part, polarity) for part in (third, first, second)]
    parts[0].absorb(parts[1])
    parts[0].absorb(parts[2])

    piecewise = filled(second, polarity)
    for part in (first, third):
        piecewise.add(np.zeros(len(part), dtype=np.int64), 1, np.array(part))

    assert content(parts[0]) == content(whole) == content(piecewise)


@given(scores, scores, polarities)
def test_a_scale_that_begins_with_known_ends_ends_as_any_other(first, second, polarity):
    known = filled(second, polarity).ends
    parts = [filled(part, polarity, ends=known) for part in (first, second)]
    parts[0].absorb(parts[1])

    assert content(parts[0]) == content(filled(first + second, polarity))


@given(scores, polarities)
def test_what_an_edge_accepts_is_counted_exactly(values, polarity):
    histograms = filled(values, polarity)
    histograms.finish()
    counts = histograms.total(lambda _cell: True)
    assert counts.sum() == len(values)

    edges = histograms.scale.edges()
    for place in np.flatnonzero(counts)[:5]:
        by_hand = accepts(np.array(values), histograms.sign * edges[place], polarity).sum()
        assert counts[place:].sum() == by_hand


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_scale_holds_its_ends_and_is_the_finest(low, high):
    low, high = sorted((low, high))
    scale = Scale.covering(low, high)

    assert scale.holds(low, high)
    assert 0 <= scale.place(low) <= scale.place(high) < BINS


@given(scores)
def test_32_bit_scores_stand_in_the_bins_of_their_64_bit_values(values):
    values = np.array(values, dtype=np.float32)

    assert content(filled(values, dtype=np.float32)) == content(filled(values))


@given(st.lists(st.floats(0, 1, width=32), min_size=1), st.floats(0, 1), polarities)
def test_32_bit_scores_are_compared_as_the_numbers_that_they_are(values, threshold, polarity):
    values = np.array(values, dtype=np.float32)

    narrow = accepts(values, threshold, polarity)

    assert narrow.tolist() == accepts(values.astype(np.float64), threshold, polarity).tolist()


def of_two_kinds(seed=5, impostors=40_000, mated=8_000):
    random = np.random.Generator(np.random.PCG64(seed))
    return random.normal(0.3, 0.1, impostors), random.normal(0.7, 0.12, mated)


@pytest.mark.parametrize("polarity", ["similarity", "distance"])
def test_the_equal_error_rate_is_that_of_the_scores(polarity):
    impostors, mated = of_two_kinds()
    if polarity == "distance":
        impostors, mated = 1 - impostors, 1 - mated
    histograms = Histograms(polarity)
    histograms.add(np.zeros(len(impostors), dtype=np.int64), 1, impostors)
    histograms.add(np.ones(len(mated), dtype=np.int64), 1, mated)
    histograms.finish()
    counts = [histograms.total(lambda cell, k=kind: cell[0] == k) for kind in (False, True)]

    assert equal_error_rate(*counts) == pytest.approx(
        of_scores(impostors, mated, polarity), abs=1 / 8_000
    )
    expected = 0.4 / np.sqrt((0.1**2 + 0.12**2) / 2)
    assert d_prime(*counts, histograms.scale) == pytest.approx(expected, rel=0.02)


def test_a_det_curve_starts_at_thirty_false_matches_and_goes_one_way():
    impostors, mated = of_two_kinds()
    histograms = Histograms("similarity")
    histograms.add(np.zeros(len(impostors), dtype=np.int64), 1, impostors)
    histograms.add(np.ones(len(mated), dtype=np.int64), 1, mated)
    counts = [histograms.total(lambda cell, k=kind: cell[0] == k) for kind in (False, True)]

    points = det(*counts)

    fmr, fnmr = (np.array(axis) for axis in zip(*points, strict=True))
    assert fmr[0] == pytest.approx(30 / 40_000, rel=0.1)
    assert (np.diff(fmr) > 0).all()
    assert (np.diff(fnmr) <= 0).all()
    # Each point is exact at some threshold: the share of scores that it accepts.
    ordered = np.sort(impostors)[::-1]
    for match, miss in points[:10]:
        accepted = round(match * len(impostors))
        last, first_not = ordered[accepted - 1], ordered[accepted]
        assert (mated < first_not).mean() <= miss <= (mated < last).mean()


def test_a_sweep_gives_the_exact_rate_at_each_threshold():
    impostors, _mated = of_two_kinds()
    distances = 1 - impostors
    histograms = filled(distances, "distance")
    counts = histograms.total(lambda _cell: True)

    points = sweep(counts, sweep_edges(counts), histograms.scale, histograms.sign)

    assert len(points) > 50
    for threshold, rate in points:
        assert (distances <= threshold).mean() == pytest.approx(rate, abs=1e-12)


def test_shifts_are_mean_and_quantiles_to_a_bin():
    impostors, _mated = of_two_kinds()
    histograms = filled(1 - impostors, "distance")

    row = shift(histograms.total(lambda _cell: True), histograms.scale, histograms.sign)

    assert row["n"] == len(impostors)
    assert row["mean"] == pytest.approx((1 - impostors).mean(), abs=1e-4)
    for name, share in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        assert row[name] == pytest.approx(np.quantile(1 - impostors, share), abs=1e-4)


@given(scores, st.floats(0.01, 1))
def test_a_quantile_lies_in_the_bin_of_its_score(values, share):
    histograms = filled(values)
    scale = histograms.scale
    exact = np.sort(values)[max(1, int(np.ceil(share * len(values)))) - 1]
    assume(np.ceil(share * len(values)) == np.ceil(share * len(values) - 1e-9))

    [found] = quantiles(histograms.total(lambda _cell: True), scale, [share])

    assert scale.place(found) == scale.place(float(exact))


def test_more_groups_than_cells_are_kept_by_what_they_share():
    names = [(f"r{number // 4}", f"g{number % 4}") for number in range(24)]
    detailed = Histograms("similarity", lambda code: names[code])
    random = np.random.Generator(np.random.PCG64(1))
    for groups in (4, 24):
        codes = random.integers(0, groups, (2, 3000))
        detailed.add(codes[0] * groups + codes[1], groups, random.random(3000))

    assert not detailed.detailed
    assert len(detailed.rows) <= 24 + 6 + 4 + 1
    assert detailed.total(lambda _cell: True).sum() == 6000


@pytest.mark.parametrize(
    ("impostors", "rate", "errors"),
    [(200_000, 0.00015, 30), (100_000, 0.0003, 30), (50_000, 0.0006, 30), (3_000, 0.01, 30)],
)
def test_a_rate_is_taken_as_it_was_written(impostors, rate, errors):
    assert errors_wanted(impostors, rate) == errors
