"""Taking a file in: its kind and size are checked, and nothing is kept of one that is refused."""

import gzip
import io
from pathlib import Path

import pytest
from django.conf import settings as conf

from evidence.actions import receiving
from evidence.errors import EvidenceRefused
from evidence.models import Upload
from tests.evidence.factories import small_scores


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = conf.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


def receive(team, actor, content: bytes, name: str = "scores.csv"):
    return receiving.receive(team=team, file=io.BytesIO(content), name=name, actor=actor)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_good_file_is_kept_by_its_content_and_not_by_its_name(team, eve, files):
    taken = receive(team, eve, small_scores(), name="C:\\Users\\asha.rao\\scores.csv")

    assert taken.layout == "pairs"
    assert taken.polarity == "distance"
    assert taken.groups == ["group"]
    assert "asha" not in taken.upload.file.name
    assert [path.read_bytes() for path in kept(files)] == [small_scores()]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scores.exe", b"MZ", "a file of this kind is not read"),
        ("scores", b"a,b", "a file of this kind is not read"),
        ("scores.csv", b"", "is empty"),
        ("scores.csv", b"PK\x03\x04rest", "the name says text, the content does not"),
        ("scores.csv", "subject_a,score".encode("utf-16"), "UTF-8"),
        ("scores.csv", b"a,a\n1,2\n", "two columns have the same name"),
        ("scores.parquet", b"PAR1cut off", "not a Parquet file, or it is cut off"),
        ("scores.parquet", gzip.compress(b"0" * 1000, mtime=0), "not a Parquet file"),
        ("scores.jsonl", b"[1, 2]\n", "one JSON object"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_not_kept(
    team, eve, files, name, content, said
):
    with pytest.raises(EvidenceRefused) as refusal:
        receive(team, eve, content, name)

    assert said in refusal.value.words
    assert name in refusal.value.words
    assert kept(files) == []
    assert Upload.objects.count() == 0


def test_a_file_over_the_limit_is_refused_before_it_is_kept(team, eve, files, settings):
    settings.EVIDENCE_UPLOAD_BYTES_MAX = 1 << 20

    with pytest.raises(EvidenceRefused, match="too-large"):
        receive(team, eve, b"x" * ((1 << 20) + 1))

    assert kept(files) == []


def test_only_who_runs_audits_hands_files_in(team, ada, cleo, files):
    for person in (ada, cleo):
        with pytest.raises(EvidenceRefused, match="no-right"):
            receive(team, person, small_scores())

    assert kept(files) == []
