"""Who may do what: the one table, for pages, desk and API alike.

A stranger gets 404 for what belongs to a team: that it exists is already too much to tell.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import Membership, Role, Team, User


class Right(Enum):
    """What can be allowed, said as one would ask for it."""

    READ_PETITION = "read the team's petitions, drafts included"
    EDIT_PETITION = "write petitions and their versions"
    SUBMIT_PETITION = "submit a petition for moderation"
    MODERATE_PETITION = "publish, reject or remove a petition"
    STEER_PETITION = "pause, close, deliver, archive a petition"
    READ_COUNTS = "read the counts and their corrections"
    READ_SIGNERS = "read the list of signatures, without addresses"
    REACH_SIGNERS = "hold keys to the contact list, and download it encrypted"
    ISSUE_INVITATIONS = "print invitation codes, and call them back"
    REVIEW_PROOF = "decide whether a document shows a relation, and set signatures aside"
    RUN_AUDIT = "upload scores and run an audit"
    PUBLISH_REPORT = "publish an audit's report"
    EDIT_REGISTER = "write companies, contracts and commitments"
    READ_ACCESS_LOG = "read who looked at what"
    SET_LEGAL_HOLD = "stop the deletion of a petition's signers, for a legal reason"
    MANAGE_TEAM = "bring people into the team and give them roles"


_READS = {Right.READ_PETITION, Right.READ_COUNTS, Right.READ_ACCESS_LOG}
_EVIDENCE = {Right.RUN_AUDIT, Right.PUBLISH_REPORT, Right.EDIT_REGISTER}
_WRITES = {Right.EDIT_PETITION, Right.SUBMIT_PETITION, Right.ISSUE_INVITATIONS}

TABLE: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(
        _READS
        | _WRITES
        | _EVIDENCE
        | {Right.STEER_PETITION, Right.READ_SIGNERS, Right.REACH_SIGNERS}
        | {Right.SET_LEGAL_HOLD, Right.MANAGE_TEAM}
    ),
    Role.EDITOR: frozenset(_READS | _WRITES | {Right.STEER_PETITION}),
    # A moderator does not write what a moderator publishes.
    Role.MODERATOR: frozenset(_READS | {Right.MODERATE_PETITION}),
    Role.REVIEWER: frozenset(_READS | {Right.REVIEW_PROOF, Right.READ_SIGNERS}),
    Role.EVIDENCE_EDITOR: frozenset(_READS | _EVIDENCE),
    Role.AUDITOR: frozenset(_READS),
}


def roles_with(right: Right) -> list[Role]:
    return [role for role, rights in TABLE.items() if right in rights]


def teams_with(user: Any, right: Right) -> QuerySet[Team]:
    """The teams in which this person has the right. The host's keeper has it in every team."""
    if not (isinstance(user, User) and user.is_active):
        return Team.objects.none()
    if user.is_superuser:
        return Team.objects.all()
    holders = Membership.objects.with_role(*roles_with(right)).filter(user=user)
    return Team.objects.filter(pk__in=holders.values("team"))


def may(user: Any, right: Right, team: Team) -> bool:
    """Whether this person has the right in this team."""
    return teams_with(user, right).filter(pk=team.pk).exists()


def rights_of(user: Any, team: Team) -> frozenset[Right]:
    """All that this person may do in this team."""
    return frozenset(right for right in Right if may(user, right, team))


View = Callable[..., HttpResponseBase]


def needs(right: Right, find: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Find the object of a page and ask for the right to it.

    find(**kwargs) returns an object with a `team`; the view gets it instead of the kwargs. It
    raises Http404 where there is none. Without `find` the right in any team is enough.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if find is None:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if not teams_with(request.user, right).exists():
                    raise Http404
                return view(request, **kwargs)
            found = find(**kwargs)
            if not may(request.user, right, found.team):
                raise Http404
            return view(request, found)

        return guarded

    return decorate
