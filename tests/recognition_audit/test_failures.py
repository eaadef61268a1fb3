"""Failures to enrol of pictures and of people, and false non-matches over all attempts."""

import pytest

from recognition_audit import BadInput, Threshold, findings, rendering, verify
from recognition_audit.charts import all_charts
from recognition_audit.readers.subjects import read_failed
from recognition_audit.schema import contradictions

PEOPLE = 40
STEP = Threshold("0.5", 0.5, "given")


def pairs(folder, *, mated=True):
    """Of each group 40 people; each compared twice with themselves, every fourth refused once."""
    lines = ["subject_a,sample_a,subject_b,sample_b,score,mated,race_a,race_b"]
    for race in "xy":
        for n in range(PEOPLE):
            one, other = f"{race}{n}", f"{race}{(n + 1) % PEOPLE}"
            lines.append(f"{one},1,{other},1,0.1,0,{race},{race}")
            if mated:
                lines.append(f"{one},1,{one},2,0.9,1,{race},{race}")
                score = 0.2 if n % 4 == 0 else 0.9
                lines.append(f"{one},1,{one},3,{score},1,{race},{race}")
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def table(folder, *lines):
    path = folder / "failed.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def audit(folder, *lines, mated=True):
    return verify(
        pairs(folder, mated=mated), failed=table(folder, *lines), polarity="similarity",
        thresholds=[STEP],
    )  # fmt: skip


def counts(report, metric):
    return {
        row["group_a"]: (row["errors"], row["trials"], row["subjects"])
        for row in report.rates(metric)
    }


# x0 and x1 were found by another picture, xa in none of two, ya in none of one.
NAMED = ("race,subject,mated", "x,x0,2", "x,x1,1", "x,xa,3", "x,xa,2", "y,ya,0")


def test_with_their_subjects_people_are_counted(tmp_path):
    report = audit(tmp_path, "race,subject", *(line[: line.rindex(",")] for line in NAMED[1:]))

    assert counts(report, "FTE_of_people") == {
        "all": (2, 82, 82), "x": (1, 41, 41), "y": (1, 41, 41)
    }  # fmt: skip
    assert not report.rates("FTE")
    assert not report.rates("FNMR_of_all")
    told = {check["message"]: check["count"] for check in report.document["checks"]}
    assert told["pictures that could not be enrolled"] == 5
    assert told["people of whom one picture could not be enrolled and another could"] == 2
    said = " ".join(report.document["limits"])
    assert "people of whom no picture was enrolled" in said
    assert "no rate over pictures" in said
    assert "columns subject and mated in the table of failures would say it" in said


def test_without_subjects_each_picture_counts_and_the_report_says_so(tmp_path):
    report = audit(tmp_path, "race,mated", "x,2", "x,1", "y,0")

    assert counts(report, "FTE")["x"] == (2, 42, 42)
    assert not report.rates("FNMR_of_all")
    said = " ".join(report.document["limits"])
    assert "a column subject in the table of failures people would be counted" in said
    assert "columns subject and mated" in said


def test_comparisons_that_fell_out_are_non_matches_over_all_attempts(tmp_path):
    report = audit(tmp_path, *NAMED)

    # 10 refused of 80; of x 2 + 1 + 3 + 2 fell out, and of xa nothing else was there.
    assert counts(report, "FNMR") == {"x": (10, 80, 40), "y": (10, 80, 40)}
    assert counts(report, "FNMR_of_all") == {"x": (18, 88, 41), "y": (10, 80, 40)}
    (x, y) = report.rates("FNMR_of_all")
    assert x["value"] == pytest.approx(18 / 88)
    assert (x["threshold"], x["group_b"]) == ("0.5", None)
    assert y["ci"] == report.rates("FNMR", group_a="y")[0]["ci"]
    said = " ".join(report.document["limits"])
    assert "it would be higher over all" not in said
    assert "is what the table of failures says" in said
    assert contradictions(report.document) == []


def test_how_far_groups_are_apart_is_told_over_all_attempts_too(tmp_path):
    """Refused alike, but of x 40 comparisons more could not be made: 3.3 times as often."""
    report = verify(
        pairs(tmp_path),
        failed=table(tmp_path, "race,subject,mated", *(f"x,x{n},1" for n in range(PEOPLE))),
        polarity="similarity", thresholds=[STEP], contrasts=[("x", "y")],
    )  # fmt: skip

    assert counts(report, "FNMR_of_all") == {"x": (50, 120, 40), "y": (10, 80, 40)}
    found = {
        (row["measure"], metric): row
        for row in report.document["differentials"]
        for metric in row["metrics"]
    }
    row = found["max_over_min", "FNMR_of_all"]
    ratio = (50 / 120) / (10 / 80)
    assert row["value"] == pytest.approx(ratio)
    assert row["ci"]["lo"] < ratio < row["ci"]["hi"]
    assert row["null_model"]["p95"] < ratio
    assert found["max_over_min", "FNMR"]["value"] == 1
    contrasts = {row["metric"]: row for row in report.document["contrasts"] if row["named"]}
    assert contrasts["FNMR_of_all"]["ratio"] == pytest.approx(ratio)
    assert contrasts["FNMR_of_all"]["p_adjusted"] < 0.01 < contrasts["FNMR"]["p_adjusted"]
    said = {one["id"]: one["text"] for one in report.document["findings"]}
    assert "could not compare them, in 50 of 120" in said["highest-and-lowest-fnmr_of_all-0.5"]
    assert "That is 3.33 times as often" in said["highest-and-lowest-fnmr_of_all-0.5"]


