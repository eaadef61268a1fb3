"""What waits for an organiser, and how their petitions stand: the first page of the desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from accounts.rights import Right, teams_with
from background.models import OutboxMail
from petitions import ledger
from petitions.ledger import CountStatement
from petitions.models import Petition, State
from petitions.relations import Relation
from privacy.models import AccessRecord


@dataclass(frozen=True)
class Todo:
    text: str
    url: str
    verb: str
    by: str = ""
    due: str = ""


@dataclass(frozen=True)
class Line:
    """A petition in the desk's table."""

    petition: Petition
    url: str
    statement: CountStatement
    until: str
    employees: int | None
    shareholders: int | None
    public: int | None


@dataclass(frozen=True)
class Card:
    title: str
    figure: str
    note: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class DeskPage:
    who: str
    todo: list[Todo] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


TodoSource = Callable[[User], list[Todo]]
# Rooms below name what waits in them; each registers one function when it starts.
TODO_SOURCES: list[TodoSource] = []


def waiting(source: TodoSource) -> TodoSource:
    """Register a source of things that wait for an organiser."""
    TODO_SOURCES.append(source)
    return source


def desk_of(user: User) -> DeskPage:
    petitions = list(_petitions_of(user))
    todo = [item for source in TODO_SOURCES for item in source(user)]
    return DeskPage(
        who=_who(user),
        todo=todo,
        lines=[_line(petition) for petition in petitions],
        cards=[_mail_card(), _access_card(petitions)],
    )


def change_url(petition: Petition) -> str:
    return reverse("admin:petitions_petition_change", args=[petition.pk])


@waiting
def to_moderate(user: User) -> list[Todo]:
    """Petitions that wait for a moderator's decision."""
    teams = teams_with(user, Right.MODERATE_PETITION)
    submitted = Petition.objects.filter(state=State.SUBMITTED, team__in=teams)
    return [
        Todo(
            text=_("“%(title)s” was submitted for moderation") % {"title": petition.title},
            url=change_url(petition),
            verb=_("Read and decide"),
        )
        for petition in submitted.prefetch_related("versions")
    ]


@waiting
def to_finish(user: User) -> list[Todo]:
    """Drafts that nobody has submitted yet."""
    teams = teams_with(user, Right.EDIT_PETITION)
    drafts = Petition.objects.filter(state__in=[State.DRAFT, State.REJECTED], team__in=teams)
    words = {
        State.DRAFT: _("“%(title)s” is a draft"),
        State.REJECTED: _("“%(title)s” was rejected"),
    }
    return [
        Todo(
            text=words[State(petition.state)] % {"title": petition.title},
            url=change_url(petition),
            verb=_("Go on writing"),
        )
        for petition in drafts.prefetch_related("versions")
    ]


def _petitions_of(user: User) -> list[Petition]:
    return list(Petition.objects.visible_to(user).with_texts().open_first()[:20])


def _who(user: User) -> str:
    memberships = Membership.objects.filter(user=user).select_related("team")
    teams = [
        f"{m.team.name}: {', '.join(str(role) for role in m.role_labels())}" for m in memberships
    ]
    return " · ".join(teams) or _("You keep this host")


def _line(petition: Petition) -> Line:
    said = ledger.statement(petition)
    totals = {row.relation: row.total for row in said.rows}
    return Line(
        petition=petition,
        url=change_url(petition),
        statement=said,
        until=petition.until,
        employees=totals.get(Relation.EMPLOYEE),
        shareholders=totals.get(Relation.SHAREHOLDER),
        public=totals.get(Relation.PUBLIC),
    )


def _mail_card() -> Card:
    waiting_mails = OutboxMail.objects.filter(state=OutboxMail.State.WAITING).count()
    failed = OutboxMail.objects.filter(state=OutboxMail.State.FAILED).count()
    words = ngettext(
        "%(n)s mail could not be delivered.", "%(n)s mails could not be delivered.", failed
    )
    return Card(
        title=_("Mail"),
        figure=str(waiting_mails),
        note=_("waiting to be sent"),
        words=words % {"n": failed},
    )


def _access_card(petitions: list[Petition]) -> Card:
    week = timezone.now() - timedelta(days=7)
    looks = AccessRecord.objects.filter(
        scope__in=[petition.pk for petition in petitions],
        verb__startswith="signers.",
        at__gt=week,
    ).count()
    return Card(
        title=_("Who looked"),
        figure=str(looks),
        note=_("looks at signatures this week"),
        words=_("Every look is written down, and nobody can edit the record."),
        url=reverse("admin:privacy_accessrecord_changelist"),
    )
