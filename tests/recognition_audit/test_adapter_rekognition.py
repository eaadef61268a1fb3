"""The Rekognition adapter against responses of the recorded shape, by botocore's Stubber."""

import csv

import pytest

from recognition_audit import verify
from recognition_audit.adapters.asking import ask_folder
from recognition_audit.adapters.base import AdapterError, Answer, Failure
from recognition_audit.adapters.pacing import Patience, TokenBucket
from recognition_audit.adapters.rekognition import CompareFaces, DetectFaces, SearchFaces
from recognition_audit.readers.subjects import read_failed
from recognition_audit.thresholds import Threshold

boto3 = pytest.importorskip("boto3", reason="not installed: pip install '.[rekognition]'")
from botocore.stub import ANY, Stubber  # noqa: E402

FACE = {
    "BoundingBox": {"Width": 0.32, "Height": 0.47, "Left": 0.33, "Top": 0.17},
    "Confidence": 99.98,
    "Landmarks": [{"Type": "eyeLeft", "X": 0.44, "Y": 0.35}],
    "Pose": {"Roll": 1.1, "Yaw": -3.2, "Pitch": 5.0},
    "Quality": {"Brightness": 80.1, "Sharpness": 92.2},
}
SOURCE = {"BoundingBox": FACE["BoundingBox"], "Confidence": 99.9}


@pytest.fixture
def client(monkeypatch):
    for name, value in (("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")):
        monkeypatch.setenv(name, value)
    return boto3.client("rekognition", region_name="us-east-1")


@pytest.fixture
def stub(client):
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def in_no_time(slept=None):
    wait = slept.append if slept is not None else lambda _seconds: None
    return {
        "bucket": TokenBucket(1e9, burst=1000),
        "patience": Patience(attempts=3, sleep=wait, share=lambda: 1.0),
    }


def compared(*similarities, unmatched=0):
    return {
        "SourceImageFace": SOURCE,
        "FaceMatches": [{"Similarity": s, "Face": FACE} for s in similarities],
        "UnmatchedFaces": [FACE] * unmatched,
    }


def compare_wants(source=ANY, target=ANY):
    return {
        "SourceImage": {"Bytes": source}, "TargetImage": {"Bytes": target},
        "SimilarityThreshold": 0.0, "QualityFilter": "NONE",
    }  # fmt: skip


def test_a_comparison_asks_for_every_score_and_takes_the_most_similar_face(client, stub):
    stub.add_response("compare_faces", compared(12.5, 97.25), compare_wants(b"one", b"two"))

    answer = CompareFaces(client, **in_no_time()).ask(b"one", b"two")

    assert answer.cells == {"similarity": 97.25, "faces_b": 2}


def test_a_face_that_comes_back_as_unmatched_has_similarity_0(client, stub):
    stub.add_response("compare_faces", compared(unmatched=1), compare_wants())

    assert CompareFaces(client, **in_no_time()).ask(b"1", b"2").cells["similarity"] == 0.0


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("InvalidParameterException", "no face found"),
        ("InvalidImageFormatException", "not a picture"),
        ("ImageTooLargeException", "too large"),
    ],
)
def test_what_cannot_be_processed_is_a_failure_not_a_low_score(client, stub, code, reason):
    stub.add_client_error("compare_faces", code, "Request has invalid parameters")

    assert CompareFaces(client, **in_no_time()).ask(b"1", b"2") == Failure(reason)


def test_a_picture_above_5_mib_is_a_failure_that_costs_nothing(client, stub):
    big = b"x" * (5 * 1024 * 1024 + 1)

    assert DetectFaces(client, **in_no_time()).ask(big) == Failure("too large")


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"],
)
def test_a_throttled_call_is_made_again_after_a_longer_wait(client, stub, code):
    stub.add_client_error("compare_faces", code, "Slow down")
    stub.add_client_error("compare_faces", code, "Slow down")
    stub.add_response("compare_faces", compared(50.0))
    slept = []

    answer = CompareFaces(client, **in_no_time(slept)).ask(b"1", b"2")

    assert answer.cells["similarity"] == 50.0
    assert slept == [0.5, 1.0]


