"""Adapters: the journal, pseudonyms, a run that stops, and services that are asked by the call."""

import csv
import json
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest

from recognition_audit import Threshold, classify, verify
from recognition_audit.adapters import prices
from recognition_audit.adapters.asking import ask_folder
from recognition_audit.adapters.base import AdapterError, Answer, Enrolled, Failure, Region
from recognition_audit.adapters.enrolment import enrol_folder
from recognition_audit.adapters.journal import Journal
from recognition_audit.adapters.pacing import Later, Patience, TokenBucket
from recognition_audit.adapters.pictures import read_pictures
from recognition_audit.cli import main
from recognition_audit.errors import BadInput
from recognition_audit.readers.subjects import read_failed

KEY = b"k" * 32


class ToyRecogniser:
    """A picture is a line of numbers, its embedding; "blank" has no face. Counts its work."""

    name, version, score, threshold = "toy", "1", "distance", 0.6

    def __init__(self, stop_after=None):
        self.detected, self.embedded, self.stop_after = 0, 0, stop_after

    def enrol(self, image, region=None):
        if region is None:
            if self.detected == self.stop_after:
                raise KeyboardInterrupt
            self.detected += 1
        if image == b"blank":
            return Failure("no face found")
        self.embedded += 1
        return Enrolled(np.array([float(x) for x in image.split()]), Region(0, 0, 9, 9), 1)

    def scores(self, first, second):
        return np.sqrt(np.square(first[:, None, :] - second[None, :, :]).sum(axis=2))


def folder_of(tmp_path, rows, header="image,race,gender"):
    """A folder with a picture for each row (name, content, labels) and its labels file."""
    folder = tmp_path / "faces"
    folder.mkdir()
    lines = [header]
    for name, content, labels in rows:
        (folder / name).write_bytes(content)
        lines.append(f"{name},{labels}")
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder, labels


PEOPLE = [
    ("asha.png", b"0 0", "Black,F"), ("ben.png", b"3 4", "White,M"),
    ("cleo.png", b"0 1", "Black,F"), ("dan.png", b"blank", "White,M"),
    ("evelina.png", b"6 8", "White,M"),
]  # fmt: skip


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def everything_written(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_folder_becomes_a_matrix_with_subjects_and_failures(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)

    made = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out", key=KEY)

    assert made.summary["layout"] == "matrix"
    assert made.summary["failed"] == {"no face found": 1}
    assert table(made.files["failed"]) == [
        {"race": "White", "gender": "M", "reason": "no face found"}
    ]
    subjects = table(made.files["subjects"])
    assert Counter(s["race"] for s in subjects) == {"Black": 2, "White": 2}
    scores = pq.read_table(made.files["scores"]).column("distance_e4").to_pylist()
    assert sorted(scores) == sorted(round(d * 10_000) for d in (5, 1, 10, 18**0.5, 5, 85**0.5))


def test_the_matrix_stands_in_the_order_of_the_subjects(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    made = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out", key=KEY)
    known = {p.subject: p for p in read_pictures(folder, labels, key=KEY).pictures}
    points = [
        [float(x) for x in known[s["subject"]].read().split()]
        for s in table(made.files["subjects"])
    ]

    wanted = [
        round(float(np.hypot(*np.subtract(a, b))) * 10_000)
        for i, a in enumerate(points)
        for b in points[i + 1 :]
    ]
    assert pq.read_table(made.files["scores"]).column(0).to_pylist() == wanted


def test_blocks_do_not_change_the_matrix(tmp_path, monkeypatch):
    rows = [(f"{n}.png", f"{n % 7} {n % 5}".encode(), "x,y") for n in range(23)]
    folder, labels = folder_of(tmp_path, rows)
    whole = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "a", key=KEY)
    monkeypatch.setattr("recognition_audit.adapters.enrolment.BLOCK_ROWS", 4)
    parts = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "b", key=KEY)

    read = [pq.read_table(m.files["scores"]).column(0).to_pylist() for m in (whole, parts)]
    assert read[0] == read[1]
    assert len(read[0]) == 23 * 22 // 2


