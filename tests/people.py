"""The same people in every test. Asha signs, Ben organises, Cleo is a stranger."""

from datetime import UTC, datetime

import pytest

from accounts.actions import teams
from accounts.models import Role, Team, User

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ASHA = "asha@mail.example"
ASHA_AT_WORK = "asha.rao@staff.example"
PASSWORD = "a-long-password-for-tests"


def make_team(slug: str) -> Team:
    made = teams.make_team(slug=slug, name=slug.title(), actor=None, now=NOON)
    return Team.objects.get(pk=made.pk)


def make_user(name: str, *, is_host: bool = False) -> User:
    made = teams.make_user(
        email=f"{name}@team.example",
        name=name.title(),
        password=PASSWORD,
        actor=None,
        now=NOON,
        is_host=is_host,
    )
    return User.objects.get(pk=made.pk)


def member(name: str, team: Team, *roles: Role) -> User:
    user = make_user(name)
    teams.give_roles(team=team, user=user, roles=roles, actor=None, now=NOON)
    return user


@pytest.fixture
def team(db):
    """The campaign's team, with Ben as its owner and editor."""
    made = make_team("campaign")
    member("ben", made, Role.OWNER, Role.EDITOR)
    return made


@pytest.fixture
def ben(team):
    return User.objects.get(email="ben@team.example")


@pytest.fixture
def mo(team):
    return member("mo", team, Role.MODERATOR)


@pytest.fixture
def eve(team):
    return member("eve", team, Role.EVIDENCE_EDITOR)


@pytest.fixture
def ravi(team):
    return member("ravi", team, Role.REVIEWER)


@pytest.fixture
def ada(team):
    return member("ada", team, Role.AUDITOR)


@pytest.fixture
def cleo(db):
    """A stranger: the owner of another team."""
    return member("cleo", make_team("others"), Role.OWNER, Role.MODERATOR)


@pytest.fixture
def host(db):
    return make_user("hana", is_host=True)
