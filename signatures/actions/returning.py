"""Coming back to a signature later: by a code written down, or by a link mailed on request."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from background.actions import post
from petitions.models import Petition
from privacy.addresses import canonical
from privacy.digests import new_token, token_digest
from privacy.errors import BadAddress, KeyDestroyed
from signatures import mails
from signatures.actions.confirming import Opened, new_visit, owner_of
from signatures.actions.signing import address_digest, may_mail, new_link
from signatures.errors import SignatureRefused
from signatures.links import absolute
from signatures.models import Link, Signature
from signatures.policy import OPEN_HOURS, RECEIPT_DAYS

# Letters and digits that cannot be taken for one another, as Crockford's base 32 has them.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
# 24 of 32 signs are 120 bits: nobody finds one by trying.
CODE_SIGNS, GROUP_SIGNS = 24, 4


@dataclass(frozen=True)
class Coded:
    """The code in groups; it is shown once and not kept."""

    code: str


@dataclass(frozen=True)
class Asked:
    """The same for every address (DESIGN.md 3.4)."""

    petition_id: UUID


def make_code(*, token: str, now: datetime) -> Coded:
    """A code that opens this signature later; the one before stops working."""
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.VISIT, now)
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        signature.links.filter(purpose=Link.Purpose.RECEIPT).delete()
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
        new_link(signature, Link.Purpose.RECEIPT, timedelta(RECEIPT_DAYS), now, token=code)
    groups = (code[start : start + GROUP_SIGNS] for start in range(0, CODE_SIGNS, GROUP_SIGNS))
    return Coded("-".join(groups))


def open_by_code(*, code: str, now: datetime) -> Opened:
    """Open a signature by its code, however it was typed; the code goes on working."""
    with transaction.atomic():
        try:
            signature = owner_of(typed(code), Link.Purpose.RECEIPT, now)
        except SignatureRefused as refusal:
            raise SignatureRefused("no-such-code") from refusal
        if signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("no-such-code")
        return Opened(signature.pk, new_visit(signature, now))


def typed(code: str) -> str:
    """The code as it was made, from the way in which a person wrote and typed it."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return signs.translate(LOOK_ALIKE)


def mail_link(*, petition_id: UUID, address: str, language: str, now: datetime) -> Asked:
    """Mail a link to a signature, or that there is none: one mail and the same work either way."""
    petition = Petition.objects.published().get(pk=petition_id)
    try:
        digest = address_digest(petition.pk, canonical(address))
    except BadAddress as error:
        raise SignatureRefused("bad-address") from error
    except KeyDestroyed as error:
        raise SignatureRefused("all-erased") from error
    with transaction.atomic():
        signature = (
            Signature.objects.select_for_update()
            .filter(petition=petition, address_digest=digest)
            .first()
        )
        if signature and signature.state != Signature.State.CONFIRMED:
            signature = None
        token = _link_or_none(signature, now)
        kind = mails.LINK if token else mails.NO_LINK
        link = absolute(reverse("signatures:mine-open", args=[token or "-"]))
        context = {"link": link, "hours": OPEN_HOURS} if token else {}
        if may_mail(petition.pk, digest, now):
            post(kind=kind, to=address.strip(), context=context, language=language, now=now)
    return Asked(petition.pk)


def _link_or_none(signature: Signature | None, now: datetime) -> str:
    """A link of the signature; for nobody it is written as well, and deleted again.

    The same two statements either way: undoing a savepoint took longer, and could be measured.
    """
    owner = signature or Signature(pk=uuid4())
    token = new_link(owner, Link.Purpose.OPEN, timedelta(hours=OPEN_HOURS), now)
    unwanted = new_token() if signature else token
    Link.objects.filter(token_digest=token_digest(unwanted)).delete()
    return token if signature else ""
