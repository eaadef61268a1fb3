"""Keys of the contact list: added and ended by owners. Every owner is told by mail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from accounts import mails
from accounts.models import Membership, Role, User
from accounts.rights import Right
from background.actions import post
from petitions.actions.drafting import locked, require, require_state
from petitions.errors import PetitionRefused
from petitions.models import ContactKey, Petition, State
from petitions.models.contact_key import is_recipient
from petitions.policy import CONTACT_KEYS_MAX, CONTACT_KEYS_MIN
from privacy import access_log
from privacy.verbs import verb

ADDED = verb("contacts.key-added", _later("added a key of the contact list"))
ENDED = verb("contacts.key-ended", _later("ended a key of the contact list"))
# After closing nothing more is encrypted, so a change would mean nothing.
CHANGEABLE = (State.DRAFT, State.SUBMITTED, State.OPEN, State.PAUSED)
LABEL_CHARACTERS_MAX = ContactKey._meta.get_field("label").max_length
SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how one begins


@dataclass(frozen=True)
class KeyChanged:
    """`in_effect`: addresses are encrypted to so many keys from now on; 0: not yet."""

    key_id: int
    in_effect: int


def add_key(
    *, petition_id: UUID, recipient: str, label: str, actor: User, now: datetime
) -> KeyChanged:
    """Encrypt addresses to this key as well, of those who confirm from now on."""
    recipient, label = recipient.strip(), label.strip()
    if recipient.upper().startswith(SECRET):
        raise PetitionRefused("secret-key")
    if not is_recipient(recipient):
        raise PetitionRefused("not-a-key")
    if not label or len(label) > (LABEL_CHARACTERS_MAX or 0):
        raise PetitionRefused("no-label", most=LABEL_CHARACTERS_MAX)
    with transaction.atomic():
        petition = _changeable(petition_id, actor)
        keys = ContactKey.objects.filter(petition=petition)
        if keys.filter(recipient=recipient).exists():
            raise PetitionRefused("key-known")
        if keys.active().count() >= CONTACT_KEYS_MAX:
            raise PetitionRefused("too-many-keys", most=CONTACT_KEYS_MAX)
        key = ContactKey.objects.create(
            petition=petition,
            recipient=recipient,
            label=label,
            added_on=now.date(),
            added_by=actor,
        )
        return _written_down(key, ADDED, _("added a key to"), actor, now)


def end_key(*, key_id: int, actor: User, now: datetime) -> KeyChanged:
    """Encrypt nothing more to this key. What was encrypted to it stays so, and it still opens that.

    Once enough keys are there they stay enough: signers were told that we keep no address.
    """
    with transaction.atomic():
        petition = _changeable(ContactKey.objects.get(pk=key_id).petition_id, actor)
        key = ContactKey.objects.select_for_update(of=("self",)).get(pk=key_id)
        if key.ended_on is not None:
            raise PetitionRefused("key-ended")
        if ContactKey.objects.active().filter(petition=petition).count() == CONTACT_KEYS_MIN:
            raise PetitionRefused("too-few-keys", least=CONTACT_KEYS_MIN)
        key.ended_on = now.date()
        key.save(update_fields=["ended_on"])
        key.petition = petition
        return _written_down(key, ENDED, _("ended a key of"), actor, now)


def tell_owners(*, petition: Petition, subject: str, words: str, now: datetime) -> None:
    """Mail a notice to every owner of the team, in the caller's transaction and language."""
    owners = Membership.objects.with_role(Role.OWNER).filter(team=petition.team)
    for owner in owners.filter(user__is_active=True).select_related("user"):
        post(
            kind=mails.NOTICE,
            to=owner.user.email,
            context={"subject": subject, "body": words},
            language=get_language() or "en",
            now=now,
        )


def _changeable(petition_id: UUID, actor: User) -> Petition:
    petition = locked(petition_id)
    require(actor, Right.REACH_SIGNERS, petition.team)
    require_state(petition, *CHANGEABLE)
    return petition


def _written_down(
    key: ContactKey, verb_name: str, done: str, actor: User, now: datetime
) -> KeyChanged:
    in_effect = len(ContactKey.objects.recipients(key.petition_id))
    access_log.record(
        actor_id=actor.pk,
        verb=verb_name,
        subject=f"contact-key:{key.pk}",
        scope=key.petition_id,
        detail={"recipient": key.recipient, "in_effect": in_effect},
        now=now,
    )
    words = _(
        "%(who)s %(done)s the contact list of “%(title)s”.\n\n"
        "Key: %(label)s\n%(recipient)s\n\n"
        "Addresses of those who confirm from now on are encrypted to %(in_effect)s keys. Whoever "
        "holds one of them can read the addresses of signers who agreed to be written to. If you "
        "do not know this key, ask at once, and end it on the desk.\n"
    ) % {
        "who": actor,
        "done": done,
        "title": key.petition.title,
        "label": key.label,
        "recipient": key.recipient,
        "in_effect": in_effect,
    }
    tell_owners(
        petition=key.petition, subject=_("A key of the contact list changed"), words=words, now=now
    )
    return KeyChanged(key.pk, in_effect)
