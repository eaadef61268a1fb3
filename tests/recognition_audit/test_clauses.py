"""Limits of a contract: read without evaluating anything, judged on a report, told by exit code."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.embedded import ROOT
from recognition_audit import BadInput
from recognition_audit.clauses import judge, parse

AXES = ["race", "gender"]


def row(measure, metrics, value, threshold="0.6", axes=AXES, ci=None):
    return {
        "measure": measure, "metrics": metrics, "value": value, "ci": ci,
        "threshold": threshold, "axes": list(axes), "worst": "a", "best": "b",
    }  # fmt: skip


def rate(group, value, metric="FMR", other=None):
    return {
        "metric": metric, "threshold": "0.6", "axes": ["race"], "group_a": group,
        "group_b": other or group, "value": value, "ci": None if value is None else
        {"lo": value / 2, "hi": value * 2},
    }  # fmt: skip


DOCUMENT = {
    "differentials": [
        row("max_over_gm", ["FMR"], 5.2, ci={"lo": 2.5, "hi": 9.0}),
        row("max_over_gm", ["FMR"], 1.5, axes=["race"]),
        row("max_over_gm", ["FMR"], 14.0, threshold="FMR 0.01 %"),
        row("max_over_min", ["FMR"], None),
        row("inequity", ["FMR", "FNMR"], 3.0),
    ],
    "rates": [rate("a", 0.2), rate("b", 0.05), rate("a", 0.9, other="b"), rate("c", None)],
}


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("max_over_gm(FMR) > 3", 2),
        ("max_over_gm(FMR)>14", 0),
        ("max_over_gm(FMR) >= 14", 1),
        ("max_over_gm(FMR) at 0.6 > 3", 1),
        ('max_over_gm(FMR) at "FMR 0.01 %" > 3', 1),
        ("max_over_gm(FMR) by race > 3", 0),
        ("max_over_gm(FMR) at 0.6 by race, gender > 5", 1),
        ("max_over_gm(FMR).lo > 3", 0),
        ("max_over_gm(FMR).hi > 8.9", 1),
        ("inequity(FMR, FNMR) > 2.9", 1),
        ("max(FMR) > 19 %", 1),
        ("max(FMR) > 20 %", 0),
        ("min(FMR) < 0.06", 1),
        ("max(FMR).lo > 0.09", 1),
    ],
)
def test_a_limit_is_broken_where_it_holds(text, broken):
    assert len(judge(parse(text), DOCUMENT).broken) == broken


def test_where_it_is_broken_is_said():
    assert judge(parse("max_over_gm(FMR) at 0.6 > 3"), DOCUMENT).broken == (
        "max_over_gm(FMR) at 0.6 by race, gender (worst a; best b): 5.2, limit 3",
    )
    assert judge(parse("max(FMR).hi > 0.1 %"), DOCUMENT).broken == (
        "upper end of FMR of a at 0.6 by race: 0.4, limit 0.001",
    )


SEVERAL = {
    "system": {"name": "a table"},
    "differentials": [
        row("gini", ["FMR"], 0.1) | {"system": "old"},
        row("gini", ["FMR"], 0.3) | {"system": "new", "worst": None, "best": None},
    ],
    "rates": [
        rate("x", 0.2) | {"system": "old"}, rate("y", 0.1) | {"system": "old"},
        rate("x", 0.004) | {"system": "new", "gallery": 5000, "rank": 1},
        rate("y", 0.003) | {"system": "new", "gallery": 5000, "rank": 1},
        rate("x", None) | {"system": "none"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (
            "max(FMR) > 0.001",
            (
                "FMR of x at 0.6 by race with old: 0.2, limit 0.001",
                "FMR of x at 0.6 in 5,000 at rank 1 by race with new: 0.004, limit 0.001",
            ),
        ),
        (
            "min(FMR) < 0.004",
            ("FMR of y at 0.6 in 5,000 at rank 1 by race with new: 0.003, limit 0.004",),
        ),
        ("max(FMR) > 1 %", ("FMR of x at 0.6 by race with old: 0.2, limit 0.01",)),
        ("gini(FMR) > 0.2", ("gini(FMR) at 0.6 by race, gender with new: 0.3, limit 0.2",)),
    ],
)
def test_each_system_of_a_table_is_judged_by_itself_and_named(text, broken):
    verdict = judge(parse(text), SEVERAL)

    assert verdict.broken == broken
    assert ("FMR at 0.6 by race with none" in verdict.unknown) == text.startswith("m")


def test_the_document_s_own_system_is_named():
    named = DOCUMENT | {"system": {"name": "FaceX"}}

    assert judge(parse("max(FMR) > 0.1"), named).broken == (
        "FMR of a at 0.6 by race with FaceX: 0.2, limit 0.1",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("min_over_max(FMR) > 3", "Measures: any_differential.*max_over_gm"),
        ("max_over_gm(FNMR) > 3", r"It has: .*max_over_gm\(FMR\)"),
        ("max(FTE) > 3", "It has: FMR"),
        ("max_over_gm(FMR) at 0.7 > 3", "no threshold 0.7. There are: 0.6; FMR 0.01 %"),
        ("max_over_gm(FMR) by age > 3", "no axes age. There are: race; race, gender"),
        ("max_over_min(FMR) > 3", "too little data"),
        ("max_over_gm(FMR) > three", "cannot be read"),
        ("max_over_gm > 3", "cannot be read"),
        ("__import__('os').system('x')", "cannot be read"),
        ("max_over_gm(FMR) > 3 or 1", "cannot be read"),
        ("", "cannot be read"),
        ("max(" + "a," * 10_000 + "a) > 3", "cannot be read"),
    ],
)
def test_a_limit_that_cannot_be_judged_says_what_can(text, words):
    with pytest.raises(BadInput, match=words):
        judge(parse(text), DOCUMENT)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        told = parse(text).text
    except BadInput as refused:
        told = str(refused)

    assert told == text.strip() or "Write it like" in told or "Measures:" in told


@pytest.mark.parametrize(
    ("limits", "code", "words"),
    [
        (
            ["max(error) > 30 %"],
            2,
            "Limit broken: max(error) > 30 %: error of x by race: 0.4, limit 0.3",
        ),
        (["max(error) > 50 %"], 0, ""),
        (["max(error) > 50 %", "gini(FMR) > 0.1"], 1, "has no gini(FMR)"),
        (["gini(FMR) > 0.1", "max(error) > 30 %"], 2, "has no gini(FMR)"),
        (["nonsense(error) > 1"], 1, "Measures:"),
    ],
)
def test_the_command_line_ends_with_the_code_of_the_limit(tmp_path, limits, code, words):
    people = [
        (f"p{n}", "x" if n < 50 else "y", n % 50 < (20 if n < 50 else 10)) for n in range(100)
    ]
    truth, got = tmp_path / "truth.csv", tmp_path / "got.csv"
    truth.write_text("id,race,gender\n" + "".join(f"{p},{race},Female\n" for p, race, _e in people))
    got.write_text(
        "id,predicted\n" + "".join(f"{p},{'Male' if e else 'Female'}\n" for p, _r, e in people)
    )
    command = [sys.executable, "-m", "recognition_audit", "classify", str(got)]
    command += ["--truth", str(truth), "--groups", "race"]
    for limit in limits:
        command += ["--fail-if", limit]

    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    assert run.returncode == code
    assert words in run.stderr
    assert "Traceback" not in run.stderr
