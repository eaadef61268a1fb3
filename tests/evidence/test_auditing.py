"""Asking for an audit, watching it, reading and publishing its report."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from background.actions import run_job
from evidence.actions import auditing
from evidence.errors import EvidenceRefused
from evidence.models import AuditRun, Report
from tests.evidence.factories import asked_run, published_report, small_scores
from tests.people import NOON

ASK = {
    "title": "A small system",
    "thresholds": "0.6",
    "origin": "the vendor's default",
    "system": "A small system 1.0",
}


def ask(client, team, content=None, name="scores.csv", **changed):
    file = SimpleUploadedFile(name, content if content is not None else small_scores())
    form = ASK | {"team": team.pk, "data": file} | changed
    return client.post(reverse("evidence:audit-create", args=["verify"]), form)


@pytest.fixture
def eves(client, eve):
    client.force_login(eve)
    return client


def run_all():
    for run in AuditRun.objects.all():
        run_job(job_id=run.job_id, now=NOON)


def test_an_upload_becomes_a_report_with_rates_intervals_and_findings(eves, team):
    page = ask(eves, team)
    run = AuditRun.objects.get()
    assert page["Location"] == run.get_absolute_url()
    waiting = eves.get(run.get_absolute_url()).content.decode()
    assert "The audit waits for a worker." in waiting
    run_all()

    finished = eves.get(run.get_absolute_url()).content.decode()
    report = Report.objects.get()
    shown = eves.get(report.get_absolute_url()).content.decode()

    assert report.get_absolute_url() in finished
    assert "False match rate" in shown
    assert "60 of 100 comparisons" in shown
    assert "<svg" in shown
    assert "not published: your team alone sees it" in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"thresholds": ""}, "Give a threshold, or a false match rate to fix one at."),
        ({"title": ""}, "This field is required."),
        ({"thresholds": "much"}, "Enter a number."),
        ({"at_fmr": "2"}, "less than or equal to 0.5"),
        ({"name": "scores.txt"}, "a file of this kind is not read"),
    ],
)
def test_what_is_missing_is_said_with_the_form_still_there(eves, team, changed, said):
    page = ask(eves, team, **changed).content.decode()

    assert said in page
    assert AuditRun.objects.count() == 0
    if changed.get("title") is None:
        assert 'value="A small system"' in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"subject_a,subject_b,distance\na,b,0.5\nc,d,much\n", "row 2, column distance: 'much'"),
        (b"subject_a,subject_b,distance\na,b\n", "row 1: this row has 2 cells"),
        (b"subject_a,subject_b,distance\n,b,0.5\n", "row 1, column subject_a: the subject is"),
    ],
)
def test_a_fault_inside_the_file_is_said_with_its_place(eves, team, content, said):
    ask(eves, team, content)
    run_all()

    page = eves.get(AuditRun.objects.get().get_absolute_url()).content.decode()

    assert said in page.replace("&#x27;", "'")
    assert Report.objects.count() == 0


def test_strangers_and_readers_see_no_run_and_start_none(client, team, eve, ada, cleo):
    run = asked_run(team, eve)
    for person, code in ((None, 302), (ada, 404), (cleo, 200)):
        if person:
            client.force_login(person)
        assert client.get(reverse("evidence:audit-choose")).status_code == code
        assert client.get(run.get_absolute_url()).status_code == 404

    with pytest.raises(EvidenceRefused, match="no-right"):
        auditing.cancel(run_id=run.pk, actor=cleo, now=NOON)


def test_a_report_is_its_teams_until_it_is_published(client, team, eve, ben, cleo):
    run = asked_run(team, eve)
    run_all()
    run.refresh_from_db()
    path = run.report.get_absolute_url()

    def codes():
        seen = {}
        for name, person in (("visitor", None), ("stranger", cleo), ("team", ben)):
            client.logout()
            if person:
                client.force_login(person)
            seen[name] = client.get(path).status_code, client.get(f"{path[:-1]}.json").status_code
        return seen

    assert codes() == {"visitor": (404, 404), "stranger": (404, 404), "team": (200, 200)}
    client.force_login(cleo)
    assert client.post(f"{path}publish/").status_code == 404
    assert not Report.objects.get().is_published

    auditing.publish(sha256=run.report_id, actor=eve, now=NOON)

    assert set(codes().values()) == {(200, 200)}


def test_the_json_is_the_bytes_that_the_hash_is_of(client, team, eve):
    import hashlib

    report = published_report(team, eve)

    body = client.get(f"/evidence/{report.sha256}.json").content

    assert hashlib.sha256(body).hexdigest() == report.sha256
    assert json.loads(body)["rates"]


def test_a_cancelled_audit_leaves_no_report(eves, team, eve):
    run = asked_run(team, eve)

    assert auditing.cancel(run_id=run.pk, actor=eve, now=NOON)
    run_all()

    assert Report.objects.count() == 0
    assert "The audit was stopped." in eves.get(run.get_absolute_url()).content.decode()


def test_the_lists_take_the_same_queries_however_long(eves, team, eve):
    def queries():
        with CaptureQueriesContext(connection, ) as found:  # fmt: skip
            assert eves.get(reverse("evidence:report-list")).status_code == 200
        return len(found)

    published_report(team, eve)
    short = queries()
    for errors in (41, 42, 43):
        asked_run(team, eve, small_scores(errors))
    run_all()

    assert queries() == short


@pytest.mark.parametrize("name", ["skin-types", "deepface-labels"])
def test_the_samples_can_be_downloaded(client, db, name):
    answer = client.get(reverse("evidence:sample", args=[name]))

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert len(b"".join(answer.streaming_content)) > 10_000


def test_an_unknown_sample_is_not_found(client, db):
    assert client.get("/evidence/samples/passwd/").status_code == 404
