"""Confirming and refusing: what the owner of an address does with the mailed link."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from petitions.models import ContactKey, Petition, State
from petitions.relations import STAFF
from privacy import holds
from privacy.digests import token_digest
from signatures.actions import contacts
from signatures.actions.counting import count
from signatures.actions.limiting import is_surge
from signatures.actions.signing import new_link
from signatures.errors import SignatureRefused
from signatures.models import Block, Link, MarkReason, Signature
from signatures.policy import VISIT_MINUTES
from transparency.actions import queue
from transparency.canonical import canonical_json
from transparency.merkle.tree import leaf_hash


@dataclass(frozen=True)
class Confirmed:
    """`token` is the visit of the browser that confirmed."""

    signature_id: UUID
    token: str


@dataclass(frozen=True)
class Opened:
    """`token` is the visit of the browser that opened the signature."""

    signature_id: UUID
    token: str


@dataclass(frozen=True)
class Refusal:
    """is_held: the address is blocked, and erased once a legal hold ends."""

    petition_id: UUID
    is_held: bool = False


def confirm(*, token: str, now: datetime, browser: str = "") -> Confirmed:
    """Count the signature: the event and the log entry come with it, or none of them.

    browser: a secret of the browser that confirms, for `confirmed_before`.
    """
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.CONFIRM, now)
        if signature.state == Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")  # another request was faster
        petition = signature.petition
        if not petition.takes_signatures:
            raise SignatureRefused("not-open", state=State(petition.state).label)
        signature.state = Signature.State.CONFIRMED
        signature.confirmed_on = now.date()
        _enter_in_log(signature, petition)
        if is_surge(petition, signature.reveal_address(), now):
            signature.marked_on, signature.mark_reason = now.date(), MarkReason.SURGE
        recipients = ContactKey.objects.recipients(petition.pk)
        if recipients:
            contacts.hand_over(signature, recipients)
        signature.save(
            update_fields=[
                "state", "confirmed_on", "log_salt", "log_leaf", "marked_on", "mark_reason",
                "address", "contact",
            ]
        )  # fmt: skip
        count(signature, +1)
        # One use: who finds the link later learns nothing, nor undoes a withdrawal with it.
        signature.links.all().delete()
        visit = new_visit(signature, now, token=_visit_of(token, browser))
    return Confirmed(signature.pk, visit)


def confirmed_before(*, token: str, browser: str, now: datetime) -> Confirmed | None:
    """The visit that this browser began with this link: its button was pressed twice."""
    visit = _visit_of(token, browser)
    signature = find(visit, Link.Purpose.VISIT, now) if visit else None
    return Confirmed(signature.pk, visit) if signature else None


def refuse(*, token: str, now: datetime) -> Refusal:
    """The owner of the address did not sign and never will: erase it and block the address."""
    with transaction.atomic():
        holds.share_lock()
        signature = owner_of(token, Link.Purpose.CONFIRM, now)
        if signature.state == Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        Block.objects.get_or_create(
            petition=signature.petition,
            address_digest=signature.address_digest,
            defaults={"since": now.date()},
        )
        petition_id = signature.petition_id
        held = holds.is_held(petition_id)
        if held:
            signature.links.all().delete()
            holds.note_wish(scope=petition_id, subject=signature.pk, now=now)
        else:
            signature.delete()
    return Refusal(petition_id, held)


def open_mine(*, token: str, now: datetime) -> Opened:
    """Use up a mailed link: this browser, and no later visitor, gets at the signature."""
    with transaction.atomic():
        signature = owner_of(token, Link.Purpose.OPEN, now)
        used, _of_each = Link.objects.filter(token_digest=token_digest(token)).delete()
        if not used or signature.state != Signature.State.CONFIRMED:
            raise SignatureRefused("link-over")
        visit = new_visit(signature, now)
    return Opened(signature.pk, visit)


def leave(*, token: str) -> None:
    """End a visit before its time."""
    Link.objects.filter(token_digest=token_digest(token), purpose=Link.Purpose.VISIT).delete()


def new_visit(signature: Signature, now: datetime, *, token: str = "") -> str:
    lasts = timedelta(minutes=VISIT_MINUTES)
    return new_link(signature, Link.Purpose.VISIT, lasts, now, token=token)


def _visit_of(token: str, browser: str) -> str:
    """A visit's token that only this browser with this link can come to; "" for no browser."""
    if not browser:
        return ""
    return hmac.new(browser.encode(), token.encode(), hashlib.sha256).hexdigest()


def find(token: str, purpose: Link.Purpose, now: datetime) -> Signature | None:
    """The signature that a token gives power over, for a page that only shows."""
    link = Link.objects.filter(token_digest=token_digest(token), purpose=purpose).first()
    if link is None or link.is_over(now):
        return None
    return (
        Signature.objects.select_related("petition__target__company", "version", "proof")
        .filter(pk=link.signature_id)
        .first()
    )


def owner_of(token: str, purpose: Link.Purpose, now: datetime) -> Signature:
    """The signature that a token gives power over, locked; wants an open transaction."""
    link = Link.objects.filter(token_digest=token_digest(token), purpose=purpose).first()
    if link is None or link.is_over(now):
        raise SignatureRefused("link-over")
    signature = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("petition", "version")
        .filter(pk=link.signature_id)
        .first()
    )
    # Erased by the schedule while this request waited for the lock: nothing may be added again.
    if signature is None or signature.anonymised_on is not None:
        raise SignatureRefused("link-over")
    return signature


def _enter_in_log(signature: Signature, petition: Petition) -> None:
    """Queue the salted commitment for the public log.

    Entries of staff wait until a batch of them can go: a leaf at a time would tell the count.
    """
    signature.log_salt = secrets.token_bytes(32)
    record = canonical_json(signature.log_record())
    entry = {
        "t": "named",
        "petition": str(petition.pk),
        "commitment": hashlib.sha256(signature.log_salt + record).hexdigest(),
    }
    signature.log_leaf = leaf_hash(canonical_json(entry))
    held = signature.relation in STAFF and not petition.publishes_at_once
    queue(entry=entry, group=str(petition.pk), held=held)
