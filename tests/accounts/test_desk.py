"""Teams and accounts on the desk."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, Team, User
from privacy.models import AccessRecord
from tests.people import make_user

PREFIX = "memberships"


def team_page(team):
    return reverse("admin:accounts_team_change", args=[team.pk])


def filled(team, rows, **fields):
    """The form as a browser would send it: (membership or None, address, roles, leaves)."""
    data = {
        "name": team.name,
        f"{PREFIX}-TOTAL_FORMS": len(rows),
        f"{PREFIX}-INITIAL_FORMS": sum(row[0] is not None for row in rows),
    } | fields
    for number, (membership, address, roles, leaves) in enumerate(rows):
        data[f"{PREFIX}-{number}-id"] = membership.pk if membership else ""
        data[f"{PREFIX}-{number}-team"] = team.pk
        data[f"{PREFIX}-{number}-address"] = address
        data[f"{PREFIX}-{number}-roles"] = roles
        if leaves:
            data[f"{PREFIX}-{number}-DELETE"] = "on"
    return data


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def desk(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def bens(team, ben):
    return Membership.objects.get(team=team, user=ben)


def test_an_owner_sees_their_own_team_only(desk, team, cleo):
    page = desk.get(reverse("admin:accounts_team_changelist")).content.decode()

    assert "Campaign" in page
    assert "Others" not in page
    assert desk.get(team_page(Team.objects.get(slug="others"))).status_code != 200


@pytest.mark.parametrize("person", ["mo", "eve", "ravi", "ada", "cleo"])
def test_nobody_but_an_owner_manages_the_team(client, request, team, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(team_page(team)).status_code != 200


def test_an_owner_brings_somebody_in_by_address(desk, team, bens):
    dora = make_user("dora")
    rows = [
        (bens, "ben@team.example", ["owner", "editor"], False),
        (None, "DORA@team.example", ["auditor", "reviewer"], False),
    ]

    answer = desk.post(team_page(team), filled(team, rows))

    assert answer.status_code == 302
    assert Membership.objects.get(user=dora).roles == ["auditor", "reviewer"]
    assert AccessRecord.objects.filter(verb="team.roles", subject=f"user:{dora.pk}").exists()


def test_an_unknown_address_is_refused_in_words(desk, team, bens):
    rows = [
        (bens, "ben@team.example", ["owner"], False),
        (None, "nobody@team.example", ["auditor"], False),
    ]

    page = desk.post(team_page(team), filled(team, rows)).content.decode()

    assert "No organiser has this address" in page
    assert Membership.objects.get().roles == ["owner", "editor"]


def test_nobody_stands_in_a_team_twice(desk, team, bens):
    make_user("dora")
    dora = (None, "dora@team.example", ["auditor"], False)
    owner = (bens, "ben@team.example", ["owner"], False)

    twice = desk.post(team_page(team), filled(team, [owner, dora, dora])).content.decode()
    again = (None, "ben@team.example", ["auditor"], False)
    member_already = desk.post(team_page(team), filled(team, [owner, again])).content.decode()

    assert "One person stands in two lines" in twice
    assert "in the team already" in member_already


def test_the_last_owner_stays(desk, team, bens):
    for row in [(bens, "", ["editor"], False), (bens, "", ["owner"], True)]:
        desk.post(team_page(team), filled(team, [row]))

    assert Role.OWNER in Membership.objects.filter(pk=bens.pk).values_list("roles", flat=True)[0]


def test_an_owner_hands_the_team_over_in_one_step(desk, team, bens, ada):
    adas = Membership.objects.get(user=ada)
    rows = [(bens, "", ["owner"], True), (adas, "", ["owner"], False)]

    desk.post(team_page(team), filled(team, rows))

    assert list(Membership.objects.values_list("user__email", "roles")) == [(ada.email, ["owner"])]


def test_the_address_of_a_member_cannot_be_exchanged(desk, team, bens):
    make_user("dora")

    desk.post(team_page(team), filled(team, [(bens, "dora@team.example", ["owner"], False)]))

    assert Membership.objects.get().user.email == "ben@team.example"


def test_a_team_is_renamed(desk, team, bens):
    rows = [(bens, "", ["owner", "editor"], False)]

    desk.post(team_page(team), filled(team, rows, name="Ours"))

    assert Team.objects.get().name == "Ours"


def test_who_keeps_the_host_makes_a_team_with_its_owner(client, host):
    client.force_login(host)
    make_user("dora")
    rows = [(None, "dora@team.example", ["owner"], False)]

    data = filled(Team(slug="new", name="New"), rows, slug="new")
    data[f"{PREFIX}-0-team"] = ""
    client.post(reverse("admin:accounts_team_add"), data)

    assert Membership.objects.get().team.slug == "new"


def test_who_keeps_the_host_makes_and_closes_accounts(client, host):
    client.force_login(host)

    fields = {"email": "dora@team.example", "name": "Dora"}
    client.post(reverse("admin:accounts_user_add"), fields)
    dora = User.objects.get(email="dora@team.example")
    assert not dora.has_usable_password()

    client.post(reverse("admin:accounts_user_change", args=[dora.pk]), {"name": "Dora M."})
    dora.refresh_from_db()
    assert (dora.name, dora.is_active) == ("Dora M.", False)


def test_the_last_keeper_of_the_host_stays(client, host):
    client.force_login(host)
    page = reverse("admin:accounts_user_change", args=[host.pk])

    answer = client.post(page, {"name": "Hana"}, follow=True)

    assert User.objects.get().is_active
    assert "Somebody must keep this host" in answer.content.decode()


@pytest.mark.parametrize("name", ["changelist", "add"])
def test_organisers_do_not_see_the_accounts_of_the_host(desk, name):
    assert desk.get(reverse(f"admin:accounts_user_{name}")).status_code == 403
