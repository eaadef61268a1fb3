"""The look at a file before an audit: layout, polarity, oddities, adequacy, what could be said."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from config.embedded import ROOT
from recognition_audit import BadInput, Threshold, verify
from recognition_audit.checking import check_file
from recognition_audit.cli import main

SAMPLES = ROOT / "evidence" / "samples"
SKIN = SAMPLES / "rfw-skintype-pairs" / "skintype_pairs_pseudonymised.parquet"


def made(folder, lines, name="x.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def pairs(folder, heading="score", mated=0.9, impostor=0.1):
    lines = [f"subject_a,subject_b,{heading},mated,race_a,race_b"]
    lines += [f"a{n},a{n},{mated},1,x,x" for n in range(40)]
    lines += [f"a{n},b{n},{impostor},0,x,x" for n in range(40)]
    lines += [f"c{n},d{n},{impostor},0,y,y" for n in range(5)]
    lines += [f"e{n},f{n},{impostor},0,z,z" for n in range(30)]
    return made(folder, lines)


def test_pairs_with_their_groups_and_polarity(tmp_path):
    found = check_file(pairs(tmp_path)).document

    assert found["layout"] == "pairs"
    assert found["axes"] == ["race"]
    assert found["polarity"] == {"by_name": None, "by_data": "similarity"}
    groups = {row["id"]: row for row in found["groups"]}
    assert (groups["x"]["subjects"], groups["x"]["mated"], groups["x"]["impostors"]) == (80, 40, 40)
    for small in "yz":  # y is too small, and all less x and z would be y
        assert groups[small] == {
            "id": small, "axes": {"race": small}, "adequacy": "too few",
            "subjects": None, "mated": None, "impostors": None,
        }  # fmt: skip
    (audit,) = found["audits"]
    assert audit["ready"]
    assert "false matches (FMR) within 1 of 3 groups" in audit["says"]
    assert "--similarity" in audit["needs"]


def test_the_groups_are_those_that_the_audit_will_show(tmp_path):
    path = pairs(tmp_path)
    audit = verify(path, polarity="similarity", thresholds=[Threshold("t", 0.5, "given")])

    assert check_file(path).document["groups"] == audit.document["groups"]


def test_a_name_that_says_the_wrong_polarity_is_an_error(tmp_path):
    """Research R2.1: a column named for a distance held a similarity."""
    checks = check_file(pairs(tmp_path, "distance")).document["checks"]

    assert [one["severity"] for one in checks] == ["error"]
    assert "a similarity" in checks[0]["message"]


def test_negative_distances_and_two_scales_are_told(tmp_path):
    lines = ["subject_a,subject_b,distance", *[f"a{n},b{n},-0.1" for n in range(10)],
             *[f"c{n},d{n},55" for n in range(10)]]  # fmt: skip
    checks = {one["message"]: (one["count"], one["severity"]) for one in
              check_file(made(tmp_path, lines)).document["checks"]}  # fmt: skip

    assert checks["negative distances"] == (10, "error")
    assert checks["scores on two scales"] == (10, "error")


def test_scores_of_unknown_polarity_may_be_negative(tmp_path):
    lines = ["subject_a,subject_b,score", *[f"a{n},b{n},-0.{n}1" for n in range(10)]]

    assert check_file(made(tmp_path, lines)).document["checks"] == []


def test_duplicates_are_counted_as_an_audit_counts_them(tmp_path):
    lines = ["subject_a,subject_b,score", "a,b,0.1", "a,b,0.1", "b,a,0.1"]
    checks = {one["message"]: one["count"] for one in
              check_file(made(tmp_path, lines)).document["checks"]}  # fmt: skip

    assert checks == {"duplicate rows": 2, "duplicate rows written the other way round": 1}


def test_blank_lines_are_shown(tmp_path):
    lines = ["group,errors,n", "a,1,100", "", "b,2,20"]
    found = check_file(made(tmp_path, lines)).document

    assert found["layout"] == "counts"
    checks = {one["message"]: one["count"] for one in found["checks"]}
    assert checks == {"blank lines": 1, "cells of too few trials to be shown": 1}


@pytest.mark.parametrize(
    ("lines", "layout", "audit", "needs"),
    [
        (["probe,gallery,hits", "a,10,1"], "searches", "identify", []),
        (["probe,gallery,score", "a,10,0.5"], "searches", "identify", ["--threshold VALUE"]),
        (["probe,hits", "a,1"], "searches", "identify",
         ["--gallery N: how many people were searched"]),
        (["id,predicted,truth", "1,x,x"], "predictions", "classify", []),
        (["id,predicted", "1,x"], "predictions", "classify",
         ["--truth LABELS: a table of true labels and groups, by id"]),
        (["algorithm,group,FMR", "a,b,0.1"], "rates", "counts", []),
        (["algorithm,group,FMR", "a,b,10"], "rates", "counts",
         ["--percent: the rates are percentages"]),
        (["distance", "0.1"], "matrix", "verify",
         ["--subjects TABLE: who is compared with whom"]),
        (["this,that", "1,2"], "", "none", None),
    ],
)  # fmt: skip
def test_every_layout_is_recognised_with_what_it_needs(tmp_path, lines, layout, audit, needs):
    found = check_file(made(tmp_path, lines)).document

    assert found["layout"] == layout
    assert found["audits"][0]["audit"] == audit
    assert found["inputs"][0]["rows"] == 1
    if needs is not None:
        assert found["audits"][0]["needs"] == needs
        assert found["audits"][0]["ready"] == (not needs)


def test_a_score_file_of_bob_is_checked_by_its_layout(tmp_path):
    path = made(tmp_path, ["a a a1 0.9", "b a a1 0.1"], "scores-dev")

    with pytest.raises(BadInput, match="is not read"):
        check_file(path)
    found = check_file(path, layout="bob").document
    assert found["polarity"] == {"by_name": "similarity", "by_data": "similarity"}
    assert found["inputs"][0]["rows"] == 2


def test_embeddings_are_checked_with_their_subjects(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(1).normal(size=(70, 4)))
    table = made(tmp_path, ["subject,race", *[f"{n},x" for n in range(70)]], "s.csv")

    alone = check_file(tmp_path / "x.npy").document
    found = check_file(tmp_path / "x.npy", subjects=table, groups=["race"]).document

    assert alone["audits"][0]["needs"] == ["--subjects TABLE: who is compared with whom"]
    assert found["layout"] == "embeddings"
    assert found["groups"][0]["impostors"] == 70 * 69 // 2
    assert [audit["audit"] for audit in found["audits"]] == ["verify", "identify"]


def test_the_real_pairs(capsys):
    assert main(["check", str(SKIN), "--groups", "skin", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["inputs"][0]["rows"] == 251_234
    assert found["polarity"] == {"by_name": "similarity", "by_data": "similarity"}
    assert {row["impostors"] for row in found["groups"] if row["axes"]} == {10_000}


def test_the_command_line_says_it_in_words(tmp_path, capsys):
    assert main(["check", str(pairs(tmp_path))]) == 0
    said = " ".join(capsys.readouterr().out.split())

    assert "pairs, 115 rows" in said
    assert "Polarity: nothing by name, similarity by data" in said
    assert "verify: ready" in said


def test_a_broken_file_fails_with_one_line(tmp_path, capsys):
    path = made(tmp_path, ["subject_a,subject_b,score", "a,b"])

    assert main(["check", str(path)]) == 1
    assert "row 1: this row has 2 cells" in capsys.readouterr().err


def test_the_command_that_is_named_keeps_what_was_said_and_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    people = [f"p{n},{'xy'[n % 2]},{n % 3}" for n in range(160)]
    Path("who.csv").write_text("person,race,gender\n" + "\n".join(people) + "\n")
    rows = [f"p{a},p{b},{(a * b) % 97 / 97}" for a in range(160) for b in range(a)]
    Path("pairs.csv").write_text("p1,p2,similarity\n" + "\n".join(rows) + "\n")
    said = ["--subjects", "who.csv", "--groups", "race", "--column", "subject_a=p1",
            "--column", "subject_b=p2", "--column", "subjects.id=person"]  # fmt: skip

    assert main(["check", "pairs.csv", *said]) == 0
    (named,) = (line for line in capsys.readouterr().out.splitlines() if "--at-fmr" in line
                and line.strip().startswith("recognition-audit"))  # fmt: skip
    words = shlex.split(named.strip())

    assert set(said) <= set(words)
    assert main(words[1:]) == 0
