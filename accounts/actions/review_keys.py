"""Making the key to which documents are encrypted for a team's reviewers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountRefused
from accounts.models import ReviewKey, Team, User, spoken
from accounts.policy import PASSPHRASE_CHARACTERS_MIN
from accounts.rights import Right, may
from privacy import access_log
from privacy.verbs import verb

KEY_MADE = verb("team.review_key", _("made a new key for the reviewers"))


@dataclass(frozen=True)
class KeyMade:
    pk: int


@dataclass(frozen=True)
class Dropped:
    keys: int


def make_review_key(*, team: Team, passphrase: str, actor: User | None, now: datetime) -> KeyMade:
    """Make the team's key; new documents are encrypted to it, older ones stay under the old one."""
    if actor is not None and not may(actor, Right.MANAGE_TEAM, team):
        raise AccountRefused("no-right")
    if len(spoken(passphrase)) < PASSPHRASE_CHARACTERS_MIN:
        raise AccountRefused("passphrase-short", characters=PASSPHRASE_CHARACTERS_MIN)
    key = ReviewKey(team=team, made_on=now.date())
    key.lock(passphrase)
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        ReviewKey.objects.current().filter(team=team).update(retired_on=now.date())
        key.save(force_insert=True)
        access_log.record(
            actor_id=actor.pk if actor else None, verb=KEY_MADE, subject=f"team:{team.pk}", now=now
        )
    return KeyMade(key.pk)


def drop_spent_keys(*, in_use: Collection[int]) -> Dropped:
    """Erase retired keys that no document needs: what is gone cannot be demanded of us."""
    spent = ReviewKey.objects.exclude(pk__in=in_use).filter(retired_on__isnull=False)
    return Dropped(spent.delete()[0])
