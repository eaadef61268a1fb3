"""Differentials, contrasts and bands: the four published results, and what may never be shown."""

import json

import numpy as np
import pytest

from config.embedded import ROOT
from evidence.views import SAMPLES
from recognition_audit import BadInput, Threshold, classify, differentials, summaries, verify
from recognition_audit.cells import ByUnit, Cells, Draws
from recognition_audit.differentials import of_comparison, of_rows
from recognition_audit.measures import MEASURES
from recognition_audit.pair_counts import PairCounts
from recognition_audit.readers.comparisons import Batch
from recognition_audit.tally import Tally
from tests.recognition_audit.simulated import (
    Comparisons,
    all_pairs,
    batch_of_matrix,
    counted_matrix,
    counted_pairs,
    cut,
)

FOLDER = ROOT / "evidence" / "samples"
FILES = {name: FOLDER / path for name, path in SAMPLES.items()}
WITHIN = ["race", "gender"]
STEPS = [Threshold("0.6", 0.6, "vendor default"), Threshold("0.5", 0.5, "stricter")]


def row(parts, measure, metrics=("FMR",), axes=WITHIN, threshold="0.6"):
    (found,) = [
        row
        for row in parts["differentials"]
        if (row["measure"], row["metrics"], row["axes"], row["threshold"])
        == (measure, list(metrics), list(axes), threshold)
    ]
    return found


@pytest.fixture(scope="module")
def dlib():
    return counted_matrix(FILES["dlib-distances"], FILES["dlib-subjects"], WITHIN, (0.6, 0.5))


@pytest.fixture(scope="module")
def parts(dlib):
    tally, comparisons, pairs = dlib
    return of_comparison(
        tally, comparisons, STEPS, pair_counts=pairs,
        contrasts=[("Black · Female", "White · Male")],
    )  # fmt: skip


@pytest.fixture(scope="module")
def skin():
    value = verify(FILES["skin-types"], at_fmr=0.01, groups=["skin"]).document["thresholds"][0]
    tally, comparisons, pairs = counted_pairs(FILES["skin-types"], ["skin"], (value["value"],))
    return of_comparison(
        tally, comparisons, [Threshold("1 %", value["value"], "pooled")], pair_counts=pairs
    )  # fmt: skip


@pytest.mark.parametrize(("threshold", "ratio"), [("0.6", 40.5), ("0.5", 107)])
def test_dlib_highest_over_lowest(parts, threshold, ratio):
    found = row(parts, "max_over_min", threshold=threshold)

    assert round(found["value"], 1 if ratio < 100 else 0) == ratio
    assert found["worst"] == "East Asian · Female"
    assert found["ci"]["lo"] < ratio < found["ci"]["hi"]


def test_dlib_highest_over_lowest_is_not_chance(parts):
    found = row(parts, "max_over_min")

    # R2.1: shuffled labels give 1.7, and 95 % of them less than 2.1.
    assert round(found["null_model"]["median"], 1) == 1.7
    assert round(found["null_model"]["p95"], 1) == 2.1
    assert found["p"] == pytest.approx(1 / 1001)


def test_dlib_black_women_against_white_men(parts):
    (found,) = [r for r in parts["contrasts"] if r["named"] and r["threshold"] == "0.6"]

    # R2.1 prints 17.7 [13.3, 23.7], from rates rounded to 24.8 % and 1.40 % and from other draws.
    assert round(0.248 / 0.0140, 1) == 17.7
    assert found["ratio"] == pytest.approx(17.7, abs=0.1)
    assert found["ci"]["lo"] == pytest.approx(13.3, abs=0.4)
    assert found["ci"]["hi"] == pytest.approx(23.7, abs=0.4)
    assert "two-way subject bootstrap" in found["ci"]["method"]
    assert found["adjustment"] == "Holm"
    assert found["p_adjusted"] < 1e-50


