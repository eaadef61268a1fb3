"""Small inputs counted by hand, intervals against published values, laws over the tally."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recognition_audit
from config.embedded import ROOT
from recognition_audit import BadInput, Report, Threshold, verify
from recognition_audit.intervals import clopper_pearson, rule_of_three, subject_jackknife, wilson
from recognition_audit.metrics import METRICS
from recognition_audit.readers.comparisons import Batch
from recognition_audit.tally import Tally
from recognition_audit.thresholds import at_fixed_rate
from recognition_audit.verification import equal_error_rate

DEFAULT = [Threshold("0.6", 0.6, "given")]


def pairs(folder, text, name="pairs.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def many_pairs(errors=5, trials=100):
    lines = ["subject_a,subject_b,score,mated,group_a,group_b"]
    lines += [f"a{n},b{n},{0.5 if n < errors else 0.9},0,x,x" for n in range(trials)]
    return "\n".join(lines) + "\n"


def test_a_tie_accepts(tmp_path):
    path = pairs(tmp_path, many_pairs().replace("0.5", "0.6"))

    row = verify(path, polarity="distance", thresholds=DEFAULT).rates("FMR")[0]

    assert (row["errors"], row["trials"], row["subjects"]) == (5, 100, 200)


@pytest.mark.parametrize(("score", "errors"), [("0.1", 100), ("0.9", 0)])
def test_constant_scores_are_all_or_nothing(tmp_path, score, errors):
    lines = many_pairs(0).replace("0.9", score)

    row = verify(pairs(tmp_path, lines), polarity="distance", thresholds=DEFAULT).rates("FMR")[0]

    assert row["errors"] == errors
    assert 0 <= row["ci"]["lo"] <= row["value"] <= row["ci"]["hi"] <= 1


def test_too_few_subjects_hide_every_number_of_the_cell(tmp_path):
    report = verify(pairs(tmp_path, many_pairs(3, 12)), polarity="distance", thresholds=DEFAULT)

    row = report.rates("FMR")[0]
    assert row["adequacy"] == "too few"
    assert {row[name] for name in ("errors", "trials", "value", "ci")} == {None}
    assert recognition_audit.charts.all_charts(report.document) == {}


def test_without_subject_ids_the_interval_says_so(tmp_path):
    lines = ["score,mated,group_a,group_b", *["0.5,0,x,x"] * 50, *["0.9,0,x,x"] * 50]

    row = verify(pairs(tmp_path, "\n".join(lines)), polarity="distance", thresholds=DEFAULT)

    assert "at least this wide" in row.rates("FMR")[0]["ci"]["method"]


def test_oddities_are_counted_by_kind(tmp_path):
    lines = many_pairs() + "a50,b50,0.9,0,x,x\nb50,a50,0.9,0,x,x\nc,d,nan,0,x,x\ne,f,0.9,0,,x\n"

    report = verify(pairs(tmp_path, lines), polarity="distance", thresholds=DEFAULT)

    counts = {check["id"]: check["count"] for check in report.document["checks"]}
    assert counts == {
        "duplicate-rows": 2,
        "duplicate-rows-written-the-other-way-round": 1,
        "rows-without-a-group-label": 1,
        "scores-that-are-no-number": 1,
    }


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("subject_a,subject_b,score\n1,2,abc\n", "x.csv", "row 1, column score"),
        ("subject_a,subject_b,score\n1,2\n", "x.csv", "row 1"),
        ("subject_a,subject_b,score\n,2,0.1\n", "x.csv", "row 1, column subject_a"),
        ("a,b\n1,2\n", "x.csv", "no column for the score"),
        ("", "x.csv", "empty"),
        ("a,a\n1,2\n", "x.csv", "same name"),
        ("score\n1\n".encode("utf-16"), "x.csv", "UTF-8"),
        (b"score\n1\0\n", "x.csv", "UTF-8"),
        (b"PK\x03\x04", "x.csv", "does not hold|the content does not"),
        (b"PAR1 cut off", "x.parquet", "not a Parquet file"),
        ('{"subject_a": 1, "subject_b": 2, "score": 1}\nnot json\n', "x.jsonl", "row 2.*JSON"),
        ("x", "x.xlsx", "is not read"),
    ],
)
def test_bad_input_names_its_place(tmp_path, content, name, words):
    with pytest.raises(BadInput, match=words):
        verify(pairs(tmp_path, content, name), polarity="distance", thresholds=DEFAULT)


def test_wilson_and_clopper_pearson_equal_published_values():
    # Newcombe 1998, table I: 81 of 263, and 0 of 20.
    assert (round(wilson(81, 263).lo, 4), round(wilson(81, 263).hi, 4)) == (0.2553, 0.3662)
    exact = clopper_pearson(81, 263)
    assert (round(exact.lo, 4), round(exact.hi, 4)) == (0.2527, 0.3676)
    assert round(clopper_pearson(0, 20).hi, 4) == 0.1684


def test_the_rule_of_three_counts_independent_pairs_only():
    assert rule_of_three(600).hi == pytest.approx(3 / 300, rel=0.01)


def test_the_jackknife_of_independent_subjects_is_about_wilson():
    errors = np.array([1] * 60 + [0] * 240)
    interval = subject_jackknife(errors, np.ones(300, dtype=int), 60, 300)

    assert interval.lo == pytest.approx(wilson(60, 300).lo, abs=0.005)
    assert interval.hi == pytest.approx(wilson(60, 300).hi, abs=0.005)


def test_equal_error_rate_of_separated_scores_is_zero_and_of_swapped_ones_high():
    low, high = np.array([0.1, 0.2]), np.array([0.8, 0.9])

    assert equal_error_rate(low, high, "similarity") == 0
    assert equal_error_rate(high, low, "similarity") > 0.5


def test_a_fixed_rate_is_never_passed_even_with_ties():
    impostors = np.array([0.1] * 40 + [0.2] * 40 + [0.9] * 920)

    value = at_fixed_rate(impostors, 0.05, "distance")

    assert (impostors <= value).mean() <= 0.05


batches = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(0, 5), st.integers(-1, 2), st.integers(-1, 2),
        st.floats(0, 1, width=16), st.booleans(),
    ),
    max_size=40,
)  # fmt: skip


def batch_of(rows):
    columns = list(zip(*rows, strict=True)) if rows else [[]] * 6
    kinds = [np.int64, np.int64, np.int64, np.int64, np.float64, bool]
    a, b, ga, gb, scores, mated = (
        np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)
    )
    return Batch(scores, a, b, ga, gb, mated)


def tally_of(rows):
    tally = Tally((0.3, 0.6), "distance")
    tally.add(batch_of(rows), 6, 3)
    return tally


def counts(tally):
    return [
        getattr(tally, name).tolist()
        for name in ("impostors", "mated", "false_matches", "false_non_matches")
    ]


@given(batches, batches)
def test_the_tally_of_a_merge_is_the_merge_of_the_tallies(first, second):
    assert counts(tally_of(first).merge(tally_of(second))) == counts(tally_of(first + second))


@given(batches, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, chance):
    shuffled = rows[:]
    chance.shuffle(shuffled)

    assert counts(tally_of(rows)) == counts(tally_of(shuffled))


@given(batches)
def test_duplicated_data_doubles_every_count(rows):
    once, twice = counts(tally_of(rows)), counts(tally_of(rows + rows))

    for small, large in zip(once, twice, strict=True):
        assert (np.array(small) * 2 == np.array(large)).all()


@settings(max_examples=50)
@given(st.integers(1, 500), st.data())
def test_every_interval_holds_the_rate(trials, data):
    errors = data.draw(st.integers(0, trials))
    for interval in (wilson(errors, trials), clopper_pearson(errors, trials)):
        assert 0 <= interval.lo <= errors / trials + 1e-12
        assert errors / trials - 1e-12 <= interval.hi <= 1
        assert not math.isnan(interval.lo)


def test_the_bytes_are_the_same_twice_and_can_be_read_back(tmp_path):
    path = pairs(tmp_path, many_pairs())
    first = verify(path, polarity="distance", thresholds=DEFAULT)
    second = verify(path, polarity="distance", thresholds=DEFAULT)

    assert first.to_bytes() == second.to_bytes()
    assert Report.from_bytes(first.to_bytes()).sha256 == first.sha256


def test_the_command_line_prints_the_report_and_fails_with_one_line(tmp_path):
    path = pairs(tmp_path, many_pairs())
    run = [sys.executable, "-m", "recognition_audit", "verify"]

    good = subprocess.run(
        [*run, str(path), "--distance", "--threshold", "0.6", "--json"],
        capture_output=True, cwd=ROOT, check=True,
    )  # fmt: skip
    bad = subprocess.run(
        [*run, "nowhere.csv"], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert json.loads(good.stdout)["rates"][0]["errors"] == 5
    assert bad.returncode == 1
    assert "Traceback" not in bad.stderr
    assert "nowhere.csv" in bad.stderr


def test_all_public_names_exist_and_are_sorted():
    assert sorted(recognition_audit.__all__) == recognition_audit.__all__
    assert all(hasattr(recognition_audit, name) for name in recognition_audit.__all__)


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_is_explained(name):
    assert f"`{name}`" in (ROOT / "docs" / "method.md").read_text()