def test_a_group_hidden_over_all_attempts_is_in_no_measure_of_them(tmp_path):
    report = audit(tmp_path, *NAMED, *(f"z,z{n},20" for n in range(9)))

    named = [
        row[side]
        for part in ("differentials", "contrasts", "bands")
        for row in report.document[part]
        for side in ("worst", "best", "a", "b", "group")
        if row.get(side)
    ]
    assert named
    assert "z" not in named


def without_scores(folder, lines):
    """The same pairs with more rows whose scores are blank."""
    path = pairs(folder)
    path.write_text(path.read_text() + "\n".join(lines) + "\n")
    return path


def test_who_has_only_blank_scores_was_not_enrolled(tmp_path):
    rows = [f"x{n},1,x{n + 1},1,,0,x,x" for n in range(40, 60)]
    names = [f"x,x{n},0" for n in range(40, 61)]
    path = without_scores(tmp_path, rows)
    report = verify(
        path, failed=table(tmp_path, "race,subject,mated", *names), polarity="similarity",
        thresholds=[STEP],
    )  # fmt: skip

    assert counts(report, "FTE_of_people") == {
        "all": (21, 101, 101), "x": (21, 61, 61), "y": (0, 40, 40)
    }  # fmt: skip
    said = {one["id"]: one["text"] for one in report.document["findings"]}
    assert "enrolled no picture of 21 of 101 people" in said["failure-to-enrol"]
    assert "Its rates are over the other 80." in said["failure-to-enrol"]


def test_where_nothing_fell_out_the_rate_over_all_attempts_is_not_told_twice(tmp_path):
    report = audit(tmp_path, "race,subject,mated", "x,x0,0", "y,y0,0")

    assert not report.rates("FNMR_of_all")
    assert {row["metric"] for row in report.document["contrasts"]} == {
        "FMR", "FNMR", "FTE_of_people"
    }  # fmt: skip


def test_who_has_no_label_in_the_comparisons_is_refused_in_the_table_of_failures(tmp_path):
    path = without_scores(tmp_path, ["u,1,u,2,0.9,1,,"])
    failed = table(tmp_path, "race,subject,mated", "x,u,4")

    with pytest.raises(BadInput, match="'u' has no group in the comparisons and one in the table"):
        verify(path, failed=failed, polarity="similarity", thresholds=[STEP])


def test_what_the_rates_are_over_is_said_of_both_denominators(tmp_path):
    report = audit(tmp_path, *NAMED)

    (said,) = [one["text"] for one in report.document["findings"]
               if one["id"] == "failure-to-enrol"]  # fmt: skip
    assert "but for the false non-match rate over all attempts." in said


def test_where_the_rate_of_a_group_is_hidden_so_is_the_one_over_all(tmp_path):
    few = [f"z,z{n},1" for n in range(9)]
    report = audit(tmp_path, *NAMED, *few)
    rows = {row["group_a"]: row["value"] for row in report.rates("FNMR_of_all")}

    assert rows["z"] is None
    assert contradictions(report.document) == []


def test_without_mated_comparisons_nothing_is_said_of_all(tmp_path):
    report = audit(tmp_path, *NAMED, mated=False)

    assert counts(report, "FTE_of_people")["all"] == (2, 82, 82)
    assert not report.rates("FNMR_of_all")
    said = " ".join(report.document["limits"])
    assert "Nobody is known to appear twice" in said
    assert "over all that were to be made they are not known" in said


def test_people_who_were_not_enrolled_are_told_in_words_and_drawn(tmp_path):
    report = audit(tmp_path, *NAMED, *(f"x,n{n},0" for n in range(8)))
    (said,) = [
        one for one in findings.of_document(report.document) if one["id"] == "failure-to-enrol"
    ]

    assert "enrolled no picture of 10 of 90 people" in said["text"]
    assert said["refs"]["metric"] == "FTE_of_people"
    assert "enrolment" in all_charts(report.document)
    assert "FNMR_of_all" in rendering.csv(report)
    assert "of people" in rendering.markdown(report)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["race,subject", "y,x0"], "'x0' has another group in the table of failures: y"),
        (["race,subject", "x,new", "y,new"], "'new' has another group"),
        (["race,subject", "x,"], "row 1, column subject: the subject is missing"),
        (["race,subject,mated", "x,x0,-1"], "not a whole number from 0"),
        (["race,subject,mated", "x,x0,"], "not a whole number from 0"),
        (["subject,mated", "x0,1"], "no column 'race'"),
    ],
)
def test_a_table_of_failures_that_says_two_things_is_refused(tmp_path, lines, words):
    with pytest.raises(BadInput, match=words):
        audit(tmp_path, *lines)


def test_an_empty_table_adds_nothing(tmp_path):
    report = audit(tmp_path, "race,subject,mated")

    assert {row["metric"] for row in report.document["rates"]} == {"FMR", "FNMR"}
    assert read_failed(tmp_path / "failed.csv", ["race"]).pictures == {}
