"""The score files of bob and pyeer, audited and made again through the command line."""

import json

import numpy as np
import pytest

from recognition_audit.cli import main

PEOPLE = 40


@pytest.fixture
def folder(tmp_path, monkeypatch):
    rng = np.random.default_rng(7)
    bob, subjects, genuine, impostors = [], ["subject,race"], [], []
    for person in range(PEOPLE):
        subjects.append(f"p{person},{'xy'[person % 2]}")
        for other in range(PEOPLE):
            score = rng.normal(3 if person == other else 0)
            bob.append(f"p{person} p{other} sample{other} {score:.6f}")
            (genuine if person == other else impostors).append(f"p{person} p{other} {score:.6f}")
    files = {"scores-dev": bob, "subjects.csv": subjects, "genuine.txt": genuine,
             "impostor.txt": impostors}  # fmt: skip
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *words):
    code = main(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_file_of_bob_gives_rates_by_group_and_again_the_same_bytes(folder, capsys):
    code, out, err = run(
        capsys, "verify", "scores-dev", "--layout", "bob", "--subjects", "subjects.csv",
        "--threshold", "1.5", "--json",
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(out)
    within = {row["group_a"] for row in document["rates"] if row["metric"] == "FMR"}
    assert within == {"x", "y"}

    (folder / "report.json").write_text(out)
    assert run(capsys, "reproduce", "report.json", ".")[0] == 0


def test_the_two_files_of_pyeer_give_rates_and_again_the_same_bytes(folder, capsys):
    code, out, err = run(
        capsys, "verify", "genuine.txt", "--layout", "pyeer", "--impostors", "impostor.txt",
        "--threshold", "1.5", "--json",
    )  # fmt: skip
    assert code == 0, err
    rows = {row["metric"]: row for row in json.loads(out)["rates"]}
    assert rows["FMR"]["trials"] == PEOPLE * (PEOPLE - 1)
    assert rows["FNMR"]["trials"] == PEOPLE
    assert "at least this wide" in rows["FMR"]["ci"]["method"]

    (folder / "report.json").write_text(out)
    assert run(capsys, "reproduce", "report.json", ".")[0] == 0
    (folder / "impostor.txt").unlink()
    code, _out, err = run(capsys, "reproduce", "report.json", ".")
    assert code == 1
    assert "the impostors of this report" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--layout", "pyeer"),
        ("--impostors", "impostor.txt"),
        ("--layout", "pyeer", "--impostors", "none.txt"),
    ],
)
def test_half_of_pyeer_is_refused_in_words(folder, capsys, words):
    code, _out, err = run(capsys, "verify", "genuine.txt", *words, "--threshold", "1.5")

    assert code == 1
    assert "pyeer has two files" in err or "there is no such file" in err