def test_dlib_adults_only(dlib):
    # R2.1: among people of 20 and more, max/min is 45.7.
    tally, comparisons, _pairs = counted_matrix(
        FILES["dlib-distances"], FILES["dlib-subjects"], ["race", "gender", "age"], (0.6,)
    )
    groups = comparisons.units.group_list()
    adult = [age not in ("0-2", "3-9", "10-19") for _race, _gender, age in groups]
    rates = {}
    for group in {group[:2] for group in groups}:
        codes = [code for code, one in enumerate(groups) if one[:2] == group and adult[code]]
        units = np.isin(comparisons.units.group_of_unit(), codes)
        errors = tally.false_matches[0][units][:, codes].sum()
        rates[group] = errors / tally.impostors[units][:, codes].sum()

    assert round(max(rates.values()) / min(rates.values()), 1) == 45.7


def test_dlib_the_worst_group_has_a_band_wider_than_its_interval(parts):
    band = next(b for b in parts["bands"] if b["axes"] == WITHIN and b["threshold"] == "0.6")

    assert band["group"] == "East Asian · Female"
    assert band["lo"] < 0.514
    assert band["hi"] > 0.619


def test_dlib_the_jackknife_agrees_where_pairs_are_not_held(dlib, parts):
    tally, comparisons, _pairs = dlib

    fallen = of_comparison(
        tally, comparisons, STEPS, contrasts=[("Black · Female", "White · Male")]
    )  # fmt: skip

    for measure in ("max_over_min", "max_over_gm", "gini", "sd"):
        one, other = row(parts, measure), row(fallen, measure)
        assert one["value"] == other["value"]
        assert other["ci"]["method"] == "subject jackknife on the log"
        for end in ("lo", "hi"):
            assert other["ci"][end] == pytest.approx(one["ci"][end], rel=0.05)
    assert row(fallen, "max_over_min")["null_model"] is None
    assert "need every two people compared" in row(fallen, "max_over_min")["note"]
    assert row(fallen, "any_differential")["p"] < 1e-100
    one, other = (next(c for c in p["contrasts"] if c["named"]) for p in (parts, fallen))
    assert other["ci"]["lo"] == pytest.approx(one["ci"]["lo"], rel=0.05)


def test_skin_types_false_matches_differ_and_false_non_matches_do_not(skin):
    axes = {"axes": ["skin"], "threshold": "1 %"}
    matches, misses = (row(skin, "any_differential", [m], **axes) for m in ("FMR", "FNMR"))

    assert matches["p"] < 0.01
    assert (matches["worst"], matches["best"]) == ("6", "2")
    assert misses["p"] > 0.05
    assert round(row(skin, "max_over_min", **axes)["value"], 1) == 6.6
    for measure in ("inequity", "werm", "fdr", "garbe", "equalised_odds"):
        found = row(skin, measure, ("FMR", "FNMR"), **axes)
        assert found["ci"]["lo"] <= found["value"] <= found["ci"]["hi"]
    assert row(skin, "fdr", ("FMR", "FNMR"), **axes)["value"] > 0.98


def test_deepface_black_women_against_white_men():
    report = classify(
        FILES["deepface-predictions"], truth=FILES["deepface-labels"],
        contrasts=[("Black · Female", "White · Male")], reference="White · Male",
    )  # fmt: skip
    (found,) = [
        r for r in report.document["contrasts"]
        if r["named"] and r["a"] == "Black · Female" and r["metric"] == "error"
    ]  # fmt: skip

    rates = {r["group_a"]: r["value"] for r in report.rates("error", axes=WITHIN)}
    assert found["ratio"] == pytest.approx(rates["Black · Female"] / rates["White · Male"])
    assert found["p_adjusted"] < 1e-60
    named = [r for r in report.document["contrasts"] if r["named"] and r["axes"] == WITHIN]
    assert len(named) == 13
    assert report.document["manifest"]["parameters"]["reference"] == "White · Male"


