"""Making accounts and teams, and giving roles."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.actions import teams
from accounts.errors import Refused
from accounts.models import Membership, Role, Team, User
from privacy.models import AccessRecord
from tests.people import NOON, PASSWORD, make_user


def roles_of(user, team):
    found = Membership.objects.filter(team=team, user=user).first()
    return found.roles if found else None


def test_an_address_is_one_account_in_any_case_of_letters(ben):
    with pytest.raises(Refused, match="address-taken"):
        teams.make_user(email="BEN@team.example", name="", password=None, actor=None, now=NOON)


def test_the_database_holds_it_too(ben):
    with pytest.raises(IntegrityError, match="user_one_per_address"):
        User.objects.create(email="Ben@TEAM.example")


def test_only_who_keeps_the_host_makes_accounts_and_teams(ben, host):
    with pytest.raises(Refused, match="no-right"):
        teams.make_user(email="new@team.example", name="", password=None, actor=ben, now=NOON)
    with pytest.raises(Refused, match="no-right"):
        teams.make_team(slug="new", name="New", actor=ben, now=NOON)

    made = teams.make_team(slug="new", name="New", actor=host, now=NOON)

    assert Team.objects.get(pk=made.pk).name == "New"


def test_an_owner_gives_roles_and_nobody_else_does(team, ben, mo, cleo):
    dora = make_user("dora")
    for other in [mo, cleo, dora]:
        with pytest.raises(Refused, match="no-right"):
            teams.give_roles(team=team, user=dora, roles=[Role.OWNER], actor=other, now=NOON)

    teams.give_roles(team=team, user=dora, roles=[Role.AUDITOR], actor=ben, now=NOON)

    assert roles_of(dora, team) == ["auditor"]


def test_giving_roles_again_replaces_them(team, ben, ada):
    roles = [Role.EDITOR, Role.REVIEWER, Role.EDITOR]

    teams.give_roles(team=team, user=ada, roles=roles, actor=ben, now=NOON)

    assert roles_of(ada, team) == ["editor", "reviewer"]


@pytest.mark.parametrize(("roles", "code"), [([], "no-role"), (["king"], "unknown-role")])
def test_roles_are_some_and_known(team, ben, ada, roles, code):
    with pytest.raises(Refused, match=code):
        teams.give_roles(team=team, user=ada, roles=roles, actor=ben, now=NOON)


@pytest.mark.parametrize("roles", [[], ["king"]])
def test_the_database_knows_the_roles_too(team, ada, roles):
    with pytest.raises(IntegrityError, match="membership_roles_are_known"):
        Membership.objects.filter(user=ada).update(roles=roles)


def test_a_team_keeps_an_owner(team, ben, ada):
    with pytest.raises(Refused, match="last-owner"):
        teams.give_roles(team=team, user=ben, roles=[Role.EDITOR], actor=ben, now=NOON)
    with pytest.raises(Refused, match="last-owner"):
        teams.leave(team=team, user=ben, actor=ben, now=NOON)

    assert roles_of(ben, team) == ["owner", "editor"]


def test_anybody_may_leave_and_an_owner_may_send_away(team, ben, ada, mo):
    with pytest.raises(Refused, match="no-right"):
        teams.leave(team=team, user=mo, actor=ada, now=NOON)

    teams.leave(team=team, user=ada, actor=ada, now=NOON)
    teams.leave(team=team, user=mo, actor=ben, now=NOON)

    assert roles_of(ada, team) is roles_of(mo, team) is None


def test_a_team_is_renamed_by_its_owner(team, ben, ada):
    with pytest.raises(Refused, match="no-right"):
        teams.rename_team(team=team, name="Ours", actor=ada, now=NOON)

    teams.rename_team(team=team, name="Ours", actor=ben, now=NOON)

    assert Team.objects.get(pk=team.pk).name == "Ours"


def test_a_closed_account_cannot_sign_in(client, ben, host):
    teams.change_user(user_id=ben.pk, name="Ben", is_active=False, actor=host, now=NOON)

    assert not client.login(email=ben.email, password=PASSWORD)


def test_somebody_always_keeps_the_host(host):
    with pytest.raises(Refused, match="last-host"):
        teams.change_user(user_id=host.pk, name="Hana", is_active=False, actor=host, now=NOON)

    make_user("second", is_host=True)
    teams.change_user(user_id=host.pk, name="Hana", is_active=False, actor=host, now=NOON)

    assert not User.objects.get(pk=host.pk).is_active


def test_each_verb_is_written_to_the_access_log(team, ben, ada):
    teams.give_roles(team=team, user=ada, roles=[Role.REVIEWER], actor=ben, now=NOON)

    record = AccessRecord.objects.get(verb="team.roles", actor_id=ben.pk)

    assert (record.subject, record.detail) == (f"user:{ada.pk}", {"roles": ["reviewer"]})


def test_every_refusal_says_why_in_words(db):
    for code in ["no-right", "address-taken", "no-role", "unknown-role", "last-owner", "last-host"]:
        refusal = teams.AccountRefused(code)
        assert str(refusal) == code
        assert refusal.words.endswith(".")


def test_the_command_makes_who_keeps_the_host(db, monkeypatch, capsys):
    monkeypatch.setenv("HOST_PASSWORD", PASSWORD)

    call_command("make_host", email="hana@team.example")

    assert User.objects.get().is_superuser
    assert "second factor" in capsys.readouterr().out
    with pytest.raises(CommandError, match="account with this address"):
        call_command("make_host", email="hana@team.example")
