"""Files that no audit can read: said in words at their field, no error page, nothing kept."""

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from background.actions import run_job
from evidence.models import AuditRun, Report, Upload
from tests.evidence.factories import (
    FORMS,
    hand_in,
    small_labels,
    small_pairs,
    small_predictions,
    small_scores,
)

HUGE = 2_000


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGES = conf.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


@pytest.fixture
def eves(client, eve):
    client.force_login(eve)
    return client


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


BROKEN = {
    "empty": (b"", "The submitted file is empty."),
    "utf-16": ("subject_a,score\na,0.5\n".encode("utf-16"), "UTF-8"),
    "nul": (b"subject_a,sc\0re\na,0.5\n", "data.csv"),
    "zip": (b"PK\x03\x04rest", "the name says text, the content does not"),
    "twins": (b"a,a\n1,2\n", "data.csv, row 0: two columns have the same name"),
    "wide": (b",".join(b"c%d" % n for n in range(5_000)) + b"\n", "at most 4,096 are read"),
    "huge heading": (b"x" * 100_000 + b",score\n", "data.csv"),
}


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        *((kind, "utf-16") for kind in FORMS if kind != "compare"),
        *(("compare", how) for how in BROKEN),
    ],
)
def test_a_broken_file_is_refused_at_its_field_and_no_file_stays(eves, team, folder, kind, how):
    content, message = BROKEN[how]
    roles = list(FORMS[kind][0])
    last = roles[-1]

    answer = hand_in(eves, team, kind, {last: SimpleUploadedFile("data.csv", content)})

    assert answer.status_code == 200
    assert message in answer.content.decode().replace("&#x27;", "'")
    assert list(answer.context["form"].errors) == [last]
    assert (AuditRun.objects.count(), Upload.objects.count(), kept(folder)) == (0, 0, [])


@pytest.mark.parametrize("name", ["scores.txt", "scores", "scores.csv.gz", "a.npy"])
def test_a_file_of_another_kind_is_refused(eves, team, folder, name):
    answer = hand_in(eves, team, "verify", {"data": SimpleUploadedFile(name, small_scores())})

    assert "a file of this kind is not read" in answer.content.decode()
    assert (Upload.objects.count(), kept(folder)) == (0, [])


def test_a_file_over_the_limit_is_refused(eves, team, folder, settings):
    settings.EVIDENCE_UPLOAD_BYTES_MAX = 1 << 20
    files = {"b": SimpleUploadedFile("b.csv", b"x" * ((1 << 20) + 1))}

    answer = hand_in(eves, team, "compare", files)

    assert "b.csv is larger than 1 MB" in answer.content.decode()
    assert (Upload.objects.count(), kept(folder)) == (0, [])


LATE = {
    "verify": (
        {"data": small_scores() + b"\n" + b"x" * HUGE + b",b,0.5,0,x,x\n"},
        "File of comparison scores, row 201, column subject_a",
    ),
    "identify": (
        {"data": b"probe,gallery,hits,race\np0,500,some,x\n"},
        "File of searches, row 1, column hits",
    ),
    "classify": (
        {"data": small_predictions(), "truth": small_labels() + b"p0,x,m\n"},
        "Table of true labels, row 241",
    ),
    "counts": ({"data": b"race,errors,n\nx,-3,200\n"}, "Table of counts or rates, row 1"),
    "compare": (
        {"b": small_pairs(1) + b"p1,p2\n"},
        "File of the second system, row 1831: this row has 2 cells",
    ),
}


@pytest.mark.parametrize("kind", LATE)
def test_a_fault_far_inside_a_file_ends_the_audit_with_its_place(eves, team, kind):
    files, message = LATE[kind]
    hand_in(eves, team, kind, files)
    run = AuditRun.objects.get()

    run_job(job_id=run.job_id, now=timezone.now())

    page = eves.get(run.get_absolute_url())
    assert page.status_code == 200
    assert message in page.content.decode()
    assert f"/evidence/new/{kind}/" in page.content.decode()
    assert Report.objects.count() == 0


def test_nothing_is_left_of_a_request_that_breaks_off(eves, team, folder, monkeypatch):
    from evidence.actions import auditing

    def broken(**_given):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(auditing, "enqueue", broken)
    with pytest.raises(RuntimeError):
        hand_in(eves, team, "compare")

    assert (Upload.objects.count(), kept(folder)) == (0, [])
