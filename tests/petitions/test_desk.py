"""The organisers' admin: what each person sees and can press, and that nothing typed is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions.actions import lifecycle
from petitions.models import Petition, State
from tests.factories import draft_petition, make_company, open_petition
from tests.people import NOON, make_team

ADD = "admin:petitions_petition_add"
LIST = "admin:petitions_petition_changelist"


@pytest.fixture
def desk(client, ben):
    client.force_login(ben)
    return client


def page_of(petition):
    return reverse("admin:petitions_petition_change", args=[petition.pk])


def move(petition, verb):
    return reverse("admin:petitions_petition_move", args=[petition.pk, verb])


def filled(team, **changed):
    return {
        "team": team.pk, "title": "Test it in public", "demand": "We ask the board to test it.",
        "language": "en", "company": make_company().pk, "addressee": "the board",
        "relations": ["employee", "public"], "publication": "batched", "floor": 10,
        "methods": ["mailbox"], "review_days": 7, "vouchers": 2, "keep_days": 180,
    } | changed  # fmt: skip


def test_an_organiser_writes_a_petition_in_a_form(desk, team):
    answer = desk.post(reverse(ADD), filled(team))

    petition = Petition.objects.get()
    assert answer.status_code == 302
    assert (petition.state, petition.slug, petition.team) == (
        State.DRAFT, "test-it-in-public", team,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "required"),
        ({"relations": []}, "required"),
        ({"floor": 3}, "greater than or equal to"),
        ({"methods": ["handshake"]}, "valid choice"),
        ({"vouchers": 1}, "choose a number from 2 to 5"),
        ({"keep_days": 5000}, "choose a number from 1 to 730"),
        ({"closes_on": "2001-01-01"}, "lies in the past"),
        ({"closes_on": "9999-12-31"}, "at most"),
        ({"closes_on": "soon"}, "valid date"),
        ({"language": "xx"}, "valid choice"),
        ({"company": "999999"}, "valid choice"),
        ({"evidence": ["0" * 64]}, "not one of the available choices"),
        ({"title": "x" * 5000}, "at most"),
        ({"title": "a\x00b"}, "Null characters"),
    ],
)
def test_a_fault_is_said_beside_what_was_typed(desk, team, changed, said):
    page = desk.post(reverse(ADD), filled(team) | changed)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert "We ask the board to test it." in page.content.decode()
    assert not Petition.objects.exists()


def test_what_a_verb_refuses_is_said_with_the_text_still_there(desk, team, monkeypatch):
    from petitions.actions import drafting
    from petitions.errors import PetitionRefused

    def refuses(**_values):
        raise PetitionRefused("slug-taken")

    monkeypatch.setattr(drafting, "create", refuses)

    page = desk.post(reverse(ADD), filled(team)).content.decode()

    assert "has this address already" in page
    assert "We ask the board to test it." in page


def test_a_team_of_somebody_else_cannot_be_chosen(desk, team):
    other = make_team("strangers")

    page = desk.post(reverse(ADD), filled(other))

    assert page.status_code == 200
    assert not Petition.objects.exists()


def test_a_draft_and_an_open_petition_open_in_forms_of_their_own(desk, team, ben):
    draft, published = draft_petition(team, ben), open_petition(team, ben)

    of_draft = desk.get(page_of(draft)).content.decode()
    of_published = desk.get(page_of(published)).content.decode()

    assert 'name="company"' in of_draft
    assert 'name="company"' not in of_published
    assert 'name="demand"' in of_published


def test_saving_an_open_petition_drafts_a_version_and_changes_no_page(desk, team, ben):
    petition = open_petition(team, ben)
    before = desk.get(petition.get_absolute_url()).content.decode()

    desk.post(page_of(petition), {"title": "New", "demand": "Newer words", "language": "en"})

    assert "Newer words" not in desk.get(petition.get_absolute_url()).content.decode()
    assert "We ask the board" in before
    assert Petition.objects.get().draft().demand == "Newer words"


@pytest.mark.parametrize("person", ["cleo"])
def test_strangers_get_404_or_the_list_without_it(client, request, team, ben, person):
    petition = open_petition(team, ben)
    client.force_login(request.getfixturevalue(person))

    assert petition.title not in client.get(reverse(LIST)).content.decode()
    for path in (page_of(petition), move(petition, "pause"), move(petition, "close")):
        assert client.get(path).status_code in (302, 404)
        assert client.post(path, {}).status_code in (302, 403, 404)
    petition.refresh_from_db()
    assert petition.state == State.OPEN


@pytest.mark.parametrize(
    ("person", "verb"),
    [("ben", "publish"), ("ben", "remove"), ("mo", "pause"), ("ada", "pause"), ("eve", "close")],
)
def test_a_button_without_the_right_is_not_there(client, request, team, ben, person, verb):
    petition = open_petition(team, ben)
    client.force_login(request.getfixturevalue(person))

    assert move(petition, verb) not in client.get(page_of(petition)).content.decode()
    assert client.post(move(petition, verb), {"words": "x"}).status_code == 404


def test_asking_changes_nothing_and_pressing_does(client, team, ben, mo):
    petition = draft_petition(team, ben)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    client.force_login(mo)

    assert client.get(move(petition, "publish")).status_code == 200
    petition.refresh_from_db()
    assert petition.state == State.SUBMITTED
    client.post(move(petition, "publish"), {})
    petition.refresh_from_db()
    assert petition.state == State.OPEN


def test_a_rejection_needs_its_public_reason(client, team, ben, mo):
    petition = draft_petition(team, ben)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    client.force_login(mo)

    empty = client.post(move(petition, "reject"), {"reason": "unsourced", "words": ""})
    client.post(move(petition, "reject"), {"reason": "unsourced", "words": "Name the contract."})

    assert empty.status_code == 200
    petition.refresh_from_db()
    assert petition.state == State.REJECTED


def test_a_moderator_finds_what_waits(client, team, ben, mo):
    petition = draft_petition(team, ben)
    lifecycle.submit(petition_id=petition.pk, actor=ben, now=NOON)
    client.force_login(mo)

    page = client.get(reverse("admin:index")).content.decode()

    assert "Read and decide" in page
    assert page_of(petition) in page


LISTS = [
    LIST,
    "admin:index",
    "admin:privacy_accessrecord_changelist",
    "admin:petitions_transition_changelist",
]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_queries_however_long(desk, team, ben, name):
    taken = []
    for _ in range(2):
        for _ in range(5):
            open_petition(team, ben)
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse(name))
        taken.append(len(queries))

    assert taken[0] == taken[1] <= 48


def test_no_petition_can_be_deleted(desk, team, ben):
    petition = draft_petition(team, ben)

    answer = desk.post(
        reverse("admin:petitions_petition_delete", args=[petition.pk]), {"post": "yes"}
    )

    assert answer.status_code == 403
    assert Petition.objects.exists()


@pytest.mark.parametrize("path", ["?state=%00", "?q=%00", "?p=99999", "?o=x", "?team=x", "?e=1"])
def test_odd_addresses_of_a_list_break_nothing(desk, team, ben, path):
    open_petition(team, ben)

    assert desk.get(reverse(LIST) + path).status_code < 500
