"""Mail to a signer about the own signature, to the address that signed; neutral, and not to all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from background.actions import post
from background.mails import MailKind
from privacy.errors import KeyDestroyed
from signatures.actions.signing import new_link
from signatures.links import absolute
from signatures.models import Link, Signature
from signatures.policy import OPEN_HOURS


@dataclass(frozen=True)
class Told:
    mails: int


def tell(
    *, signature: Signature, kind: MailKind, now: datetime, context: Mapping[str, Any] | None = None
) -> Told:
    """Post a mail in the caller's transaction, unless the signer wants none.

    It brings a link that opens the signature once.
    """
    if signature.is_muted:
        return Told(0)
    try:
        address = signature.reveal_address()
    except KeyDestroyed:
        address = ""
    if not address:
        return Told(0)
    token = new_link(signature, Link.Purpose.OPEN, timedelta(hours=OPEN_HOURS), now)
    link = absolute(reverse("signatures:mine-open", args=[token]))
    words = {"link": link, "hours": OPEN_HOURS} | dict(context or {})
    # The language of the text that was signed: the one that the signer reads.
    post(kind=kind, to=address, context=words, language=signature.version.language, now=now)
    return Told(1)