def test_a_service_that_never_answers_ends_the_run_with_a_reason(client, stub):
    for _attempt in range(3):
        stub.add_client_error("compare_faces", "ThrottlingException", "Slow down")

    with pytest.raises(AdapterError, match="still says ThrottlingException"):
        CompareFaces(client, **in_no_time()).ask(b"1", b"2")


def test_a_missing_right_ends_the_run_and_is_not_retried(client, stub):
    stub.add_client_error("detect_faces", "AccessDeniedException", "not authorized")

    with pytest.raises(AdapterError, match="not authorized"):
        DetectFaces(client, **in_no_time()).ask(b"1")


def detected(*faces):
    return {
        "FaceDetails": [
            {
                "BoundingBox": {"Width": size, "Height": size, "Left": 0.1, "Top": 0.1},
                "Confidence": 99.5,
                "Gender": {"Value": gender, "Confidence": 88.0},
            }
            for gender, size in faces
        ]
    }


def test_the_largest_face_is_classified(client, stub):
    wanted = {"Image": {"Bytes": b"1"}, "Attributes": ["GENDER"]}
    stub.add_response("detect_faces", detected(("Male", 0.1), ("Female", 0.4)), wanted)

    answer = DetectFaces(client, **in_no_time()).ask(b"1")

    assert answer.cells["predicted"] == "Female"
    assert answer.cells["faces"] == 2


def test_no_face_is_a_failure_to_process(client, stub):
    stub.add_response("detect_faces", {"FaceDetails": []})

    assert DetectFaces(client, **in_no_time()).ask(b"1") == Failure("no face found")


def searcher(client, stub, **options):
    stub.add_response(
        "describe_collection",
        {"FaceCount": 25000, "FaceModelVersion": "7.0"},
        {"CollectionId": "mugshots"},
    )
    return SearchFaces(client, collection="mugshots", **in_no_time(), **options)


def candidates(*found):
    return {
        "SearchedFaceBoundingBox": FACE["BoundingBox"],
        "SearchedFaceConfidence": 99.9,
        "FaceMatches": [
            {"Similarity": score, "Face": {"ExternalImageId": who}} for score, who in found
        ],
        "FaceModelVersion": "7.0",
    }


def test_a_search_says_the_best_candidate_and_the_rank_of_the_mate(client, stub):
    service = searcher(client, stub)
    wanted = {
        "CollectionId": "mugshots", "Image": {"Bytes": b"1"}, "MaxFaces": 100,
        "FaceMatchThreshold": 0.0, "QualityFilter": "NONE",
    }  # fmt: skip
    stub.add_response("search_faces_by_image", candidates((91.0, "x"), (85.5, "ben")), wanted)

    answer = service.ask(b"1", mate="ben")

    assert answer.cells == {"similarity": 91.0, "rank": 2, "mate_score": 85.5}
    assert service.gallery == 25000
    assert "face model 7.0" in service.version


def test_a_stranger_without_candidates_has_score_0_and_no_mate(client, stub):
    service = searcher(client, stub)
    stub.add_response("search_faces_by_image", candidates())

    assert service.ask(b"1").cells == {"similarity": 0.0, "rank": None, "mate_score": None}


def test_a_collection_that_is_not_there_ends_the_run(client, stub):
    stub.add_client_error("describe_collection", "ResourceNotFoundException", "no such collection")

    with pytest.raises(AdapterError, match="no such collection"):
        SearchFaces(client, collection="mugshots", **in_no_time())


