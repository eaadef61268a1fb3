"""Every kind of audit: from its form to its report, its figures, its files and its bytes again."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from background.actions import run_job
from evidence import reading
from evidence.kinds import KINDS
from evidence.kinds.samples import SAMPLES, TITLES
from evidence.models import AuditRun, Report, Upload
from recognition_audit.reproduction import reproduce
from tests.evidence.factories import (
    FORMS,
    hand_in,
    small_labels,
    small_pairs,
    small_predictions,
    small_scores,
)
from tests.factories import make_contract


@pytest.fixture
def eves(client, eve):
    client.force_login(eve)
    return client


def ran(page) -> AuditRun:
    run = AuditRun.objects.get()
    assert page["Location"] == run.get_absolute_url()
    run_job(job_id=run.job_id, now=timezone.now())
    run.refresh_from_db()
    return run


def said(client, run) -> str:
    return client.get(run.get_absolute_url()).content.decode().replace("&#x27;", "'")


def test_every_kind_has_a_filled_in_form_here():
    assert set(FORMS) == set(KINDS)


@pytest.mark.parametrize("kind", FORMS)
def test_a_kind_goes_from_its_form_to_a_report_in_every_form(eves, team, kind):
    run = ran(hand_in(eves, team, kind))
    assert run.job.problem == ""
    report = run.report
    path = report.get_absolute_url()

    shown = eves.get(path).content.decode()
    figures = eves.get(f"{path}figures/").content.decode()

    assert "<svg" in shown
    assert "<table" in figures
    assert report.headline[:40] in shown.replace("&#x27;", "'")
    assert f"Tested: {report.tested}" in shown
    assert reading.command(report) in shown
    offered = [form for form in ("html", "md", "csv", "pdf") if f"{path[:-1]}.{form}" in shown]
    assert len(offered) == 4
    for form in offered:
        answer = eves.get(f"{path[:-1]}.{form}")
        assert answer.status_code == 200
        assert len(answer.content) > 500, form


@pytest.mark.parametrize("kind", FORMS)
def test_a_report_of_every_kind_is_made_again_from_its_files(eves, team, kind):
    run = ran(hand_in(eves, team, kind))
    body = eves.get(f"{run.report.get_absolute_url()[:-1]}.json").content

    again = reproduce(body, list(run.paths().values()))

    assert again.is_same, again.differences


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_shows_the_fields_of_its_kind_alone_in_one_section_each(eves, kind):
    page = eves.get(reverse("evidence:audit-create", args=[kind])).content.decode()

    names = {"title", "team", *KINDS[kind].fields, *(one.role for one in KINDS[kind].inputs)}
    for name in names:
        assert page.count(f' name="{name}"') == 1, name
    others = {name for other in KINDS.values() for name in other.fields} - names
    assert [name for name in others if f' name="{name}"' in page] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_of_a_kind_are_there_and_named(client, db, kind):
    assert KINDS[kind].samples
    for name in KINDS[kind].samples:
        assert TITLES[name]
        answer = client.get(reverse("evidence:sample", args=[name]))
        assert answer.status_code == 200
        answer.close()
    assert set(TITLES) == set(SAMPLES)


def sample(name: str) -> SimpleUploadedFile:
    from config.embedded import ROOT

    path = ROOT / "evidence/samples" / SAMPLES[name]
    return SimpleUploadedFile(path.name, path.read_bytes())


def test_the_published_table_of_gender_shades_gives_its_known_rates(eves, team):
    files = {"data": sample("gender-shades-counts")}
    run = ran(hand_in(eves, team, "counts", files, metric="", groups="skin, gender"))

    shown = eves.get(run.report.get_absolute_url()).content.decode()

    assert "94 of 271" in shown
    assert run.report.system == "IBM, Microsoft, Face++"


def test_two_classifiers_are_compared_on_the_real_predictions(eves, team):
    files = {"a": sample("deepface-predictions"), "b": sample("facellm-predictions")}
    files |= {"truth": sample("deepface-labels")}
    run = ran(
        hand_in(
            eves, team, "compare", files, groups="race, gender", thresholds_a="", thresholds_b="",
            name_a="DeepFace", version_a="", name_b="FaceLLM", version_b="",
        )
    )  # fmt: skip

    assert "188 of 216 cases with DeepFace" in run.report.headline


def test_galleries_are_drawn_from_a_matrix(eves, team):
    people = 40
    distances = ["distance", *[f"{0.3 + n * 7 % 50 / 100}" for n in range(people * 39 // 2)]]
    subjects = ["subject,race", *[f"s{n},{'xy'[n % 2]}" for n in range(people)]]
    files = {
        "data": "\n".join(distances).encode(),
        "subjects": "\n".join(subjects).encode(),
    }
    run = ran(
        hand_in(
            eves, team, "identify", files, thresholds="0.5", sizes="5 10", draws="3", contrasts="",
            ranks="", seed="7",
        )
    )  # fmt: skip

    assert run.job.problem == ""
    parameters = run.report.content["manifest"]["parameters"]
    assert (parameters["sizes"], parameters["draws"], parameters["seed"]) == ([5, 10], 3, 7)


def test_columns_with_other_names_are_mapped(eves, team):
    other = small_scores().replace(b"distance", b"vgg dist", 1).replace(b"mated", b"same", 1)
    run = ran(
        hand_in(
            eves, team, "verify", {"data": other}, polarity="distance",
            columns="score = vgg dist\n\nmated=same\n",
        )
    )  # fmt: skip

    assert run.report.content["manifest"]["parameters"]["columns"] == {
        "score": "vgg dist",
        "mated": "same",
    }


@pytest.mark.parametrize(
    ("kind", "changed", "message"),
    [
        ("verify", {"thresholds": "0,6"}, "Write numbers with a point, as in 0.6"),
        ("verify", {"thresholds": "0.6 0.60"}, "A number stands twice."),
        ("verify", {"thresholds": "nan"}, "Enter a number."),
        ("verify", {"thresholds": "1e999"}, "Enter a number."),
        ("verify", {"at_fmr": "0"}, "greater than or equal to 1e-06"),
        ("verify", {"contrasts": "x against y"}, "“x against y”: write one a line, as in"),
        ("verify", {"columns": "score"}, "“score”: write one a line, as in “score = vgg_dist”"),
        ("verify", {"polarity": "both"}, "Select a valid choice."),
        ("verify", {"seed": "-1"}, "greater than or equal to 0"),
        ("verify", {"system": ""}, "This field is required."),
        ("identify", {"ranks": "1.5"}, "Enter whole numbers, with blanks between them."),
        ("identify", {"draws": "20000"}, "less than or equal to 10000"),
        ("classify", {"attribute": ""}, "This field is required."),
        ("counts", {"metric": "charm"}, "Select a valid choice."),
        ("compare", {"version_b": "1"}, "The two systems have one name"),
        ("compare", {"thresholds_b": ""}, "Give as many thresholds for one system"),
        ("compare", {"thresholds_a": "", "thresholds_b": ""}, "Give a threshold, or a false match"),
    ],
)
def test_a_wrong_field_is_said_and_nothing_is_kept(eves, team, kind, changed, message):
    answer = hand_in(eves, team, kind, **changed)

    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert "choose them again" in answer.content.decode()
    assert (AuditRun.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "changed", "files", "message"),
    [
        (
            "verify", {"polarity": "distance", "thresholds": "2"}, {"data": small_pairs(0)},
            "They are a similarity: say “The scores are: similarity”.",
        ),
        ("verify", {"groups": "height"}, {}, "File of comparison scores: there are no columns"),
        ("verify", {"reference": "z"}, {}, "there is no contrast of z. Groups: x, y"),
        ("identify", {}, {"data": small_labels()}, "File of searches"),
        ("classify", {}, {"truth": None}, "File of predictions"),
        ("classify", {}, {"data": small_predictions()[:12]}, "no prediction has a true label"),
        ("counts", {}, {"data": b"race,errors,n\nx,12,200\ny,12,x\n"}, "row 2, column n"),
        ("counts", {}, {"data": b"race,errors,n\nx,300,200\n"}, "Table of counts or rates, row 1"),
        ("compare", {}, {"b": b"subject_a,subject_b,similarity\nq,r,0.5\n"}, "with “Groups”"),
        (
            "compare", {}, {"b": b"subject_a,subject_b,similarity\nq,r,much\n"},
            "File of the second system, row 1, column similarity: 'much'",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_content_is_said_with_its_place(eves, team, kind, changed, files, message):
    run = ran(hand_in(eves, team, kind, files, **changed))
    page = said(eves, run)

    assert run.job.state == "failed"
    assert message in page
    assert str(run.pk) not in run.job.problem
    assert "uploads" not in run.job.problem
    assert Report.objects.count() == 0


def test_a_report_says_whether_it_tests_a_product_under_contract(eves, team):
    contract = make_contract()
    run = ran(hand_in(eves, team, "verify", product=contract.pk))
    report = run.report

    assert (report.company, report.product) == (contract.company, contract.product)
    assert report.content["system"]["vendor"] == contract.company.name
    assert "that the register lists under contracts of" in said(eves, report)


def test_a_product_of_another_company_is_refused(eves, team):
    contract = make_contract()
    other = type(contract.company).objects.create(slug="other", name="Other")

    answer = hand_in(eves, team, "verify", product=contract.pk, company=other.pk)

    assert "The product under contract is another company’s." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_the_json_names_both_systems_of_a_comparison(eves, team):
    run = ran(hand_in(eves, team, "compare"))

    document = json.loads(bytes(run.report.document))
    assert document["system"]["name"] == run.report.system == "Alpha 1 / Alpha 2"
