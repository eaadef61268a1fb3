"""Choosing who may read what. What is less takes effect at once, everywhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from background.wakeups import wake_on_commit
from petitions.models import Petition, State
from petitions.relations import STAFF
from signatures.actions.confirming import find, owner_of
from signatures.consents import SHOW
from signatures.errors import SignatureRefused
from signatures.models import Audience, Level, Link, Signature, Visibility
from signatures.policy import NAME_CHARACTERS_MAX, TOGETHER_NUMBERS
from signatures.visibility import ORDER, RANK

# Until delivery; afterwards a signer can only show less.
CHANGEABLE = frozenset({State.OPEN, State.PAUSED, State.CLOSED})
ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """What one audience may read. together: once so many agreed (None: at once)."""

    level: str
    together: int | None = None


@dataclass(frozen=True)
class Chosen:
    signature_id: UUID


def choose(
    *,
    token: str,
    choices: Mapping[str, Choice],
    name: str,
    title: str,
    consents: Mapping[str, str],
    now: datetime,
) -> Chosen:
    """Set what each audience may read; an audience that is left out may read nothing more.

    A name or title that no choice needs is not kept. consents: as for `signing.sign`; the one to
    be shown holds until nothing is shown.
    """
    with transaction.atomic():
        known = find(token, Link.Purpose.VISIT, now)
        if known is None:
            raise SignatureRefused("link-over")
        # The petition before the signature: `together.advance` locks in this order too.
        petition = hold(known.petition_id)
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("not-confirmed")
        wanted = {
            audience: _checked(signature, petition, choices, audience) for audience in Audience
        }
        _name(signature, petition, wanted, _clean(name), _clean(title))
        _consent(signature, wanted, consents)
        for audience, choice in wanted.items():
            _apply(signature, petition, audience, choice, now.date())
        signature.save(update_fields=["name", "title", "consents"])
    wake_on_commit("signatures.tasks.reveal_together")
    return Chosen(signature.pk)


def hold(petition_id: UUID) -> Petition:
    """The petition, locked against a delivery, another choice and a reveal meanwhile.

    Not against new signatures: their foreign key asks for less.
    """
    return Petition.objects.select_for_update(no_key=True).get(pk=petition_id)


def levels_for(relation: str) -> list[Level]:
    """The levels that mean something for this relation: only staff have a title at the company."""
    return [level for level in ORDER if relation in STAFF or level != Level.TITLE_AND_COMPANY]


def numbers_for(petition: Petition, relation: str) -> list[int]:
    """From how many on a name may be shown together; nobody but staff has colleagues here."""
    if relation not in STAFF:
        return []
    return sorted({petition.floor, *(n for n in TOGETHER_NUMBERS if n > petition.floor)})


def needs_name(level: str) -> bool:
    return RANK[level] >= RANK[Level.FIRST_NAME_AND_TITLE]


def _checked(
    signature: Signature, petition: Petition, choices: Mapping[str, Choice], audience: Audience
) -> Choice:
    choice = choices.get(audience, Choice(Level.COUNTED))
    numbers = numbers_for(petition, signature.relation)
    if choice.level not in levels_for(signature.relation):
        raise SignatureRefused("bad-level")
    if choice.together is not None and choice.together not in numbers:
        raise SignatureRefused("bad-level")
    return choice


def _name(
    signature: Signature,
    petition: Petition,
    wanted: Mapping[Audience, Choice],
    name: str,
    title: str,
) -> None:
    """Keep the words that the choices need, and no others."""
    levels = {choice.level for choice in wanted.values()}
    if not any(needs_name(level) for level in levels):
        name = ""
    elif not name:
        raise SignatureRefused("no-name")
    if levels == {Level.COUNTED}:
        title = ""
    elif not title and Level.TITLE_AND_COMPANY in levels:
        raise SignatureRefused("no-title")
    for new, old in ((name, signature.reveal_name()), (title, signature.reveal_title())):
        if new and new != old and petition.state not in CHANGEABLE:
            raise SignatureRefused("delivered", state=State(petition.state).label)
    signature.seal_name(name)
    signature.seal_title(title)


def _consent(
    signature: Signature, wanted: Mapping[Audience, Choice], consents: Mapping[str, str]
) -> None:
    """To be shown needs a consent of its own: it tells what a person thinks (GDPR, art. 9)."""
    if all(choice.level == Level.COUNTED for choice in wanted.values()):
        signature.consents.pop(SHOW, None)
    elif SHOW in consents:
        signature.consents[SHOW] = consents[SHOW]
    elif SHOW not in signature.consents:
        raise SignatureRefused("no-consent-to-show")


def _apply(
    signature: Signature, petition: Petition, audience: Audience, choice: Choice, today: date
) -> None:
    old = Visibility.objects.filter(signature=signature, audience=audience).first()
    if petition.state not in CHANGEABLE and _shows_more(old, choice):
        raise SignatureRefused("delivered", state=State(petition.state).label)
    if choice.level == Level.COUNTED:
        if old:
            old.delete()
        return
    new = old or Visibility(signature=signature, audience=audience)
    if choice.together is None:
        new.shown_on, new.reveal = new.shown_on or today, None
    elif new.shown_on and (choice.together > (new.together or 0) or _shows_more(old, choice)):
        # Another agreement than the one that was kept: hidden until enough agree to this.
        new.shown_on = None
    new.level, new.together = choice.level, choice.together
    new.save()


def _shows_more(old: Visibility | None, choice: Choice) -> bool:
    if old is None:
        return choice.level != Level.COUNTED
    sooner = choice.together is None and old.shown_on is None
    return RANK[choice.level] > RANK[old.level] or sooner


def _clean(words: str) -> str:
    """One line without characters that cannot be seen, such as those that turn the direction."""
    line = " ".join(words.split())
    if len(line) > NAME_CHARACTERS_MAX or not line.isprintable() or ADDRESS.search(line):
        raise SignatureRefused("bad-name", most=NAME_CHARACTERS_MAX)
    return line
