"""The public API: what the pages show, and nothing more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from petitions.actions import drafting, lifecycle
from petitions.actions import ledger as verbs
from petitions.actions.drafting import Text
from register.actions import seeding
from tests.evidence.factories import asked_run, published_report
from tests.factories import draft_petition, make_contract, moderator_of, open_petition
from tests.people import NOON

LISTS = ["petitions", "reports", "companies", "agencies", "contracts", "commitments"]


def get(client, path, code=200, **query):
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == code, answer.content
    return answer.json()


def test_only_published_petitions_are_there(client, team, ben):
    draft = draft_petition(team, ben)
    petition = open_petition(team, ben)

    found = get(client, "petitions/")["results"]

    assert [one["slug"] for one in found] == [petition.slug]
    get(client, f"petitions/{draft.slug}/", 404)
    get(client, f"petitions/{draft.slug}/counts/", 404)


def test_a_removed_petition_leaves_the_api(client, team, ben, mo):
    petition = open_petition(team, ben)
    lifecycle.remove(petition_id=petition.pk, words="A court said so.", actor=mo, now=NOON)

    get(client, f"petitions/{petition.slug}/", 404)


def test_a_petition_says_what_it_asks_of_whom_and_on_what_evidence(client, team, ben, eve):
    report = published_report(team, eve)
    contract = make_contract()
    petition = open_petition(team, ben, contract=contract)
    text = Text("New title", "New demand", "en", [report.sha256])
    drafting.draft_version(petition_id=petition.pk, text=text, actor=ben, now=NOON)
    drafting.publish_version(petition_id=petition.pk, actor=moderator_of(team), now=NOON)
    petition.refresh_from_db()

    said = get(client, f"petitions/{petition.slug}/")

    assert said["company"] == "example-vision"
    assert said["addressee"] == "the board"
    assert said["contract"] == contract.slug
    assert (said["version"], said["title"]) == (2, "New title")
    assert said["text_digest"] == petition.text.digest
    assert said["evidence"] == [report.sha256]


def test_counts_name_relation_and_proof_and_hide_what_the_page_hides(client, team, ben):
    petition = open_petition(team, ben)
    cells = {("employee", "mailbox"): 7, ("public", "none"): 3, ("contingent", "mailbox"): 12}
    verbs.apply(petition_id=petition.pk, changes=cells, now=NOON)

    said = get(client, f"petitions/{petition.slug}/counts/")

    rows = {row["relation"]: row for row in said["rows"]}
    assert rows["employee"]["total"] is None
    assert rows["employee"]["parts"] == []
    assert rows["contingent"]["parts"] == [{"proof": "mailbox", "total": 12}]
    assert rows["public"]["total"] == 3
    assert said["floor"] == 10


def test_only_published_reports_are_there(client, team, eve):
    report = published_report(team, eve)
    asked_run(team, eve)

    (said,) = get(client, "reports/")["results"]

    assert said["sha256"] == report.sha256
    assert client.get(said["document"]).content == bytes(report.document)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_few_queries_however_long(client, team, ben, eve, name):
    seeding.seed()
    published_report(team, eve)
    for _ in range(5):
        open_petition(team, ben, contract=make_contract())

    with CaptureQueriesContext(connection) as queries:
        assert get(client, f"{name}/")["count"] > 0

    assert len(queries) <= 5


def test_a_fact_of_the_register_comes_with_its_source(client, db):
    seeding.seed()

    said = get(client, "commitments/amazon-2020/")

    assert said["source"]["key"] == "inputmag"
    assert (said["starts"], said["ends"]) == ("2020-06-10", "2021-06-10")
    assert said["confidence"] == "confirmed"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_it(client, team, ben, method):
    petition = open_petition(team, ben)

    answer = getattr(client, method)(f"/api/v1/petitions/{petition.slug}/")

    assert answer.status_code in (403, 405)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("petitions/?state=nonsense", 400),
        ("petitions/none/", 404),
        ("petitions/?limit=-5&offset=abc", 200),
        ("contracts/?is_fictional=perhaps", 400),
        ("reports/zz/", 404),
        ("petitions/?state=%00", 400),
    ],
)
def test_errors_have_one_shape(client, db, path, code):
    answer = client.get(f"/api/v1/{path}")

    assert answer.status_code == code
    if code == 400 and "json" in answer["Content-Type"]:
        assert {"type", "errors"} <= set(answer.json())
        assert {"code", "detail", "attr"} == set(answer.json()["errors"][0])


def test_the_description_is_valid_openapi_and_names_every_list(client, db):
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))

    paths = client.get("/api/v1/schema/").json()["paths"]

    for name in LISTS:
        assert f"/api/v1/{name}/" in paths
    assert "/api/v1/petitions/{slug}/counts/" in paths