def test_several_pictures_of_a_person_become_pairs_with_mated_ones(tmp_path):
    rows = [
        ("a1.png", b"0 0", "asha,Black"), ("a2.png", b"0 1", "asha,Black"),
        ("b1.png", b"9 9", "ben,White"),
    ]  # fmt: skip
    folder, labels = folder_of(tmp_path, rows, header="image,subject,race")

    made = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out")

    pairs = pq.read_table(made.files["scores"]).to_pylist()
    assert max((p["mated"], p["distance"]) for p in pairs) == (True, 1.0)
    assert sum(p["mated"] for p in pairs) == 1
    assert all((p["subject_a"] == p["subject_b"]) == p["mated"] for p in pairs)
    assert len(table(made.files["subjects"])) == 2
    report = verify(
        made.files["scores"],
        subjects=made.files["subjects"],
        thresholds=[Threshold("t", 0.6, "given")],
    )
    assert report.document["task"] == "comparison"


def test_failed_pictures_of_a_person_tell_which_comparisons_fell_out(tmp_path):
    """Three of four of asha's are blank: of her six comparisons all fall out, each told once."""
    rows = [
        *[(f"a{n}.png", b"blank" if n else b"0 0", "asha,Black") for n in range(4)],
        ("b1.png", b"9 9", "ben,White"), ("b2.png", b"9 8", "ben,White"),
    ]  # fmt: skip
    folder, labels = folder_of(tmp_path, rows, header="image,subject,race")
    made = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out", key=KEY)

    failed = table(made.files["failed"])
    assert sorted(int(row["mated"]) for row in failed) == [1, 2, 3]
    (asha,) = {row["subject"] for row in failed}
    found = read_failed(made.files["failed"], ["race"])
    assert found.mated == {(asha, ("Black",)): 6}
    assert found.has_mated


def test_a_stopped_run_goes_on_without_looking_for_faces_again(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    whole = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "whole", key=KEY)
    out, stopped, second = tmp_path / "out", ToyRecogniser(stop_after=3), ToyRecogniser()
    with pytest.raises(KeyboardInterrupt):
        enrol_folder(stopped, folder, labels=labels, out=out, key=KEY)
    assert not (out / "scores.parquet").exists()

    resumed = enrol_folder(second, folder, labels=labels, out=out)

    assert second.detected == len(PEOPLE) - 3
    assert second.embedded == 4  # embeddings are not kept, so all are made again
    for role in ("scores", "subjects", "failed"):
        assert resumed.files[role].read_bytes() == whole.files[role].read_bytes()


