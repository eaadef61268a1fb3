"""Two systems on the same people: by hand, by simulation, and on the real predictions."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from config.embedded import ROOT
from evidence.views import SAMPLES
from recognition_audit import BadInput, Threshold, charts, rendering, verify
from recognition_audit.cells import ByUnit
from recognition_audit.clauses import judge, parse
from recognition_audit.paired_intervals import by_subject, change_of, of_cases
from recognition_audit.pairing import System, compare
from recognition_audit.pairing_predictions import compare_predictions
from recognition_audit.reproduction import reproduce
from tests.recognition_audit.simulated import all_pairs, cut

FOLDER = ROOT / "evidence" / "samples"
FILES = {name: FOLDER / path for name, path in SAMPLES.items()}
FACELLM = FOLDER / "fairface-deepface-facellm/facellm_3k.csv"


def scores_file(path, scores, groups, skipped=()):
    """All pairs of people as a file; group y for the second half."""
    lines = ["subject_a,subject_b,score,mated,group_a,group_b"]
    for first, second in zip(*np.triu_indices(len(scores), 1), strict=True):
        if first not in skipped and second not in skipped:
            lines.append(
                f"p{first:03},p{second:03},{scores[first, second]:.6f},0,"
                f"{groups[first]},{groups[second]}"
            )
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def two(tmp_path):
    random = np.random.default_rng(31)
    groups = ["x"] * 40 + ["y"] * 40
    old = all_pairs(random, 80, 0.2)
    new = old + 0.1 * random.standard_normal(old.shape)
    new[:40, :40] -= 0.6  # the new version errs less often in group x only
    return (
        scores_file(tmp_path / "old.csv", old, groups),
        scores_file(tmp_path / "new.csv", new, groups),
    )


def systems(two, **how):
    how = {"thresholds": (Threshold("t", cut(0.1), "given"),), "polarity": "similarity"} | how
    return [System(path, name, **how) for path, name in zip(two, ("old", "new"), strict=True)]


def rows_of(report, part="paired_rates", **where):
    return [
        row
        for row in report.document[part]
        if all(row[name] == value for name, value in where.items())
    ]


def test_the_rates_are_those_of_two_audits_and_the_difference_is_second_less_first(two):
    report = compare(*systems(two))

    x, y = rows_of(report)
    for path, side in zip(two, "ab", strict=True):
        alone = verify(
            path, polarity="similarity", thresholds=[Threshold("t", cut(0.1), "given")]
        )  # fmt: skip
        rates = {r["group_a"]: r for r in alone.rates("FMR") if r["group_a"] == r["group_b"]}
        for row in (x, y):
            assert row[f"value_{side}"] == rates[row["group"]]["value"]
            assert row[f"trials_{side}"] == 780
    assert x["difference"] == pytest.approx(x["value_b"] - x["value_a"])
    assert x["ci"]["hi"] < 0
    assert x["p_adjusted"] < 0.001
    assert y["ci"]["lo"] < 0 < y["ci"]["hi"]


def test_pairing_narrows_the_interval(two):
    (row,) = rows_of(compare(*systems(two)), group="y")
    widths = []
    for path in two:
        alone = verify(
            path, polarity="similarity", thresholds=[Threshold("t", cut(0.1), "given")]
        )  # fmt: skip
        (rate,) = [r for r in alone.rates("FMR") if r["group_a"] == r["group_b"] == "y"]
        widths.append(rate["ci"]["hi"] - rate["ci"]["lo"])

    assert row["ci"]["hi"] - row["ci"]["lo"] < np.hypot(*widths) / 2


def test_the_measures_change_with_an_interval(two):
    report = compare(*systems(two))

    (row,) = rows_of(report, "paired_measures", measure="max_over_min")
    assert row["ratio"] == pytest.approx(row["value_b"] / row["value_a"])
    assert 1 < row["ci"]["lo"] < row["ratio"] < row["ci"]["hi"]


def test_a_system_against_itself_differs_nowhere(two):
    report = compare(*systems((two[0], two[0])))

    assert {row["difference"] for row in rows_of(report)} == {0}
    assert {row["p"] for row in rows_of(report)} == {None}
    assert {row["ratio"] for row in rows_of(report, "paired_measures")} == {1}


def test_each_system_has_its_own_threshold_at_one_false_match_rate(tmp_path, two):
    flipped = tmp_path / "distance.csv"
    lines = two[0].read_text().splitlines()
    cells = [line.split(",") for line in lines[1:]]
    flipped.write_text(
        "\n".join(
            [lines[0], *(",".join([a, b, str(2 - float(s)), *rest]) for a, b, s, *rest in cells)]
        )
    )

    report = compare(
        System(two[0], "similarity", "similarity", at_fmr=(0.1,)),
        System(flipped, "distance", "distance", at_fmr=(0.1,)),
    )

    assert {row["difference"] for row in rows_of(report)} == {0}
    assert all(step["tuned"] for step in report.document["thresholds"])
    assert any("fixed on these very data" in limit for limit in report.document["limits"])
    assert len({step["name"] for step in report.document["thresholds"]}) == 2


def test_people_that_one_system_alone_scored_are_said(tmp_path, two):
    random = np.random.default_rng(31)
    fewer = scores_file(
        tmp_path / "fewer.csv", all_pairs(random, 80, 0.4), ["x"] * 40 + ["y"] * 40, {0, 1, 79}
    )

    checks = {c["id"]: c["count"] for c in compare(*systems((two[0], fewer))).document["checks"]}

    assert checks["subjects-of-a-only"] == 3
    assert checks["subjects-unlike"] == 77


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a, b: (a.replace("p0", "q0"), b.replace("p0", "r0")), "no subject stands in both"),
        (lambda a, b: (a, b.replace("group_a,group_b", "race_a,race_b")), "different axes"),
        (
            lambda a, b: (a, b.replace("subject_a,subject_b", "one,two")),
            "no subject ids|no column",
        ),
    ],
)
def test_what_cannot_be_paired_is_refused(two, change, words):
    for path, text in zip(two, change(*(path.read_text() for path in two)), strict=True):
        path.write_text(text)

    with pytest.raises(BadInput, match=words):
        compare(*systems(two))


def test_thresholds_stand_in_pairs(two):
    a, b = systems(two)

    with pytest.raises(BadInput, match="as many thresholds"):
        compare(a, System(b.path, "new", "similarity"))


def test_a_group_that_is_too_small_in_one_system_has_no_numbers(tmp_path, two):
    small = scores_file(
        tmp_path / "small.csv", all_pairs(np.random.default_rng(3), 80, 0.4),
        ["x"] * 40 + ["y"] * 40, set(range(15)),
    )  # fmt: skip

    (row,) = rows_of(compare(*systems((two[0], small))), group="x")

    assert row["adequacy"] == "too few"
    assert {row[name] for name in ("value_a", "errors_b", "difference", "ci", "subjects")} == {None}


def test_the_paired_jackknife_by_hand():
    # Three people, two mated comparisons each: errors 1, 0, 1 with one system, 2, 1, 1 with other.
    place, trials = np.zeros(3, dtype=np.int64), np.array([2, 2, 2])
    one = ByUnit(np.array([1, 0, 1]), trials, place, 1)
    other = ByUnit(np.array([2, 1, 1]), trials, place, 1)

    row = by_subject(one, other, 1, 0)

    left = np.array([2 - 1, 3 - 2, 3 - 1]) / 4  # of the other, less of the one, without each
    error = np.sqrt(2 / 3 * ((left - left.mean()) ** 2).sum())
    assert row["difference"] == pytest.approx(2 / 6)
    assert row["ci"]["hi"] == pytest.approx(min(1, 2 / 6 + 4.302653 * error), rel=1e-6)


def test_two_systems_without_errors_may_still_differ():
    place, trials = np.zeros(40, dtype=np.int64), np.full(40, 39)
    none = ByUnit(np.zeros(40, dtype=np.int64), trials, place, 2)

    row = by_subject(none, none, 1, 0)

    assert row["ci"]["hi"] == pytest.approx(1 - 0.05 ** (1 / 20))
    assert row["ci"]["lo"] == -row["ci"]["hi"]
    assert change_of("gini", none, none, 1, [0]) is None


def test_paired_cases_by_hand():
    # 10 wrong with the first alone, 2 with the second alone: McNemar's exact p is 2 · 79 / 4096.
    row = of_cases(both=20, only_a=10, only_b=2, neither=68)

    assert row["difference"] == pytest.approx(-0.08)
    assert row["p"] == pytest.approx(158 / 4096)
    assert row["ci"]["lo"] < -0.08 < row["ci"]["hi"] < 0
    assert of_cases(0, 0, 0, 50)["p"] == 1


def test_newcombes_interval_without_dependence_is_that_of_two_samples():
    # φ is 0 where both rates are independent: the square-and-add of Wilson's limits, which are
    # 0.0906 below and 0.0980 above 40 of 100.
    row = of_cases(both=16, only_a=24, only_b=24, neither=36)

    assert row["ci"]["lo"] == pytest.approx(-row["ci"]["hi"])
    assert row["ci"]["hi"] == pytest.approx(0.1334, abs=0.0001)


def test_paired_intervals_hold_what_they_promise():
    random, rounds, held = np.random.default_rng(41), 1000, 0
    for _round in range(rounds):
        hard = random.uniform(size=120) < 0.3
        wrong = [random.uniform(size=120) < np.where(hard, high, 0.05) for high in (0.6, 0.4)]
        a, b = wrong
        row = of_cases(
            int((a & b).sum()), int((a & ~b).sum()), int((b & ~a).sum()), int((~a & ~b).sum())
        )
        held += row["ci"]["lo"] <= -0.06 <= row["ci"]["hi"]

    assert held / rounds >= 0.93


def test_deepface_and_facellm_err_on_opposite_people():
    report = compare_predictions(
        FILES["deepface-predictions"], FACELLM, truth=FILES["deepface-labels"],
        names=("DeepFace", "FaceLLM"),
    )  # fmt: skip

    (women,) = rows_of(report, group="Black · Female")
    (men,) = rows_of(report, group="Black · Male")
    assert (women["errors_a"], women["trials_a"]) == (188, 216)
    assert round(men["value_b"] * 100, 1) == 39.2
    assert women["ci"]["hi"] < -0.7
    assert men["ci"]["lo"] > 0.25
    assert "188 of 216" in report.document["findings"][0]["text"]
    assert "not face recognition" in report.document["limits"][0]
    verdict = judge(parse("increase(error) by race, gender > 0.3"), report.document)
    (told,) = verdict.broken
    assert told == (
        "increase(error) of Black · Male by race, gender with DeepFace / FaceLLM: 0.3687, limit 0.3"
    )
    with pytest.raises(BadInput, match="It has: error"):
        judge(parse("increase(FMR) > 0"), report.document)


def test_a_face_that_one_system_did_not_process_counts_in_the_rate_over_all(tmp_path):
    truth, a, b = (tmp_path / f"{name}.csv" for name in ("truth", "a", "b"))
    people = [f"p{n:03}" for n in range(100)]
    truth.write_text("id,race,gender\n" + "".join(f"{p},x,F\n" for p in people))
    a.write_text("id,predicted\n" + "".join(f"{p},F\n" for p in people))
    b.write_text(
        "id,predicted\n" + "".join(f"{p},{'' if n < 20 else 'F'}\n" for n, p in enumerate(people))
    )

    report = compare_predictions(a, b, truth=truth, names=("a", "b"), groups=["race"])

    (processed,) = rows_of(report, metric="error")
    (everybody,) = rows_of(report, metric="error_of_all")
    assert (processed["trials_a"], processed["difference"]) == (80, 0)
    assert (everybody["trials_b"], everybody["errors_b"]) == (100, 20)
    assert everybody["difference"] == pytest.approx(0.2)


def test_a_hidden_group_does_not_follow_by_subtraction(tmp_path):
    truth, a, b = (tmp_path / f"{name}.csv" for name in ("truth", "a", "b"))
    sizes = {("x", "F"): 90, ("x", "M"): 80, ("y", "F"): 70, ("y", "M"): 8}
    people = [(f"{r}{g}{n}", r, g) for (r, g), size in sizes.items() for n in range(size)]
    truth.write_text("id,race,gender,smile\n" + "".join(f"{p},{r},{g},1\n" for p, r, g in people))
    for path in (a, b):
        path.write_text("id,smile\n" + "".join(f"{p},{int(p[-1] != '3')}\n" for p, *_ in people))

    report = compare_predictions(a, b, truth=truth, names=("a", "b"), attribute="smile")

    rows = {row["group"]: row["trials_a"] for row in report.document["paired_rates"]}
    # Eight people of y · M: without y · F, neither y less y · F nor M less x · M gives them.
    assert rows["y · M"] is None
    assert rows["y · F"] is None or rows["y"] is None
    assert rows["x · M"] is None or rows["M"] is None


def test_the_charts_tables_and_cells_of_a_comparison_name_both_systems(two):
    report = compare(*systems(two))
    first, second = (one.name for one in systems(two))

    cells = list(csv.DictReader(io.StringIO(rendering.csv(report))))

    (figure,) = charts.figures(report.document)
    assert f"Right of the dashed line: {second} errs" in figure.svg
    assert f": {second} less {first}" in figure.heading
    assert f"| {first} | {second} |" in rendering.markdown(report)
    assert len(cells) == len(rows_of(report))
    assert [(one["system_a"], one["system_b"]) for one in cells[:1]] == [(first, second)]


def test_the_same_comparison_has_the_same_bytes(two):
    assert compare(*systems(two)).to_bytes() == compare(*systems(two)).to_bytes()


def test_a_comparison_is_made_again_from_its_manifest(two):
    scores = compare(*systems(two))
    predictions = compare_predictions(
        FILES["deepface-predictions"], FACELLM, truth=FILES["deepface-labels"],
        names=("DeepFace", "FaceLLM"),
    )  # fmt: skip

    assert reproduce(scores.to_bytes(), two).is_same
    assert reproduce(predictions.to_bytes(), [FACELLM.parent]).is_same


def command(*words):
    return subprocess.run(
        [sys.executable, "-m", "recognition_audit", "compare", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


def test_the_command_line_compares_and_judges(two):
    shared = [*two, "--similarity", "--threshold", cut(0.1)]

    good = command(*shared, "--json", "--fail-if", "increase(FMR) > 50 %")
    broken = command(*shared, "--name-a", "old", "--fail-if", "increase(FMR) > -1")
    worse = command(two[1], two[0], *shared[2:], "--fail-if", "increase(FMR).lo > 0")

    assert good.returncode == 0
    assert json.loads(good.stdout)["task"] == "pairing"
    assert broken.returncode == 1
    assert "cannot be read" in broken.stderr
    assert worse.returncode == 2
    assert "Limit broken: increase(FMR).lo > 0" in worse.stderr
    assert " of x at B: " in worse.stderr


def test_the_command_line_says_in_one_line_what_is_wrong(two):
    bad = command(two[0], "nowhere.csv", "--similarity", "--threshold", 1)
    twins = command(*two, "--name-a", "B", "--similarity", "--threshold", 1)

    assert (bad.returncode, twins.returncode) == (1, 1)
    assert "nowhere.csv" in bad.stderr
    assert "one name" in twins.stderr
    assert "Traceback" not in bad.stderr + twins.stderr
