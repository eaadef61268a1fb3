"""Writing a petition: its particulars while it is a draft, its text by versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import Right, may
from evidence.models import Report
from petitions.errors import PetitionRefused
from petitions.models import Citation, Petition, State, Target, Version
from petitions.policy import (
    KEEP_DAYS,
    KEEP_DAYS_MAX,
    OPEN_DAYS_MAX,
    REVIEW_DAYS,
    REVIEW_DAYS_MAX,
    SMALL_CELL_FLOOR,
    SMALL_CELL_FLOOR_MIN,
    VOUCHERS,
    VOUCHERS_MAX,
    VOUCHERS_MIN,
)
from privacy import access_log
from privacy.verbs import verb
from proofs.methods.base import METHODS, default_methods
from register.models import Company, Contract

# The numbers that organisers choose: name, least, most.
LIMITS = (
    ("review_days", 1, REVIEW_DAYS_MAX),
    ("vouchers", VOUCHERS_MIN, VOUCHERS_MAX),
    ("keep_days", 1, KEEP_DAYS_MAX),
)
VERSION_PUBLISHED = verb("petition.publish-version", _("published a new version"))


@dataclass(frozen=True)
class Text:
    """The words of a version."""

    title: str
    demand: str
    language: str
    evidence: Sequence[str] = ()  # content hashes of published reports, in order


@dataclass(frozen=True)
class Particulars:
    """What a petition is besides its text; fixed once it is published."""

    company: Company
    addressee: str
    relations: Sequence[str]
    contract: Contract | None = None
    publication: str = "batched"
    floor: int = SMALL_CELL_FLOOR
    in_scope: int | None = None
    in_scope_source: str = ""
    closes_on: date | None = None
    methods: Sequence[str] | None = None  # None: those that are accepted by default
    review_days: int = REVIEW_DAYS
    two_reviewers: bool = False
    vouchers: int = VOUCHERS
    keep_days: int = KEEP_DAYS


@dataclass(frozen=True)
class Drafted:
    petition_id: UUID
    slug: str
    version_id: int


def create(
    *,
    team: Team,
    text: Text,
    particulars: Particulars,
    actor: User,
    now: datetime,
    slug: str = "",
    is_demo: bool = False,
) -> Drafted:
    """Begin a petition as a draft of the team."""
    require(actor, Right.EDIT_PETITION, team)
    check_particulars(particulars, now)
    try:
        with transaction.atomic():
            slug = slug or _free_slug(text.title)
            petition = Petition.objects.create(
                team=team,
                slug=slug,
                created_by=actor,
                created_at=now,
                is_demo=is_demo,
                **_columns(particulars),
            )
            Target.objects.create(
                petition=petition, company=particulars.company, addressee=particulars.addressee
            )
            version = Version.objects.create(petition=petition, number=1, **_words(text))
            _cite(version, text.evidence)
    except IntegrityError as error:
        if "slug" in str(error):
            raise PetitionRefused("slug-taken") from error
        raise
    return Drafted(petition.pk, petition.slug, version.pk)


def change(
    *, petition_id: UUID, text: Text, particulars: Particulars, actor: User, now: datetime
) -> Drafted:
    """Change a draft: its particulars and its words."""
    with transaction.atomic():
        petition = locked(petition_id)
        require(actor, Right.EDIT_PETITION, petition.team)
        require_state(petition, State.DRAFT)
        check_particulars(particulars, now)
        columns = _columns(particulars)
        for name, value in columns.items():
            setattr(petition, name, value)
        petition.save(update_fields=list(columns))
        Target.objects.filter(petition=petition).update(
            company=particulars.company, addressee=particulars.addressee
        )
        version = _write(petition, text)
    return Drafted(petition.pk, petition.slug, version.pk)


def draft_version(*, petition_id: UUID, text: Text, actor: User, now: datetime) -> Drafted:  # noqa: ARG001
    """Write, or rewrite, the next version of a petition that is open or paused."""
    with transaction.atomic():
        petition = locked(petition_id)
        require(actor, Right.EDIT_PETITION, petition.team)
        require_state(petition, State.OPEN, State.PAUSED)
        version = _write(petition, text)
    return Drafted(petition.pk, petition.slug, version.pk)


def publish_version(*, petition_id: UUID, actor: User, now: datetime) -> Drafted:
    """Make the drafted version the one that people sign from now on."""
    with transaction.atomic():
        petition = locked(petition_id)
        require(actor, Right.MODERATE_PETITION, petition.team)
        require_state(petition, State.OPEN, State.PAUSED)
        version = freeze(petition, now)
        petition.save(update_fields=["published_number"])
        access_log.record(
            actor_id=actor.pk,
            verb=VERSION_PUBLISHED,
            subject=f"petition:{petition.pk}",
            scope=petition.pk,
            detail={"version": version.number},
            now=now,
        )
    return Drafted(petition.pk, petition.slug, version.pk)


# Helpers shared with lifecycle; each wants an open transaction --------------------------------


def locked(petition_id: UUID) -> Petition:
    """The petition, locked; raises outside a transaction, as select_for_update does."""
    return (
        Petition.objects.select_for_update(of=("self",)).select_related("team").get(pk=petition_id)
    )


def require(actor: User, right: Right, team: Team) -> None:
    if not may(actor, right, team):
        raise PetitionRefused("no-right")


def require_state(petition: Petition, *states: State) -> None:
    if petition.state not in states:
        raise PetitionRefused("wrong-state", state=State(petition.state).label)


def freeze(petition: Petition, now: datetime) -> Version:
    """Publish the draft: its text can never change afterwards. The caller saves the petition."""
    version = petition.draft()
    if version is None:
        raise PetitionRefused("no-draft")
    version.freeze(now)
    version.save(update_fields=["digest", "published_at"])
    petition.published_number = version.number
    return version


def check_particulars(particulars: Particulars, now: datetime) -> None:
    if not particulars.relations:
        raise PetitionRefused("no-relation")
    if particulars.floor < SMALL_CELL_FLOOR_MIN:
        raise PetitionRefused("floor-low", floor=SMALL_CELL_FLOOR_MIN)
    if particulars.closes_on:
        check_closing_day(particulars.closes_on, now)
    if set(particulars.methods or ()) - set(METHODS):
        raise PetitionRefused("unknown-method")
    for name, least, most in LIMITS:
        if not least <= getattr(particulars, name) <= most:
            raise PetitionRefused("out-of-range", name=_word(name), least=least, most=most)


def _word(name: str) -> str:
    field = Petition._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))


def check_closing_day(day: date, now: datetime) -> None:
    if day < now.date():
        raise PetitionRefused("closing-day-past")
    if (day - now.date()).days > OPEN_DAYS_MAX:
        raise PetitionRefused("closing-day-far", days=OPEN_DAYS_MAX)


def _free_slug(title: str) -> str:
    """An address from the title, with a number behind it where another petition has it."""
    start = slugify(title)[:70].strip("-") or "petition"
    taken = set(Petition.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    numbered = (f"{start}-{number}" for number in count(2))
    return next(slug for slug in chain([start], numbered) if slug not in taken)


def _columns(particulars: Particulars) -> dict[str, Any]:
    columns = dict(particulars.__dict__)
    for of_target in ("company", "addressee"):
        columns.pop(of_target)
    methods = default_methods() if particulars.methods is None else list(particulars.methods)
    return columns | {"relations": list(particulars.relations), "methods": methods}


def _words(text: Text) -> dict[str, str]:
    if not text.title.strip() or not text.demand.strip():
        raise PetitionRefused("empty-text")
    return {
        "title": text.title.strip(),
        "demand": text.demand.replace("\r\n", "\n").strip(),
        "language": text.language,
    }


def _write(petition: Petition, text: Text) -> Version:
    number = (petition.published_number or 0) + 1
    version, _made = Version.objects.update_or_create(
        petition=petition, number=number, published_at=None, defaults=_words(text)
    )
    _cite(version, text.evidence)
    return version


def _cite(version: Version, hashes: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(hashes))
    known = set(
        Report.objects.published().filter(sha256__in=wanted).values_list("sha256", flat=True)
    )
    if set(wanted) - known:
        raise PetitionRefused("unknown-evidence")
    version.citations.all().delete()
    Citation.objects.bulk_create(
        Citation(version=version, report_id=sha256, position=position)
        for position, sha256 in enumerate(wanted)
    )
