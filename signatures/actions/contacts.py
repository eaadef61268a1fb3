"""The contact list: addresses that the organisers can read, and this server no longer.

Where a petition has keys of its organisers (petitions.models.ContactKey), confirming drops the
readable address; with consent it is encrypted to those keys first. Only a key that the organisers
hold opens it, by tools/open_contacts.py (docs/contacts.md).
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyrage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from accounts.models import User
from accounts.rights import Right, may
from petitions.actions.contacts import tell_owners
from petitions.models import Petition
from privacy import access_log
from privacy.verbs import verb
from signatures.consents import CONTACT
from signatures.errors import SignatureRefused
from signatures.models import Signature
from signatures.policy import CONTACT_BLOCK_BYTES

DOWNLOADED = verb("signers.contacts", _later("downloaded the encrypted contact list"))
FORMAT = 1
ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class Downloaded:
    """`lines` of the file, read from the database as they are sent."""

    lines: Iterator[str]


def hand_over(signature: Signature, recipients: Sequence[str]) -> None:
    """Drop the readable address, encrypted to the organisers first if its owner agreed.

    For the transaction that confirms; the caller saves `address` and `contact`.
    """
    if CONTACT in signature.consents:
        held = {"address": signature.reveal_address(), "language": signature.version.language}
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
        signature.contact = pyrage.encrypt(padded(held), keys)
    signature.seal_address("")


def padded(held: dict[str, str]) -> bytes:
    """JSON of one length for every usual address, so that a ciphertext tells none."""
    plain = json.dumps(held, ensure_ascii=False).encode()
    blocks = -(-len(plain) // CONTACT_BLOCK_BYTES)
    return plain.ljust(blocks * CONTACT_BLOCK_BYTES)


def agreed(petition: Petition) -> QuerySet[Signature]:
    """Who can be written to: counted, and neither withdrawn nor muted."""
    rows = Signature.objects.countable().filter(petition=petition, is_muted=False)
    return rows.exclude(contact=b"")


def at_least(petition: Petition) -> int:
    """How many agreed, in whole floors: the desk should not see a single person come."""
    return agreed(petition).count() // petition.floor * petition.floor


def download(*, petition_id: UUID, actor: User, now: datetime) -> Downloaded:
    """The encrypted list. It is written down, and every owner is told by mail."""
    petition = Petition.objects.select_related("team").get(pk=petition_id)
    if not may(actor, Right.REACH_SIGNERS, petition.team):
        raise SignatureRefused("no-right")
    with transaction.atomic():
        number = at_least(petition)
        if not number:
            raise SignatureRefused("too-few-contacts", floor=petition.floor)
        access_log.record(
            actor_id=actor.pk,
            verb=DOWNLOADED,
            subject=f"petition:{petition.pk}",
            scope=petition.pk,
            detail={"at_least": number},
            now=now,
        )
        words = _(
            "%(who)s downloaded the contact list of “%(title)s”: at least %(number)s addresses, "
            "encrypted. Whoever holds one of the keys can read them. If nobody of you meant this, "
            "ask at once.\n"
        ) % {"who": actor, "title": petition.title, "number": number}
        subject = _("The contact list was downloaded")
        tell_owners(petition=petition, subject=subject, words=words, now=now)
    return Downloaded(_lines(petition, now))


def _lines(petition: Petition, now: datetime) -> Iterator[str]:
    yield _line(
        countersign="contacts",
        format=FORMAT,
        petition=petition.slug,
        day=now.date().isoformat(),
        read=_(
            "Whoever took the signature back, or wants no more mail, after this day must not be "
            "written to: download the list anew before each mail, and delete the older one."
        ),
    )
    number = 0
    # Ciphertexts begin with random bytes: in their order, nobody's place tells when they signed.
    rows = agreed(petition).order_by("contact").values_list("contact", flat=True)
    for contact in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        number += 1
        yield _line(id=uuid4().hex, age=base64.b64encode(bytes(contact)).decode())
    yield _line(end=number)


def _line(**held: str | int) -> str:
    return json.dumps(held, ensure_ascii=False) + "\n"
