"""Setting signatures aside, without a word to a robot, and with a way back for a person.

Whoever signed sees the same pages either way; the owner of the address sees on their own page
that it is not counted, why, and can object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Right, may
from privacy import access_log
from privacy.verbs import verb
from signatures.actions.confirming import owner_of
from signatures.actions.counting import count
from signatures.errors import SignatureRefused
from signatures.models import Link, MarkReason, Objection, Signature
from signatures.policy import OBJECTION_CHARACTERS_MAX

SET_ASIDE = verb("signers.set-aside", _("set signatures aside"))
COUNT_AGAIN = verb("signers.count-again", _("counted signatures that had been set aside"))


@dataclass(frozen=True)
class Marked:
    """How many signatures changed; the others were so already."""

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
    with transaction.atomic():
        rows = list(
            Signature.objects.select_for_update(of=("self",))
            .select_related("petition__team")
            .filter(pk__in=signature_ids)
            .order_by("pk")
        )
        teams = {row.petition.team for row in rows}
        if len(rows) < len(set(signature_ids)) or not all(
            may(actor, Right.REVIEW_PROOF, team) for team in teams
        ):
            raise SignatureRefused("no-right")
        changed = [row for row in rows if (row.marked_on is None) == aside]
        for row in changed:
            _change(row, now, aside=aside)
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
