"""The examples that --help of each command shows work as they stand, on files of their layouts."""

import shlex

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recognition_audit.cli import check, classify, counts, identify, main

PEOPLE = range(40)
FILES = {
    "pairs.csv": [
        "subject_a,subject_b,score,mated,race_a,race_b",
        *[f"a{n},b{n},0.{n:02},0,x,x" for n in PEOPLE],
    ],
    "predictions.csv": ["id,predicted", *[f"{n},{'fm'[n % 2]}" for n in PEOPLE]],
    "labels.csv": ["id,race,gender", *[f"{n},x,{'fm'[n % 3 % 2]}" for n in PEOPLE]],
    "answers.csv": [
        "id,predicted,sex,race",
        *[f"{n},{'fm'[n % 2]},{'fm'[n % 3 % 2]},x" for n in PEOPLE],
    ],
    "searches.csv": ["probe,gallery,hits,race", *[f"{n},100,{n % 2},x" for n in PEOPLE]],
    "subjects.csv": ["subject,race", *[f"{n},{'xy'[n % 2]}" for n in range(640)]],
    "published.csv": ["race,errors,n", "x,3,100", "y,40,100"],
    "annex.csv": ["algorithm,race,FMR", "one,x,0.5", "one,y,12"],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, lines in FILES.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    distances = np.random.default_rng(1).random(640 * 639 // 2).astype(np.float32) + 0.5
    pq.write_table(pa.table({"distance": distances}), tmp_path / "distances.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "example",
    [example for command in (check, classify, counts, identify) for example in command.EXAMPLES],
)
def test_an_example_of_the_help_works(folder, example, capsys):
    program, *words = shlex.split(example)

    assert program == "recognition-audit"
    assert main(words) == 0, capsys.readouterr().err
    assert capsys.readouterr().out