def test_equalised_odds_stand_where_the_attribute_does_not_make_the_groups():
    report = classify(FILES["deepface-predictions"], truth=FILES["deepface-labels"])
    odds = [r for r in report.document["differentials"] if r["measure"] == "equalised_odds"]

    assert [r["axes"] for r in odds] == [["race"]]
    # Of the Female label: the true share differs most, by race, over 38 points.
    assert round(odds[0]["value"], 2) == 0.38


def small(errors, trials=100, groups="abc", subjects="each"):
    return [
        {
            "metric": "FPIR", "threshold": "80", "axes": ["race"], "group_a": group,
            "group_b": None, "errors": e, "trials": trials,
            "subjects": trials if subjects == "each" else subjects,
            "value": e / trials, "ci": None, "adequacy": "enough",
        }
        for group, e in zip(groups, errors, strict=False)
    ]  # fmt: skip


def of(parts, measure):
    return next(r for r in parts["differentials"] if r["measure"] == measure)


def test_published_counts_have_differentials_of_independent_cases():
    # Congress 2018: 11 of 107 people of colour, 17 of 428 others (R1.3).
    rows = small([11, 17], groups=("of colour", "others"))
    rows[0] |= {"trials": 107, "subjects": 107}
    rows[1] |= {"trials": 428, "subjects": 428}

    parts = of_rows(rows, contrasts=[("of colour", "others")])

    (found,) = parts["contrasts"]
    assert round(found["ratio"], 1) == 2.6
    assert round(found["p"], 3) == 0.014
    assert found["p_adjusted"] == found["p"]


def test_fewer_than_five_errors_give_no_ratio_and_zero_is_never_divided_by():
    parts = of_rows(small([40, 20, 0]))

    found = of(parts, "max_over_min")
    assert found["value"] is found["ci"] is found["p"] is None
    assert "fewer than 5 errors in c" in found["note"]
    assert of(parts, "max_over_gm")["value"] == pytest.approx(0.4 / (0.4 * 0.2 * 0.01) ** (1 / 3))
    assert "at it: c" in of(parts, "max_over_gm")["note"]
    ratios = {(r["a"], r["b"]): r["ratio"] for r in parts["contrasts"]}
    assert ratios == {("a", "b"): 2.0, ("a", "c"): None, ("b", "c"): None}
    assert all(r["p"] is not None for r in parts["contrasts"])  # Fisher's test needs no ratio


def test_a_ratio_without_bound_under_chance_is_null_and_not_infinite():
    found = of(of_rows(small([9, 8, 7], trials=2000)), "max_over_min")

    assert found["value"] is not None
    found = of(of_rows(small([3, 1, 1], trials=2000)), "max_over_min")
    assert found["null_model"]["p95"] is None
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("measure", ["gini", "max_over_gm", "max_over_min", "sd"])
def test_a_shuffle_that_leaves_a_group_without_comparisons_counts_as_further_apart(measure):
    trials = np.array([[50.0, 50.0], [50.0, 0.0], [50.0, 50.0]])
    cells = Cells(
        "FMR", ["x"], "t", ["a", "b"], np.array([20, 10]), np.array([50, 50]),
        null=Draws(np.array([[15.0, 15.0], [30.0, 0.0], [16.0, 14.0]]), trials),
    )  # fmt: skip

    found = summaries.of(MEASURES[measure], (cells,))

    assert found["p"] == pytest.approx((1 + 1) / (1 + 3))
    assert found["null_model"]["p95"] is None


def test_no_errors_at_all_are_no_differential():
    parts = of_rows(small([0, 0, 0]))

    assert all(r["value"] in (None, 0) for r in parts["differentials"])
    assert parts["bands"] == []
    json.dumps(parts, allow_nan=False)


def test_equal_groups_are_far_from_significant():
    parts = of_rows(small([20, 20, 20]))

    assert of(parts, "any_differential")["p"] == 1
    assert of(parts, "max_over_min")["value"] == 1
    assert all(r["p_adjusted"] == 1 for r in parts["contrasts"])


