"""What we hold, until when, who can see it: from the schedule and a petition's settings."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions.ledger import LABELS
from petitions.models import Petition, State
from petitions.policy import KEEP_DAYS_MAX
from petitions.retention import PEOPLE, ROWS
from privacy.models import Erasure, LegalHold
from privacy.retention import AFTER_CLOSING, SHORT_LIVED, Words
from proofs.methods.base import METHODS, Method
from signatures.models import Audience, Level
from transparency.proofs import index_of


@dataclass(frozen=True)
class Line:
    """One thing that is held."""

    what: Words
    until: Words
    seen_by: Words


@dataclass(frozen=True)
class ErasedPeople:
    """That the people of a petition are erased, as the public log says it."""

    erasure: Erasure
    counts: list[tuple[str, int]]
    index: int | None  # where it stands in the log; None while it waits


@dataclass(frozen=True)
class Holding:
    """All that the page says."""

    petition: Petition | None
    title: str
    lines: list[Line]
    daily: list[Line]
    ways: list[Method]
    review_days: int | None = None
    audiences: list[Words] = field(default_factory=list)
    levels: list[Words] = field(default_factory=list)
    holds: list[LegalHold] = field(default_factory=list)
    erased: ErasedPeople | None = None
    backup_days: int = 0


def holding(petition: Petition | None = None) -> Holding:
    """Of one petition, or in general."""
    scope = petition.pk if petition else None
    holds = list(LegalHold.objects.on(scope).order_by("ended_at", "-since"))
    erased = _erased(petition) if petition else None
    in_force = any(hold.is_in_force for hold in holds)
    until = _until(petition, in_force, erased)
    ways = [METHODS[name] for name in petition.methods if name in METHODS] if petition else None
    by_document = petition is not None and "document" in petition.methods
    return Holding(
        petition=petition,
        title=_title(petition),
        lines=[Line(rule.holds, until, rule.seen_by) for rule in AFTER_CLOSING.values()],
        daily=[Line(rule.holds, rule.until, rule.seen_by) for rule in SHORT_LIVED.values()],
        ways=list(METHODS.values()) if ways is None else ways,
        review_days=petition.review_days if petition and by_document else None,
        audiences=[audience.label for audience in Audience],
        levels=[level.label for level in Level if level != Level.COUNTED],
        holds=holds,
        erased=erased,
        backup_days=settings.BACKUP_DAYS,
    )


def _title(petition: Petition | None) -> str:
    if petition is None:
        return ""
    # What was removed may not be said here either; that people are held still must be.
    return _("a petition that was removed") if petition.state == State.REMOVED else petition.title


def _until(petition: Petition | None, in_force: bool, erased: ErasedPeople | None) -> str:
    """When it goes, in words, from the petition's own days."""
    if erased and erased.erasure.erased_on:
        return _("erased on %(day)s") % {"day": date_format(erased.erasure.erased_on)}
    if in_force and petition:
        return _("until the legal hold ends, and never sooner than said above")
    if petition is None:
        words = _("as many days after closing as the petition says; %(most)s at most")
        return words % {"most": KEEP_DAYS_MAX}
    if petition.people_kept_until:
        return date_format(petition.people_kept_until)
    days = ngettext("%(n)s day after closing", "%(n)s days after closing", petition.keep_days)
    return days % {"n": petition.keep_days}


def _erased(petition: Petition) -> ErasedPeople | None:
    erasure = Erasure.objects.filter(scope=petition.pk, erased_on__isnull=False).first()
    if erasure is None:
        return None
    counts = []
    for name, number in erasure.entry.items():
        if name.startswith(PEOPLE):
            counts.append((str(LABELS[name.removeprefix(PEOPLE)]), number))
        elif name.startswith(ROWS):
            rule = AFTER_CLOSING.get(name.removeprefix(ROWS))
            counts.append((str(rule.holds) if rule else name, number))
    return ErasedPeople(erasure, counts, index_of(bytes(erasure.leaf)))
