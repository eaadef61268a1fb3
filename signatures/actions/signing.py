"""Signing: entering an address. Nothing here tells whether the address has signed before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import override

from background.actions import post
from background.mails import MailKind
from petitions.models import Petition, State, Version
from privacy.addresses import canonical
from privacy.digests import keyed_digest, new_token, token_digest
from privacy.errors import BadAddress
from signatures import mails
from signatures.actions.limiting import is_disposable
from signatures.errors import SignatureRefused
from signatures.links import absolute
from signatures.models import Block, Link, MailCount, Signature
from signatures.policy import CONFIRM_DAYS, MAILS_PER_ADDRESS_PER_DAY, OPEN_HOURS

OPEN_LASTS = timedelta(hours=OPEN_HOURS)


@dataclass(frozen=True)
class Received:
    """The same for every address: new, waiting, signed or blocked (DESIGN.md 3.4)."""

    petition_id: UUID


def sign(
    *,
    petition_id: UUID,
    relation: str,
    address: str,
    text_digest: str,
    language: str,
    consents: Mapping[str, str],
    now: datetime,
) -> Received:
    """Take a signature and mail its owner the next step; it counts once it is confirmed.

    text_digest: of the published text that the signer read; the signature is given for that one.
    consents: name of each consent -> the exact words that were agreed to.
    """
    petition = Petition.objects.get(pk=petition_id)
    _check(petition, relation, consents)
    text = _text_read(petition, text_digest)
    try:
        plain = canonical(address)
    except BadAddress as error:
        raise SignatureRefused("bad-address") from error
    if is_disposable(plain):
        raise SignatureRefused("disposable")
    digest = address_digest(petition_id, plain)
    with transaction.atomic(), override(language):
        signature = _find_or_add(text, relation, address.strip(), digest, consents, now)
        kind, context = _next_step(signature, digest, now)
        if may_mail(petition_id, digest, now):
            post(kind=kind, to=address.strip(), context=context, language=language, now=now)
    return Received(petition_id)


def address_digest(petition_id: UUID, canonical_address: str) -> bytes:
    return keyed_digest(canonical_address, scope=petition_id, purpose="signer")


def new_link(
    signature: Signature,
    purpose: Link.Purpose,
    lasts: timedelta,
    now: datetime,
    *,
    token: str = "",
) -> str:
    """Make a link of the signature's owner; returns its token, which is not kept."""
    token = token or new_token()
    Link.objects.create(
        token_digest=token_digest(token),
        signature=signature,
        purpose=purpose,
        expires_at=now + lasts,
    )
    return token


def opening(signature: Signature, lasts: timedelta, now: datetime) -> dict[str, str | int]:
    """The words of a mail that bring a link which opens the signature once."""
    token = new_link(signature, Link.Purpose.OPEN, lasts, now)
    link = absolute(reverse("signatures:mine-open", args=[token]))
    return {"link": link, "hours": lasts // timedelta(hours=1)}


def _check(petition: Petition, relation: str, consents: Mapping[str, str]) -> None:
    if not petition.takes_signatures:
        raise SignatureRefused("not-open", state=State(petition.state).label)
    if relation not in petition.relations:
        raise SignatureRefused("relation-not-asked")
    if not consents:
        raise SignatureRefused("no-consent")


def _text_read(petition: Petition, digest: str) -> Version:
    """The text that the signer read, if it is still the one that people sign."""
    for text in petition.texts():
        if text.digest == digest:
            text.petition = petition
            return text
    raise SignatureRefused("text-changed")


def _find_or_add(
    text: Version,
    relation: str,
    address: str,
    digest: bytes,
    consents: Mapping[str, str],
    now: datetime,
) -> Signature:
    petition = text.petition
    new = Signature(
        petition=petition,
        version=text,
        relation=relation,
        consents=dict(consents),
        address_digest=digest,
        received_on=now.date(),
    )
    new.seal_address(address)
    mine = Signature.objects.select_for_update().filter(petition=petition, address_digest=digest)
    signature = None
    while signature is None:
        # Of two submits at once one row wins; the constraint decides, not a look beforehand. Again
        # where the row that won is erased meanwhile.
        Signature.objects.bulk_create([new], ignore_conflicts=True)
        signature = mine.first()
    signature.petition = petition
    if signature.state != Signature.State.CONFIRMED:
        # Entered again before confirming, or after withdrawing: the latest words count.
        signature.version, signature.relation = text, relation
        signature.consents = dict(consents)
    # A confirmed one without an address was promised that none is kept.
    is_kept = signature.state != Signature.State.CONFIRMED or bool(signature.address)
    signature.seal_address(address)
    if not is_kept:
        signature.address = b""
    # Written in either case: a faster answer would tell who has signed.
    signature.save(update_fields=["version", "relation", "consents", "address"])
    return signature


def _next_step(
    signature: Signature, digest: bytes, now: datetime
) -> tuple[MailKind, dict[str, str | int]]:
    """Which mail the address gets. Each way costs the same queries, one link and one mail."""
    blocked = Block.objects.filter(petition=signature.petition, address_digest=digest).exists()
    if signature.state == Signature.State.CONFIRMED:
        return mails.SIGNED, opening(signature, OPEN_LASTS, now)
    token = new_link(signature, Link.Purpose.CONFIRM, timedelta(days=CONFIRM_DAYS), now)
    if blocked:
        return mails.BLOCKED, {}
    link = absolute(reverse("signatures:signature-confirm", args=[token]))
    return mails.CONFIRM, {"link": link, "days": CONFIRM_DAYS}


def may_mail(petition_id: UUID, digest: bytes, now: datetime) -> bool:
    """Count this mail against the address's share of the day."""
    key = {"petition_id": petition_id, "address_digest": digest, "day": now.date()}
    MailCount.objects.bulk_create([MailCount(**key)], ignore_conflicts=True)
    below = MailCount.objects.filter(**key, sent__lt=MAILS_PER_ADDRESS_PER_DAY)
    return bool(below.update(sent=F("sent") + 1))
