"""Setting signatures aside, without a word to a robot, and with a way back for a person.

Whoever signed sees the same pages either way; the owner of the address sees on their own page
that it is not counted, why, and can object. What rests on it by vouching counts no more either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, teams_with
from privacy import access_log
from privacy.verbs import verb
from signatures.actions import vouching
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.actions.locking import lock_all
from signatures.errors import SignatureRefused
from signatures.models import Link, MarkReason, Objection, Signature
from signatures.policy import MARKED_AT_ONCE_MAX, OBJECTION_CHARACTERS_MAX

SET_ASIDE = verb("signers.set-aside", _("set signatures aside"))
COUNT_AGAIN = verb("signers.count-again", _("counted signatures that had been set aside"))


@dataclass(frozen=True)
class Marked:
    """How many signatures changed; the others were so already, or have no person any more."""

    signatures: int


@dataclass(frozen=True)
class Objected:
    signature_id: UUID


def set_aside(*, signature_ids: Sequence[UUID], actor: User, now: datetime) -> Marked:
    """Take signatures out of the count until somebody counts them again."""
    return _each(signature_ids, actor, now, aside=True)


def count_again(*, signature_ids: Sequence[UUID], actor: User, now: datetime) -> Marked:
    """Count signatures that had been set aside."""
    return _each(signature_ids, actor, now, aside=False)


def object_to(*, token: str, words: str, now: datetime) -> Objected:
    """The owner says that the signature is real; reviewers read it on the desk."""
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.marked_on is None:
            raise SignatureRefused("not-set-aside")
        if not words.strip():
            raise SignatureRefused("no-objection")
        if len(words) > OBJECTION_CHARACTERS_MAX:
            raise SignatureRefused("too-long", most=OBJECTION_CHARACTERS_MAX)
        Objection.objects.filter(signature=signature).delete()
        new = Objection(signature=signature, scope=signature.petition_id, on=now.date())
        new.save()
        new.seal_words(words.strip())
        new.save(update_fields=["words"])
    return Objected(signature.pk)


def _each(signature_ids: Sequence[UUID], actor: User, now: datetime, *, aside: bool) -> Marked:
    """All rows or none: whoever lacks the right to one of them changes nothing."""
    if len(signature_ids) > MARKED_AT_ONCE_MAX:
        raise SignatureRefused("too-many-at-once", most=MARKED_AT_ONCE_MAX)
    ids = set(signature_ids)
    with transaction.atomic():
        teams = teams_with(actor, Right.REVIEW_PROOF)
        if Signature.objects.filter(pk__in=ids, petition__team__in=teams).count() < len(ids):
            raise SignatureRefused("no-right")
        # Those who rest on it are changed with it, so all are locked before any is.
        locked = lock_all(lambda: vouching.circles(ids) if aside else ids)
        changed = [
            row
            for row in (locked[pk] for pk in sorted(ids & locked.keys()))
            if (row.marked_on is None) == aside and row.anonymised_on is None
        ]
        for row in changed:
            _change(row, now, aside=aside)
        for row in changed if aside else []:
            vouching.let_fall(row)
        for petition_id in {row.petition_id for row in changed}:
            access_log.record(
                actor_id=actor.pk,
                verb=SET_ASIDE if aside else COUNT_AGAIN,
                subject=f"petition:{petition_id}",
                scope=petition_id,
                detail={"signatures": sum(row.petition_id == petition_id for row in changed)},
                now=now,
            )
    return Marked(len(changed))


def _change(row: Signature, now: datetime, *, aside: bool) -> None:
    is_counted = row.state == Signature.State.CONFIRMED
    if aside:
        if is_counted:
            count(row, -1)
        row.marked_on, row.mark_reason = now.date(), MarkReason.REVIEW
    else:
        row.marked_on, row.mark_reason = None, ""
        if is_counted:
            count(row, +1)
        Objection.objects.filter(signature=row).delete()
    row.save(update_fields=["marked_on", "mark_reason"])
