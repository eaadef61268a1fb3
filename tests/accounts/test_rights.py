"""The one table of who may do what, written a second time by hand."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.models import Role
from accounts.rights import TABLE, Right, may, needs, rights_of, teams_with
from tests.people import member

ROLES = ["OWNER", "EDITOR", "MODERATOR", "REVIEWER", "EVIDENCE_EDITOR", "AUDITOR"]
# One line for each right, one column for each role, in the order of ROLES.
EXPECTED = {
    Right.READ_PETITION: "yes yes yes yes yes yes",
    Right.EDIT_PETITION: "yes yes no no no no",
    Right.SUBMIT_PETITION: "yes yes no no no no",
    Right.MODERATE_PETITION: "no no yes no no no",
    Right.STEER_PETITION: "yes yes no no no no",
    Right.ISSUE_INVITATIONS: "yes yes no no no no",
    Right.READ_COUNTS: "yes yes yes yes yes yes",
    Right.READ_SIGNERS: "yes no no yes no no",
    Right.REACH_SIGNERS: "yes no no no no no",
    Right.REVIEW_PROOF: "no no no yes no no",
    Right.RUN_AUDIT: "yes no no no yes no",
    Right.PUBLISH_REPORT: "yes no no no yes no",
    Right.EDIT_REGISTER: "yes no no no yes no",
    Right.READ_ACCESS_LOG: "yes yes yes yes yes yes",
    Right.SET_LEGAL_HOLD: "yes no no no no no",
    Right.MANAGE_TEAM: "yes no no no no no",
}
CASES = [
    (right, Role[role], word == "yes")
    for right, words in EXPECTED.items()
    for role, word in zip(ROLES, words.split(), strict=True)
]


def test_every_right_and_every_role_stands_in_the_table():
    assert set(EXPECTED) == set(Right)
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize(("right", "role", "expected"), CASES)
def test_a_role_gives_its_rights_and_no_other(team, right, role, expected):
    user = member("somebody", team, role)

    assert may(user, right, team) is expected
    assert teams_with(user, right).filter(pk=team.pk).exists() is expected


def test_roles_add_up(team):
    both = member("both", team, Role.MODERATOR, Role.REVIEWER)

    assert rights_of(both, team) == TABLE[Role.MODERATOR] | TABLE[Role.REVIEWER]


@pytest.mark.parametrize("right", Right)
def test_rights_end_at_the_team(team, cleo, right):
    assert not may(cleo, right, team)


@pytest.mark.parametrize("right", Right)
def test_who_keeps_the_host_may_do_all(team, host, right):
    assert may(host, right, team)


@pytest.mark.parametrize("right", Right)
def test_a_closed_account_may_do_nothing(team, ben, host, right):
    ben.is_active = host.is_active = False

    assert not may(ben, right, team)
    assert not may(host, right, team)
    assert not may(AnonymousUser(), right, team)


class Thing:
    def __init__(self, team):
        self.team = team


def ask(user, right, find=None, path="/evidence/new/"):
    request = RequestFactory().get(path)
    request.user = user
    return needs(right, find)(lambda _request, *args: HttpResponse(repr(len(args))))(request)


def test_a_stranger_is_not_told_that_a_thing_exists(team, cleo):
    for stranger in [cleo, AnonymousUser()]:
        with pytest.raises(Http404):
            ask(stranger, Right.READ_PETITION, find=lambda: Thing(team))


def test_whoever_has_the_right_gets_the_thing(team, ada):
    assert ask(ada, Right.READ_PETITION, find=lambda: Thing(team)).content == b"1"


def test_a_page_without_a_thing_asks_a_visitor_to_sign_in(db):
    answer = ask(AnonymousUser(), Right.RUN_AUDIT)

    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/evidence/new/"


def test_a_page_without_a_thing_wants_the_right_in_some_team(eve, ada):
    assert ask(eve, Right.RUN_AUDIT).status_code == 200
    with pytest.raises(Http404):
        ask(ada, Right.RUN_AUDIT)
