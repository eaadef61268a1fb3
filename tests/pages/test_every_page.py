"""Every public page opens, in few queries, and asks nothing of a third party."""

import re

import pytest
from django.urls import reverse

from petitions.actions import lifecycle
from register.actions import seeding
from tests.factories import draft_petition, make_contract, open_petition, opened
from tests.people import NOON

PUBLIC = [
    "pages:home",
    "pages:petition-list",
    "pages:how-we-count",
    "pages:what-we-hold",
    "pages:legal-demands",
    "register:company-list",
    "register:agency-list",
    "register:contract-list",
    "register:commitment-list",
    "evidence:report-list",
    "transparency:log",
    "account_login",
]
BYTES_MAX = 100_000


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_is_light_and_takes_at_most_ten_queries(
    name, client, team, ben, django_assert_max_num_queries
):
    seeding.seed()
    for _ in range(4):
        open_petition(team, ben, contract=make_contract())

    with django_assert_max_num_queries(10):
        response = client.get(reverse(name))

    assert response.status_code == 200
    assert len(response.content) < BYTES_MAX
    assert not re.search(rb'(src|href)="https?://(?!www\.wikipedia)', response.content)


@pytest.mark.parametrize(
    "path",
    [
        "/companies/amazon/",
        "/agencies/orlando-pd/",
        "/contracts/orlando-amazon/",
        "/commitments/amazon-2021/",
    ],
)
def test_a_page_of_the_register_shows_its_facts(path, client, db, django_assert_max_num_queries):
    seeding.seed()

    with django_assert_max_num_queries(10):
        response = client.get(path)

    assert response.status_code == 200


def test_the_petition_page_takes_at_most_ten_queries(
    client, team, ben, django_assert_max_num_queries
):
    petition = open_petition(team, ben, contract=make_contract())

    with django_assert_max_num_queries(10):
        response = client.get(petition.get_absolute_url())

    assert "We ask the board to <strong>stop</strong>." in response.content.decode()


def test_a_search_finds_words_of_the_demand(client, team, ben):
    open_petition(team, ben)

    found = client.get("/petitions/", {"q": "board"}).content.decode()
    missed = client.get("/petitions/", {"q": "bicycles"}).content.decode()

    assert "Stop selling" in found
    assert "Stop selling" not in missed


def test_a_draft_has_no_public_page(client, team, ben):
    petition = draft_petition(team, ben)

    assert client.get(petition.get_absolute_url()).status_code == 404


def test_a_rejected_petition_says_why(client, team, ben, mo):
    petition = draft_petition(team, ben)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    lifecycle.reject(
        petition_id=petition.pk, reason="unsourced", words="Name the contract.", actor=mo, now=NOON
    )

    page = client.get(petition.get_absolute_url()).content.decode()

    assert "Name the contract." in page
    assert "without a source" in page


def test_a_removed_petition_is_gone(client, team, ben, mo):
    petition = open_petition(team, ben)
    lifecycle.remove(petition_id=petition.pk, words="A court said so.", actor=mo, now=NOON)

    response = client.get(petition.get_absolute_url())

    assert response.status_code == 410
    assert "A court said so." in response.content.decode()


def test_only_the_team_sees_a_preview(client, team, ben, cleo):
    petition = draft_petition(team, ben)
    path = reverse("pages:petition-preview", args=[petition.slug])

    answers = {}
    for person in (None, cleo, ben):
        if person:
            client.force_login(person)
        answers[person] = client.get(path).status_code

    assert answers == {None: 404, cleo: 404, ben: 200}


def test_the_receipt_opens_and_offers_the_proof(client, team, ben):
    opened(client, open_petition(team, ben), "asha@mail.example")

    page = client.get(reverse("signatures:mine")).content.decode()
    choice = client.get(reverse("signatures:proof-choose")).content.decode()

    assert "not counted among the verified" in page
    assert "may log that a message arrived" in choice