def folder_of(tmp_path, names, header="image,subject,race"):
    folder = tmp_path / "faces"
    folder.mkdir()
    for name in names:
        (folder / name.split(",")[0]).write_bytes(name.encode())
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join([header, *names]) + "\n", encoding="utf-8")
    return folder, labels


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_comparisons_become_pairs_that_can_be_audited(client, stub, tmp_path):
    folder, labels = folder_of(tmp_path, ["a1.jpg,a,X", "a2.jpg,a,X", "b.jpg,b,Y", "c.jpg,c,Y"])
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "image_a,image_b\na1.jpg,a2.jpg\na1.jpg,b.jpg\nb.jpg,c.jpg\na1.jpg,c.jpg\n",
        encoding="utf-8",
    )
    stub.add_response("compare_faces", compared(99.0))
    stub.add_response("compare_faces", compared(10.0))
    for _pair in range(2):
        stub.add_client_error("compare_faces", "InvalidParameterException", "no face")

    made = ask_folder(
        CompareFaces(client, **in_no_time()), folder, labels=labels, out=tmp_path / "out",
        confirm=lambda _estimate: True, plan=plan,
    )  # fmt: skip

    pairs = table(made.files["pairs"])
    assert [(p["mated"], float(p["similarity"])) for p in pairs] == [("1", 99.0), ("0", 10.0)]
    assert made.summary["failed questions"] == {"no face found": 2}
    (failed,) = table(made.files["failed"])
    assert (failed["race"], failed["mated"]) == ("Y", "0")
    report = verify(
        made.files["pairs"], subjects=made.files["subjects"],
        thresholds=[Threshold("80", 80.0, "vendor default")],
    )  # fmt: skip
    assert report.document["system"]["score"] == "similarity"


def test_a_picture_without_a_face_tells_which_comparisons_fell_out(client, stub, tmp_path):
    """Of asha's three pictures one has no face: of her three comparisons two fall out."""
    names = ["a1.jpg,asha,X", "a2.jpg,asha,X", "a3.jpg,asha,X", "b1.jpg,ben,Y", "b2.jpg,ben,Y"]
    folder, labels = folder_of(tmp_path, names)
    service = CompareFaces(client, **in_no_time())

    bens = {b"b1.jpg,ben,Y", b"b2.jpg,ben,Y"}

    def ask(*images, mate=None):
        if b"a2.jpg,asha,X" in images or set(images) == bens:
            return Failure("no face found")
        return Answer({"similarity": 90.0, "faces_b": 1})

    service.ask = ask
    made = ask_folder(
        service, folder, labels=labels, out=tmp_path / "out", confirm=lambda _estimate: True
    )

    (failed,) = table(made.files["failed"])
    assert (failed["race"], failed["mated"], failed["reason"]) == ("X", "2", "no face found")
    # Ben's only comparison fell out although each of his pictures was compared with others.
    assert made.summary["mated comparisons that fell out"] == 3
    assert made.summary["of these with no failed picture"] == 1
    found = read_failed(made.files["failed"], ["race"])
    assert found.mated == {(failed["subject"], ("X",)): 2}


def test_searches_carry_gallery_groups_and_whether_the_person_is_in_it(client, stub, tmp_path):
    folder, labels = folder_of(tmp_path, ["a.jpg,X,ben", "b.jpg,Y,"], header="image,race,known_as")
    service = searcher(client, stub)
    for _picture in range(2):
        stub.add_response("search_faces_by_image", candidates((91.0, "ben")))

    made = ask_folder(
        service, folder, labels=labels, out=tmp_path / "out", mate="known_as",
        confirm=lambda _estimate: True,
    )  # fmt: skip

    by_race = {row["race"]: row for row in table(made.files["searches"])}
    assert by_race["X"]["mated"] == "1"
    assert by_race["X"]["rank"] == "1"
    assert by_race["Y"]["mated"] == "0"
    assert by_race["Y"]["rank"] == ""
    assert by_race["X"]["gallery"] == "25000"
    assert b"ben" not in made.files["searches"].read_bytes()