def test_a_picture_that_changed_while_the_run_stood_still_is_done_again(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        enrol_folder(ToyRecogniser(stop_after=4), folder, labels=labels, out=out, key=KEY)
    (folder / "dan.png").write_bytes(b"1 1")

    made = enrol_folder(ToyRecogniser(), folder, labels=labels, out=out)

    assert made.summary["failed"] == {}
    assert made.summary["enrolled"] == 5


def test_neither_names_nor_pictures_nor_embeddings_are_ever_on_disk(tmp_path):
    numbers = [f"{n}.1415926 {n}.7182818" for n in range(1, 6)]
    rows = [(name, numbers[place].encode(), labels) for place, (name, _c, labels) in
            enumerate(PEOPLE)]  # fmt: skip
    folder, labels = folder_of(tmp_path, rows)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        enrol_folder(ToyRecogniser(stop_after=3), folder, labels=labels, out=out)
    while_stopped = everything_written(out)
    enrol_folder(ToyRecogniser(), folder, labels=labels, out=out)
    at_the_end = everything_written(out)

    for written in (while_stopped, at_the_end):
        for name, content, _labels in rows:
            assert name.encode() not in written
            assert name.removesuffix(".png").encode() not in written
            assert content not in written
            for number in content.split():
                assert number not in written
                assert np.float64(number).tobytes() not in written
                assert np.float32(number).tobytes() not in written


def test_the_key_of_the_pseudonyms_is_gone_when_the_run_is_whole(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    out = tmp_path / "out"

    first = enrol_folder(ToyRecogniser(), folder, labels=labels, out=out, key=KEY)
    second = enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "again")

    assert not (out / "journal.jsonl").exists()
    assert KEY.hex().encode() not in everything_written(out)
    ids = [{row["subject"] for row in table(run.files["subjects"])} for run in (first, second)]
    assert not ids[0] & ids[1]


def test_a_journal_is_for_its_owner_only(tmp_path):
    with Journal(tmp_path, {"adapter": "toy"}) as journal:
        journal.add("one", {"digest": "1"})
        assert journal.path.stat().st_mode & 0o077 == 0


def test_two_runs_in_one_folder_do_not_meet(tmp_path):
    with Journal(tmp_path, {"adapter": "toy"}) as journal:
        journal.add("one", {"digest": "1"})
        with pytest.raises(BadInput, match="another run is at work here"):
            Journal(tmp_path, {"adapter": "toy"})
        journal.add("two", {"digest": "2"})

    with Journal(tmp_path, {"adapter": "toy"}) as again:
        assert list(again.done) == ["one", "two"]


def test_a_run_that_died_in_its_last_step_leaves_no_key_when_it_is_looked_at(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    out = tmp_path / "out"
    enrol_folder(ToyRecogniser(), folder, labels=labels, out=out)
    (out / "journal.jsonl").write_text('{"key": "00"}\n', encoding="utf-8")

    with pytest.raises(BadInput, match="a finished run is here"):
        enrol_folder(ToyRecogniser(), folder, labels=labels, out=out)

    assert not (out / "journal.jsonl").exists()


def test_a_journal_of_another_version_is_refused(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    with pytest.raises(KeyboardInterrupt):
        enrol_folder(ToyRecogniser(stop_after=1), folder, labels=labels, out=tmp_path / "out")
    newer = ToyRecogniser()
    newer.version = "2"

    with pytest.raises(BadInput, match="a stopped run is here, of toy, 1"):
        enrol_folder(newer, folder, labels=labels, out=tmp_path / "out")


def test_a_journal_cut_off_in_a_line_loses_that_line_only(tmp_path):
    with Journal(tmp_path, {"adapter": "toy"}) as journal:
        journal.add("one", {"digest": "1"})
        journal.add("two", {"digest": "2"})
    journal.path.write_bytes(journal.path.read_bytes()[:-5])

    with Journal(tmp_path, {"adapter": "toy"}) as again:
        assert list(again.done) == ["one"]
        again.add("three", {"digest": "3"})
    with Journal(tmp_path, {"adapter": "toy"}) as third:
        assert list(third.done) == ["one", "three"]


def test_a_run_that_did_nothing_leaves_no_key_behind(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    labels.write_text("image\nasha.png\n", encoding="utf-8")

    with pytest.raises(BadInput):
        enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"garbage\n", b'{"adapter": "toy"}\n', b"[1]\n[2]\n"])
def test_a_journal_that_cannot_be_read_says_so(tmp_path, content):
    (tmp_path / "journal.jsonl").write_bytes(content)
    with pytest.raises(BadInput, match="journal"):
        Journal(tmp_path, {"adapter": "toy"})


def test_a_finished_run_is_not_written_over(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out")

    with pytest.raises(BadInput, match="a finished run is here"):
        enrol_folder(ToyRecogniser(), folder, labels=labels, out=tmp_path / "out")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image,race\n../secret.png,x\n", "leads out of the folder"),
        ("image,race\n/etc/passwd,x\n", "leads out of the folder"),
        ("picture,race\na.png,x\n", "no column for the picture"),
        ("image\na.png\n", "no column for a group"),
        ("image,race\nnone.png,x\n", "none of its pictures"),
        ("image,race\nasha.png,x\nasha.png,y\n", "stands twice"),
        ("image,subject,race\nasha.png,1,x\nben.png,1,y\n", "other labels"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path, text, words):
    folder, labels = folder_of(tmp_path, PEOPLE)
    labels.write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match=words):
        read_pictures(folder, labels, key=KEY)


def test_what_does_not_fit_together_is_counted(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    (folder / "stranger.jpg").write_bytes(b"1 1")
    labels.write_text(labels.read_text() + "gone.png,x,y\n", encoding="utf-8")

    found = read_pictures(folder, labels, key=KEY)

    assert found.oddities == {"labels without a picture": 1, "pictures without a label": 1}


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_a_bucket_lets_a_burst_through_and_then_the_rate():
    time = Time()
    bucket = TokenBucket(4.0, burst=2, clock=time.clock, sleep=time.sleep)

    for _call in range(10):
        bucket.take()

    assert time.now == pytest.approx((10 - 2) / 4.0)


def test_patience_waits_longer_each_time_and_ends():
    time = Time()
    bucket = TokenBucket(1e6, clock=time.clock, sleep=lambda _s: None)
    patience = Patience(attempts=4, sleep=time.sleep, share=lambda: 1.0)

    def never():
        raise Later("ThrottlingException")

    with pytest.raises(Later):
        patience.until_answered(bucket, never)
    assert time.slept == [0.5, 1.0, 2.0]


class ToyService:
    """Answers classify questions; stops or fails on demand; counts what it was sent."""

    name, version, question, price, gallery = "toy", "1", "classify", "rekognition-image-2", None
    columns = ("predicted", "face_confidence")

    def __init__(self, stop_after=None):
        self.asked, self.stop_after = 0, stop_after

    def ask(self, *images, mate=None):
        if self.asked == self.stop_after:
            raise AdapterError("Rekognition still says ThrottlingException; go on later")
        self.asked += 1
        if images == (b"blank",):
            return Failure("no face found")
        return Answer({"predicted": "F" if images[0] < b"3" else "M", "face_confidence": 99.0})


def yes(_estimate):
    return True


def test_predictions_keep_the_face_that_was_not_processed(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)

    made = ask_folder(ToyService(), folder, labels=labels, out=tmp_path / "out", confirm=yes)

    predicted = table(made.files["predictions"])
    assert Counter(row["predicted"] for row in predicted) == {"F": 2, "M": 2, "": 1}
    report = classify(made.files["predictions"], truth=made.files["truth"])
    everybody = next(
        row for row in report.rates("error_of_all", group_a="all") if row["axes"] == []
    )
    # Five faces are too few to show: what is counted shows in the failures' file instead.
    assert everybody["adequacy"] == "too few"
    assert table(made.files["failed"])[0]["reason"] == "no face found"


def test_a_stopped_run_pays_for_nothing_twice(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    out, told = tmp_path / "out", []
    with pytest.raises(AdapterError, match="go on later"):
        ask_folder(ToyService(stop_after=3), folder, labels=labels, out=out, confirm=yes)
    second = ToyService()

    made = ask_folder(
        second, folder, labels=labels, out=out, confirm=lambda e: told.append(e.calls) or True
    )

    assert second.asked == 2
    assert told == [2]
    assert made.summary["questions"] == 5


def test_nothing_is_sent_before_the_cost_was_confirmed(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    service, told = ToyService(), []

    with pytest.raises(AdapterError, match="nothing was sent"):
        ask_folder(
            service, folder, labels=labels, out=tmp_path / "out",
            confirm=lambda estimate: told.append(estimate.sentence),
        )  # fmt: skip

    assert service.asked == 0
    assert "5 calls will cost about" in told[0]
    assert "remembered prices: check them first" in told[0]
    assert list((tmp_path / "out").iterdir()) == []


def test_the_estimate_goes_through_the_tiers():
    first = prices.estimate("rekognition-image-1", 1_000_000)
    more = prices.estimate("rekognition-image-1", 1_500_000)

    assert first.cost == pytest.approx(1000.0)
    assert more.cost == pytest.approx(1000.0 + 500_000 * 0.0008)
    assert prices.estimate("rekognition-image-1", 0).cost == 0
    assert first.mark == "M"


def test_a_plan_that_names_an_unknown_picture_is_refused(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    plan = tmp_path / "plan.csv"
    plan.write_text("image_a,image_b\nasha.png,zoe.png\n", encoding="utf-8")
    service = ToyService()
    service.question = "compare"

    with pytest.raises(BadInput, match=r"plan\.csv, row 1: zoe\.png has no label"):
        ask_folder(
            service, folder, labels=labels, out=tmp_path / "out", confirm=yes, plan=plan
        )  # fmt: skip


def test_the_command_says_what_is_missing(tmp_path, capsys):
    folder, labels = folder_of(tmp_path, PEOPLE)
    words = ["collect", "rekognition-search", str(folder), "--labels", str(labels)]

    assert main([*words, "--out", str(tmp_path / "out")]) == 1

    assert "--collection" in capsys.readouterr().err


def test_run_json_names_the_files_by_their_digests(tmp_path):
    folder, labels = folder_of(tmp_path, PEOPLE)
    out = tmp_path / "out"
    enrol_folder(ToyRecogniser(), folder, labels=labels, out=out)

    told = json.loads((out / "run.json").read_text(encoding="utf-8"))

    assert told["threshold"] == 0.6
    assert set(told["files"]) == {"scores", "subjects", "failed"}
    assert all(len(one["sha256"]) == 64 for one in told["files"].values())