@pytest.mark.parametrize("subjects", [60, None])
def test_repeated_or_unknown_people_are_not_tested_as_if_independent(subjects):
    parts = of_rows(small([40, 20, 10], subjects=subjects))

    assert {r["p"] for r in [*parts["differentials"], *parts["contrasts"]]} == {None}
    methods = {r["ci"]["method"] for r in parts["contrasts"]}
    assert methods == {"at least this wide (no subject ids)"}
    assert parts["bands"] == []


def test_too_few_of_a_group_stand_nowhere():
    rows = small([40, 20, 10])
    rows.append(rows[0] | {"group_a": "few", "adequacy": "too few", "errors": None, "trials": None})

    parts = of_rows(rows, contrasts=[("few", "a")], reference="b")

    named = [r for r in parts["contrasts"] if r["named"]]
    assert {frozenset((r["a"], r["b"])) for r in named} == {
        frozenset("ab"), frozenset("cb")
    }  # fmt: skip
    assert "few" not in json.dumps([parts["contrasts"], parts["bands"]]).replace("fewer", "")
    assert "1 group with too few data left out" in of(parts, "gini")["note"]
    assert "Named, but with too few data: few / a" in of(parts, "any_differential")["note"]


def test_a_contrast_of_a_group_that_is_not_there_names_those_that_are():
    with pytest.raises(BadInput, match=r"no contrast of a / z\. Groups: a, b, c"):
        of_rows(small([40, 20, 10]), contrasts=[("a", "z")])
    with pytest.raises(BadInput, match="no contrast of z"):
        of_rows(small([40, 20, 10]), reference="z")


def test_small_groups_are_left_out_of_comparisons_too():
    group_of = np.repeat([0, 1, 2], [60, 50, 8])
    batch = batch_of_matrix(all_pairs(np.random.default_rng(5), 118, 0.3), group_of)
    tally = Tally((cut(0.1),), "similarity")
    tally.add(batch, 118, 3)
    pairs = PairCounts.from_batches([batch], tally.thresholds, "similarity", across=True, each=1)
    comparisons = Comparisons(group_of, ["many", "some", "tiny"])

    parts = of_comparison(
        tally, comparisons, [Threshold("t", cut(0.1), "")], pair_counts=pairs,
        replicates=50, permutations=20,
    )  # fmt: skip

    assert "tiny" not in json.dumps(parts)
    assert "1 group with too few data left out" in parts["differentials"][0]["note"]


@pytest.mark.parametrize(
    ("group_of", "names", "mated"),
    [([], [], 0), ([-1] * 5, [], 0), ([0] * 5, ["a"], 0), ([0] * 40, ["a"], 40), ([0], ["a"], 1)],
)
def test_next_to_no_data_is_no_differential(group_of, names, mated):
    place = np.arange(mated)
    batch = Batch(
        np.linspace(0, 1, mated), place, place, place * 0, place * 0, np.ones(mated, dtype=bool)
    )
    tally = Tally((0.5,), "similarity")
    tally.add(batch, len(group_of), len(names))
    pairs = PairCounts.from_batches([batch], (0.5,), "similarity", across=True)
    steps = [Threshold("t", 0.5, "")]

    parts = of_comparison(tally, Comparisons(group_of, names), steps, pair_counts=pairs)

    assert parts == {"differentials": [], "contrasts": [], "bands": []}


def by_unit(errors_of_each, trials=20):
    """Cells of groups of people, each with as many comparisons; errors_of_each : by group."""
    place = np.repeat(np.arange(len(errors_of_each)), [len(one) for one in errors_of_each])
    errors = np.concatenate(errors_of_each)
    found = ByUnit(errors, np.full(len(place), trials), place, sides=1)
    names = [f"g{number}" for number in range(len(errors_of_each))]
    of_errors, of_trials, _people = found.totals(len(names))
    return Cells("FNMR", ["g"], "t", names, of_errors, of_trials, by_unit=found)


