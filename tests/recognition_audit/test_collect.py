"""The command `collect`: what it prints, what it refuses, what it asks before it pays."""

import json

import pytest

from recognition_audit.cli import collect, main
from tests.recognition_audit.test_adapters import PEOPLE, ToyRecogniser, ToyService, folder_of


@pytest.fixture
def words(tmp_path):
    """The command's words for a folder of five people."""
    folder, labels = folder_of(tmp_path, PEOPLE)
    return [str(folder), "--labels", str(labels), "--out", str(tmp_path / "out")]


@pytest.fixture
def service(monkeypatch):
    """A service that needs no network, in place of Rekognition's DetectFaces."""
    made = ToyService()
    monkeypatch.setattr(collect, "client_of", lambda _region: None)
    monkeypatch.setattr(collect, "DetectFaces", lambda _client, bucket: made)
    return made


def test_it_says_how_many_were_enrolled_and_which_failed(words, monkeypatch, capsys):
    monkeypatch.setattr(collect, "Dlib", ToyRecogniser)

    assert main(["collect", "dlib", *words]) == 0

    shown = capsys.readouterr().out
    assert "5 pictures" in shown
    assert "4 enrolled" in shown
    assert "1 failed: no face found" in shown
    assert "scores.parquet" in shown


def test_as_json_it_prints_what_run_json_says(words, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(collect, "Dlib", ToyRecogniser)

    assert main(["collect", "dlib", *words, "--json", "--groups", "race"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert told["axes"] == ["race"]


def test_stopped_by_the_keyboard_it_says_how_to_go_on(words, monkeypatch, capsys):
    monkeypatch.setattr(collect, "Dlib", lambda: ToyRecogniser(stop_after=2))
    assert main(["collect", "dlib", *words]) == 130
    assert "goes on where this one was" in capsys.readouterr().err

    monkeypatch.setattr(collect, "Dlib", ToyRecogniser)
    assert main(["collect", "dlib", *words]) == 0


def test_without_a_terminal_nothing_is_paid_unless_told(words, service, capsys):
    assert main(["collect", "rekognition-detect", *words]) == 1

    told = capsys.readouterr().err
    assert "5 calls will cost about" in told
    assert "nothing was sent" in told
    assert service.asked == 0


@pytest.mark.parametrize(("typed", "asked"), [("yes", 5), ("y", 0), ("", 0), ("no", 0)])
def test_in_a_terminal_only_a_typed_yes_pays(words, service, monkeypatch, typed, asked):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: typed)

    main(["collect", "rekognition-detect", *words])

    assert service.asked == asked


def test_yes_is_not_asked_again_but_the_cost_is_said(words, service, capsys):
    assert main(["collect", "rekognition-detect", *words, "--yes"]) == 0

    assert "calls will cost" in capsys.readouterr().err
    assert service.asked == 5


@pytest.mark.parametrize("rate", ["0", "-1", "fast"])
def test_a_rate_that_is_none_is_refused(words, rate, capsys):
    with pytest.raises(SystemExit) as left:
        main(["collect", "rekognition-detect", *words, "--rate", rate])
    assert left.value.code == 1  # 2 says that a limit was broken
