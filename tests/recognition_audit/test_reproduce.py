"""A report is made again from its manifest, and any difference is told."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from recognition_audit import BadInput, Report, Threshold, classify
from recognition_audit.cli import main
from recognition_audit.pairing import System, compare
from recognition_audit.reproduction import reproduce
from tests.recognition_audit.test_engine_splits import audit, table
from tests.recognition_audit.test_real_results import FILES


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("inputs") / "pairs.parquet"
    pq.write_table(table(), path, row_group_size=500)
    return path


@pytest.fixture(scope="module")
def content(data):
    return audit(data, system={"name": "Model 7"}).to_bytes()


def test_the_same_files_give_the_same_bytes_whatever_they_are_called(data, content, tmp_path):
    shutil.copy(data, tmp_path / "renamed.parquet")
    (tmp_path / "other.txt").write_text("not an input")

    outcome = reproduce(content, [tmp_path])

    assert outcome.is_same
    assert outcome.differences == []


def test_a_figure_that_was_changed_is_named(data, content):
    document = json.loads(content)
    document["rates"][3]["value"] = 0.5
    document["manifest"]["versions"]["numpy"] = "1.0"

    outcome = reproduce(Report(document).to_bytes(), [data])

    assert not outcome.is_same
    assert outcome.differences[0].startswith("manifest.versions.numpy: 1.0 before")
    assert outcome.differences[1].startswith("rates[3].value: 0.5 before")


def test_a_report_written_otherwise_is_not_the_same_bytes(data, content):
    spaced = json.dumps(json.loads(content), indent=1).encode()

    outcome = reproduce(spaced, [data])

    assert not outcome.is_same
    assert "not written as this package does" in outcome.differences[0]


def test_an_input_that_is_not_there_is_named(content, tmp_path):
    (tmp_path / "near.parquet").write_bytes(b"x")

    with pytest.raises(BadInput, match=r"the data of this report .* among the 1 files"):
        reproduce(content, [tmp_path])


def test_shards_are_found_one_by_one(tmp_path):
    folder, elsewhere = tmp_path / "shards", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    for number in range(3):
        pq.write_table(table().slice(number * 2000, 2000), folder / f"{number}.parquet")
    content = audit(folder).to_bytes()
    for number in range(3):
        (folder / f"{number}.parquet").rename(elsewhere / f"{9 - number}.parquet")

    assert reproduce(content, [elsewhere]).is_same


def test_a_comparison_of_two_folders_of_shards_is_made_again(tmp_path):
    systems = []
    for name, seed in (("A", 3), ("B", 4)):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(3):
            part = table(seed).slice(number * 2000, 2000)
            pq.write_table(part, folder / f"{number}.parquet")
        near = Threshold("near", 0.5, "given")
        systems.append(System(folder, name, "similarity", (near,)))
    content = compare(*systems, groups=["race"]).to_bytes()

    assert reproduce(content, [tmp_path]).is_same


def test_a_classification_is_made_again_with_its_table_of_truth():
    predictions, truth = FILES["deepface-predictions"], FILES["deepface-labels"]
    content = classify(predictions, truth=truth).to_bytes()

    assert reproduce(content, [predictions, truth]).is_same


def test_the_command_line_tells_the_same_from_the_different(data, content, tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(content)
    bad.write_bytes(content.replace(b'"Model 7"', b'"Model 8"', 1))

    assert main(["reproduce", str(good), str(data), "--workers", "1"]) == 0
    assert "The same bytes" in capsys.readouterr().out
    assert main(["reproduce", str(bad), str(data)]) == 1
    assert "Model" in capsys.readouterr().err


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="not a report"):
        reproduce(b'{"schema": "something else"}', [tmp_path])
    with pytest.raises(BadInput):
        reproduce(b"\x00\xff", [tmp_path])
