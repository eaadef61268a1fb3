"""Every kind of audit, from its file to its forms: one schema, no contradiction, made again."""

import json

import jsonschema
import numpy as np
import pytest

from recognition_audit import rendering, schema
from recognition_audit.cli import main
from recognition_audit.report import Report

PEOPLE = 60


def scores(seed: int, shift: float) -> list[str]:
    """All pairs of two samples of each person; the groups differ by a shift."""
    rng = np.random.default_rng(seed)
    lines = ["subject_a,subject_b,score,mated,race_a,race_b"]
    for a in range(PEOPLE):
        for b in range(a, PEOPLE):
            groups = "xy"[a % 2], "xy"[b % 2]
            middle = 3 if a == b else shift * (groups == ("y", "y"))
            lines.append(f"p{a},p{b},{rng.normal(middle):.5f},{int(a == b)},{','.join(groups)}")
    return lines


def files() -> dict[str, list[str]]:
    rng = np.random.default_rng(5)
    people = [(f"p{n}", "xy"[n % 2], "fm"[n // 2 % 2]) for n in range(240)]
    hits = {"x": 0.1, "y": 0.4}
    return {
        "a.csv": scores(1, 1.0),
        "b.csv": scores(2, 0.2),
        "searches.csv": [
            "probe,gallery,hits,race",
            *[f"{name},500,{int(rng.random() < hits[race])},{race}" for name, race, _sex in people],
        ],
        "predictions.csv": [
            "id,predicted",
            *[f"{name},{sex if rng.random() > hits[race] else 'm'}" for name, race, sex in people],
        ],
        "labels.csv": ["id,race,gender", *[",".join(one) for one in people]],
        "counts.csv": ["race,errors,n", "x,12,200", "y,40,200"],
        "rates.csv": ["algorithm,race,FMR", "one,x,0.001", "one,y,0.02"],
    }


VERIFY = "--similarity --threshold 2"
TASKS = {
    "comparison": f"verify a.csv {VERIFY} --contrast 'x / y'",
    "search": "identify searches.csv --threshold 80 --contrast 'x / y'",
    "classification": "classify predictions.csv --truth labels.csv --contrast 'x · f / y · f'",
    "counts": "counts counts.csv --metric FPIR --contrast 'x / y'",
    "rates": "counts rates.csv --layout rates",
    "pairing": f"compare a.csv b.csv {VERIFY}",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, lines in files().items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(capsys, line: str) -> bytes:
    import shlex

    assert main([*shlex.split(line), "--json"]) == 0, capsys.readouterr().err
    return capsys.readouterr().out.encode()


@pytest.mark.parametrize("task", TASKS)
def test_a_report_fits_the_schema_contradicts_nothing_and_is_made_again(folder, capsys, task):
    content = made(capsys, TASKS[task])
    document = json.loads(content)

    assert document["task"] == task
    jsonschema.validate(document, schema.report_schema())
    assert schema.contradictions(document) == []
    (folder / "report.json").write_bytes(content)
    assert main(["reproduce", "report.json", "."]) == 0, capsys.readouterr()


@pytest.mark.parametrize("task", TASKS)
def test_a_report_has_every_form(folder, capsys, task):
    report = Report.from_bytes(made(capsys, TASKS[task]))

    assert "<script" not in rendering.html(report)
    assert rendering.markdown(report).startswith("# ")
    assert rendering.csv(report).count("\n") >= 1
    assert rendering.pdf(report).startswith(b"%PDF")


@pytest.mark.parametrize("task", ["comparison", "search", "classification", "counts"])
def test_groups_that_differ_are_found_apart_and_named_contrasts_are_adjusted(folder, capsys, task):
    document = json.loads(made(capsys, TASKS[task]))

    (named,) = [
        one for one in document["contrasts"] if one["named"] and one["metric"] != "error_of_all"
    ][:1]
    assert named["adjustment"] == "Holm"
    assert named["p_adjusted"] < 0.05
    assert {"max_over_min"} <= {one["measure"] for one in document["differentials"]}


@pytest.mark.parametrize(("limit", "code"), [("1.5", 2), ("9", 0)])
def test_a_clause_of_a_contract_ends_with_its_code(folder, capsys, limit, code):
    line = ["verify", "a.csv", "--similarity", "--threshold", "2", "--json"]

    assert main([*line, "--fail-if", f"max_over_min(FMR) > {limit}"]) == code
