"""Making organisers and teams, and giving roles. Each is written to the access log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountRefused
from accounts.models import Membership, Role, Team, User
from accounts.rights import Right, may
from privacy import access_log
from privacy.verbs import verb

USER_MADE = verb("user.made", _("made an account"))
USER_CHANGED = verb("user.changed", _("changed an account"))
TEAM_MADE = verb("team.made", _("made a team"))
TEAM_RENAMED = verb("team.renamed", _("renamed a team"))
TEAM_ROLES = verb("team.roles", _("gave roles in a team"))
TEAM_LEFT = verb("team.left", _("took somebody out of a team"))


@dataclass(frozen=True)
class Made:
    pk: int


def make_user(
    *,
    email: str,
    name: str,
    password: str | None,
    actor: User | None,
    now: datetime,
    is_host: bool = False,
) -> Made:
    """Make an organiser's account. actor None: the host's own command line."""
    if actor is not None and not actor.is_superuser:
        raise AccountRefused("no-right")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                password,
                name=name,
                date_joined=now,
                is_staff=is_host,
                is_superuser=is_host,
            )
            # The host vouches for the address; without this row allauth makes one on a GET.
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
            _note(actor, USER_MADE, f"user:{user.pk}", now)
    except IntegrityError as error:
        raise AccountRefused("address-taken") from error
    return Made(user.pk)


def make_team(*, slug: str, name: str, actor: User | None, now: datetime) -> Made:
    """Make a team; the host's keeper does."""
    if actor is not None and not actor.is_superuser:
        raise AccountRefused("no-right")
    with transaction.atomic():
        team = Team.objects.create(slug=slug, name=name)
        _note(actor, TEAM_MADE, f"team:{team.pk}", now)
    return Made(team.pk)


def rename_team(*, team: Team, name: str, actor: User | None, now: datetime) -> Made:
    """Give the team another name; its short name stays, since addresses hold it."""
    if actor is not None and not may(actor, Right.MANAGE_TEAM, team):
        raise AccountRefused("no-right")
    with transaction.atomic():
        locked = Team.objects.select_for_update().get(pk=team.pk)
        locked.name = name
        locked.save(update_fields=["name"])
        _note(actor, TEAM_RENAMED, f"team:{team.pk}", now)
    return Made(team.pk)


def change_user(
    *, user_id: int, name: str, is_active: bool, actor: User | None, now: datetime
) -> Made:
    """Correct a name; close an account, or open it again. A closed one is signed out at once."""
    if actor is not None and not actor.is_superuser:
        raise AccountRefused("no-right")
    with transaction.atomic():
        # All keepers are locked, lest two close each other's accounts at the same moment.
        keepers = list(User.objects.select_for_update().filter(is_superuser=True, is_active=True))
        user = User.objects.select_for_update().get(pk=user_id)
        if not is_active and [keeper.pk for keeper in keepers] == [user.pk]:
            raise AccountRefused("last-host")
        user.name, user.is_active = name, is_active
        user.save(update_fields=["name", "is_active"])
        _note(actor, USER_CHANGED, f"user:{user.pk}", now)
    return Made(user.pk)


def give_roles(
    *, team: Team, user: User, roles: Sequence[str], actor: User | None, now: datetime
) -> Made:
    """Bring somebody into the team, or change what they are in it."""
    _check(team, roles, actor)
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        membership, _made = Membership.objects.update_or_create(
            team=team, user=user, defaults={"roles": list(dict.fromkeys(roles))}
        )
        _keep_an_owner(team)
        _note(actor, TEAM_ROLES, f"user:{user.pk}", now, detail={"roles": list(roles)})
    return Made(membership.pk)


def leave(*, team: Team, user: User, actor: User | None, now: datetime) -> Made:
    """Take somebody out of the team."""
    if actor not in (None, user) and not may(actor, Right.MANAGE_TEAM, team):
        raise AccountRefused("no-right")
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        Membership.objects.filter(team=team, user=user).delete()
        _keep_an_owner(team)
        _note(actor, TEAM_LEFT, f"user:{user.pk}", now)
    return Made(team.pk)


def _check(team: Team, roles: Sequence[str], actor: User | None) -> None:
    if actor is not None and not may(actor, Right.MANAGE_TEAM, team):
        raise AccountRefused("no-right")
    if not roles:
        raise AccountRefused("no-role")
    if set(roles) - set(Role.values):
        raise AccountRefused("unknown-role")


def _keep_an_owner(team: Team) -> None:
    if not Membership.objects.filter(team=team).with_role(Role.OWNER).exists():
        raise AccountRefused("last-owner")


def _note(
    actor: User | None,
    verb: str,
    subject: str,
    now: datetime,
    detail: dict[str, list[str]] | None = None,
) -> None:
    access_log.record(
        actor_id=actor.pk if actor else None, verb=verb, subject=subject, detail=detail, now=now
    )
