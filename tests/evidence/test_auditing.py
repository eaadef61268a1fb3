"""Asking for an audit, watching it, reading and publishing its report."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from background.actions import run_job
from evidence.actions import auditing, receiving
from evidence.errors import EvidenceRefused
from evidence.kinds import KINDS
from evidence.models import AuditRun, Report, Upload
from tests.evidence.factories import FORMS, asked_run, hand_in, published_report, small_scores
from tests.factories import make_contract
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
        run_job(job_id=run.job_id, now=timezone.now())


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


def test_an_audit_is_stopped_by_a_button_of_its_team_alone(client, team, eve, ada, cleo):
    run = asked_run(team, eve)
    path = reverse("evidence:run-stop", args=[run.pk])
    for person in (ada, cleo):
        client.force_login(person)
        assert client.post(path).status_code == 404
    client.force_login(eve)
    assert client.get(path).status_code == 405
    assert path in client.get(run.get_absolute_url()).content.decode()
    run.job.refresh_from_db()
    assert run.job.state == "waiting"

    assert client.post(path)["Location"] == run.get_absolute_url()

    assert "The audit was stopped." in client.get(run.get_absolute_url()).content.decode()
    assert client.post(path).status_code == 302


def test_an_audit_that_was_stopped_while_it_ran_keeps_no_report(team, eve, monkeypatch):
    run = asked_run(team, eve)
    compute = auditing.compute

    def slow(*given):
        made = compute(*given)
        auditing.cancel(run_id=run.pk, actor=eve, now=NOON)
        return made

    monkeypatch.setattr(auditing, "compute", slow)
    run_all()

    assert Report.objects.count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_of_a_kind_is_for_those_who_run_audits(client, team, eve, ada, kind):
    path = reverse("evidence:audit-create", args=[kind])
    assert client.get(path).status_code == 302
    for person, code in ((ada, 404), (eve, 200)):
        client.force_login(person)
        assert client.get(path).status_code == code
    assert client.get("/evidence/new/palmistry/").status_code == 404


def test_nobody_asks_in_the_name_of_another_team(client, team, cleo):
    client.force_login(cleo)

    page = hand_in(client, team, "verify").content.decode()

    assert "Select a valid choice." in page
    assert (AuditRun.objects.count(), Upload.objects.count()) == (0, 0)


def test_the_action_checks_what_the_form_checks(team, eve, cleo):
    taken = receiving.receive(
        team=team, file=io.BytesIO(small_scores()), name="a.csv", actor=eve
    ).upload
    right = {
        "team": team, "title": "t", "kind": "verify", "files": {"data": taken}, "company": None,
        "parameters": {"at_fmr": [0.1]}, "actor": eve, "now": NOON,
    }  # fmt: skip
    others = cleo.memberships.get().team
    for wrong, code in (
        ({"actor": cleo}, "no-right"),
        ({"team": others, "actor": cleo}, "no-right"),  # with a file of the first team
        ({"kind": "palmistry"}, "unknown-kind"),
        ({"files": {}}, "no-file"),
        ({"parameters": {}}, "no-threshold"),
        ({"product": "FaceMatch"}, "unknown-product"),
    ):
        with pytest.raises(EvidenceRefused) as refusal:
            auditing.ask(**right | wrong)
        assert refusal.value.code == code
        assert refusal.value.words
    assert AuditRun.objects.count() == 0


def test_a_card_says_when_the_contract_is_for_another_product(team, eve):
    contract = make_contract()
    run = asked_run(team, eve)
    run.company, run.product = contract.company, contract.product
    run.save()
    run_all()
    report = Report.objects.get()

    def card():
        return render_to_string(
            "evidence/report/_card.html", {"report": report, "contract": contract}
        )

    assert "Tests another system" not in card()
    assert "<svg" in card()
    contract.product = "Another product"
    assert "Tests another system than Another product" in card()


def test_the_lists_take_the_same_queries_however_long(eves, team, eve):
    def queries():
        with CaptureQueriesContext(connection, ) as found:  # fmt: skip
            assert eves.get(reverse("evidence:report-list")).status_code == 200
            assert eves.get(reverse("admin:evidence_auditrun_changelist")).status_code == 200
            assert eves.get(reverse("admin:evidence_report_changelist")).status_code == 200
        return len(found)

    published_report(team, eve)
    short = queries()
    for errors in (41, 42, 43):
        asked_run(team, eve, small_scores(errors))
    for kind in FORMS:
        hand_in(eves, team, kind)
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
