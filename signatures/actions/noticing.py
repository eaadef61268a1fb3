"""Notices to a signer: mail that nobody asked for just now, so that it can be stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from background.actions import post
from background.mails import MailKind
from privacy.errors import KeyDestroyed
from signatures.actions.signing import new_link, opening
from signatures.links import absolute
from signatures.models import Link, Signature
from signatures.policy import UNSUBSCRIBE_DAYS


@dataclass(frozen=True)
class Noticed:
    """`posted` is False where the signer wants no mail, or left no address."""

    posted: bool


def post_notice(
    *,
    signature: Signature,
    kind: MailKind,
    context: Mapping[str, Any] | None = None,
    opens: timedelta | None = None,
    now: datetime,
) -> Noticed:
    """Write to a signer in the language they signed in. This alone decrypts the address for it.

    opens: bring a link that opens the signature once, and works for so long.
    """
    if not kind.notice:
        raise ValueError(f"{kind.name} is not declared as a notice")
    if signature.is_muted or signature.state != Signature.State.CONFIRMED:
        return Noticed(posted=False)
    try:
        address = signature.reveal_address()
    except KeyDestroyed:
        address = ""
    if not address:
        return Noticed(posted=False)
    words = dict(context or {})
    with transaction.atomic():
        if opens:
            words |= opening(signature, opens, now)
        token = new_link(signature, Link.Purpose.UNSUBSCRIBE, timedelta(UNSUBSCRIBE_DAYS), now)
        stop = absolute(reverse("signatures:unsubscribe", args=[token]))
        post(
            kind=kind,
            to=address,
            context={**words, "unsubscribe": stop},
            language=signature.version.language,
            now=now,
        )
    return Noticed(posted=True)