def test_a_group_without_errors_takes_part_in_the_test_that_all_are_equal():
    """The others alone are alike; the one without errors is what differs."""
    random = np.random.default_rng(0)
    alike = [random.binomial(20, 0.05, 100) for _group in range(2)]

    others = summaries.any_differential(by_unit(alike))
    whole = summaries.any_differential(by_unit([np.zeros(100, dtype=int), *alike]))

    assert others["p"] > 0.05
    assert whole["p"] < 0.001
    assert "design effect" in whole["note"]
    # One person's errors are no evidence against everybody's being equal.
    lone = np.zeros(100, dtype=int)
    lone[0] = 20
    assert summaries.any_differential(by_unit([np.zeros(100, dtype=int), lone]))["p"] > 0.1


def equal_groups(seed, groups=14, n=600, rate=0.05):
    drawn = np.random.default_rng(seed).binomial(n, rate, groups)
    return small(drawn.tolist(), trials=n, groups="abcdefghijklmn")


@pytest.mark.parametrize("seed", range(8))
def test_an_interval_reaches_equality_where_chance_gives_as_much(seed):
    parts = of_rows(equal_groups(seed))

    for found in parts["differentials"]:
        if found["measure"] == "any_differential" or found["ci"] is None:
            continue
        equal = {"gini": 0, "sd": 0}.get(found["measure"], 1)
        assert (found["ci"]["lo"] == equal) == (found["p"] >= 0.05), found
        assert ("reaches equality" in found["note"]) == (found["p"] >= 0.05)


def test_of_equal_groups_a_limit_on_the_lower_end_is_broken_as_rarely_as_chance_allows():
    broken = 0
    for seed in range(40):
        rows = of_rows(equal_groups(seed, groups=6))["differentials"]
        broken += next(r for r in rows if r["measure"] == "max_over_min")["ci"]["lo"] > 1

    assert broken <= 6  # of 40, 2 are expected; 99 % of such rounds see at most 6


def test_where_the_lowest_rate_is_at_the_floor_a_ratio_has_no_upper_end():
    (found,) = [row for row in of_rows(small([0, 9, 40], trials=400))["differentials"]
                if row["measure"] == "max_over_gm"]  # fmt: skip

    assert found["ci"]["hi"] is None
    assert found["ci"]["lo"] > 1
    assert "at it: " in found["note"]


def test_a_rate_of_all_has_no_band_rather_than_one_without_width():
    """Every replicate is the same then; rounding must not make a spread of it."""
    parts = of_rows(small([236, 200, 190], trials=236))

    assert parts["bands"] == []


def test_without_subject_ids_nothing_is_tested():
    random = np.random.default_rng(6)
    group = np.repeat([0, 1], 500)
    batch = Batch(random.uniform(size=1000), group, group, group, group, np.zeros(1000, dtype=bool))
    tally = Tally((0.9,), "similarity")
    tally.add(batch, 2, 2)
    comparisons = Comparisons([0, 1], ["x", "y"])
    comparisons.has_subjects = False

    parts = of_comparison(tally, comparisons, [Threshold("t", 0.9, "")])

    assert {r["p"] for r in [*parts["differentials"], *parts["contrasts"]]} == {None}
    assert parts["contrasts"][0]["ci"]["method"] == "at least this wide (no subject ids)"
    assert "Without subject ids" in parts["differentials"][0]["note"]


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(dlib):
    tally, comparisons, pairs = dlib

    def made(seed):
        return of_comparison(
            tally, comparisons, STEPS, seed, pairs, replicates=100, permutations=20
        )

    assert json.dumps(made(1)) == json.dumps(made(1))
    assert json.dumps(made(1)) != json.dumps(made(2))


def test_differentials_speak_of_differentials():
    assert "bias" not in json.dumps(of_rows(small([40, 20, 0]))).lower()
    assert differentials.__doc__
