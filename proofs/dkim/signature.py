"""Checking the DKIM signatures of a mail.

dkimpy does the canonical forms and the mathematics. Which fields must be covered, which keys are
strong enough and what is too old is decided here, by the caller's clock.
"""

import binascii
import logging
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dkim.util import parse_tag_value

from proofs import policy
from proofs.dkim.letter import Field, Letter
from proofs.errors import ProofRefused

# The library would write parts of the message to its log.
SILENT = logging.getLogger("proofs.dkim.library")
SILENT.disabled = True
SIGNATURES_MAX = 8
KEY_OF = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}
COVERED = frozenset({b"from", b"to"})
SECONDS_DIGITS_MAX = 12
# Clocks of mail servers are not exact.
LEEWAY = timedelta(hours=10)

Tags = dict[bytes, bytes]
FindKey = Callable[[str, str, date], bytes | None]  # selector, domain, day -> record


@dataclass(frozen=True)
class Signed:
    """A signature that fits. `value` tells it from every other."""

    domain: str
    selector: str
    value: bytes


def verify(
    letter: Letter, *, accepts: Callable[[str], bool], find_key: FindKey, now: datetime
) -> Signed:
    """The first signature of an accepted domain that fits; else ProofRefused with the reason."""
    refusal = ProofRefused("mail-unsigned")
    for place, field in enumerate(letter.signatures()[:SIGNATURES_MAX]):
        tags = _tags(field)
        if tags is None or not accepts(_word(tags, b"d")):
            continue
        try:
            return _verify(letter, place, tags, find_key, now)
        except ProofRefused as reason:
            if refusal.code == "mail-unsigned":
                refusal = reason
    raise refusal


def _verify(letter: Letter, place: int, tags: Tags, find_key: FindKey, now: datetime) -> Signed:
    covered = [name.strip().lower() for name in tags[b"h"].split(b":")]
    signed_at = _moment(tags, b"t")
    _check_cover(tags, covered, signed_at)
    _check_age(letter, tags, signed_at, now)
    domain, selector = _word(tags, b"d"), _word(tags, b"s")
    record = find_key(selector, domain, (signed_at or letter.date).astimezone(UTC).date())
    if not record:
        raise ProofRefused("mail-key-gone")
    if not Check(letter).fits(place, tags, covered, record):
        raise ProofRefused("mail-signature")
    return Signed(domain, selector, b"".join(tags[b"b"].split()))


def _tags(field: Field) -> Tags | None:
    """The tags of a signature, if it is one that we can check at all."""
    try:
        tags: Tags = parse_tag_value(field[1])
        # Its ages are checked below, by the caller's clock.
        dkim.validate_signature_fields({k: v for k, v in tags.items() if k not in (b"t", b"x")})
    except Exception:  # noqa: BLE001 - a broken signature is none, whatever it broke
        return None
    return tags if tags[b"a"] in KEY_OF else None


def _word(tags: Tags, name: bytes) -> str:
    return tags[name].decode("ascii", "replace").strip().lower()


def _moment(tags: Tags, name: bytes) -> datetime | None:
    if name not in tags:
        return None
    value = tags[name]
    if not value.isdigit() or len(value) > SECONDS_DIGITS_MAX:
        raise ProofRefused("mail-signature")
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProofRefused("mail-signature") from error


def _check_cover(tags: Tags, covered: list[bytes], signed_at: datetime | None) -> None:
    """Who wrote to whom, and when, must be signed; so must the whole of the body."""
    if b"l" in tags or not set(covered) >= COVERED:
        raise ProofRefused("mail-cover")
    if signed_at is None and b"date" not in covered:
        raise ProofRefused("mail-cover")


def _check_age(letter: Letter, tags: Tags, signed_at: datetime | None, now: datetime) -> None:
    ends = _moment(tags, b"x")
    if ends is not None and now > ends + LEEWAY:
        raise ProofRefused("mail-over")
    oldest = now - timedelta(days=policy.MAIL_DAYS_MAX)
    for moment in (letter.date, signed_at):
        if moment is not None and not oldest <= moment <= now + LEEWAY:
            raise ProofRefused("mail-old", days=policy.MAIL_DAYS_MAX)


class Ed25519Key:
    """What dkimpy takes for a key; its own needs a library that we do without."""

    def __init__(self, raw: bytes) -> None:
        self.key = Ed25519PublicKey.from_public_bytes(raw)
        self.fitted = False

    def verify(self, digest: bytes, signature: bytes) -> None:
        # An error raised here would meet dkimpy's handler, which names the missing library.
        try:
            self.key.verify(signature, digest)
        except InvalidSignature:
            return
        self.fitted = True


class Check(dkim.DKIM):
    """One check of one signature by a key record that the caller found."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(logger=SILENT, minkey=policy.MAIL_KEY_BITS_MIN)
        self.headers = [list(field) for field in letter.fields]
        self.body = letter.body
        self.field_values = letter.signatures()

    def fits(self, place: int, tags: Tags, covered: list[bytes], record: bytes) -> bool:
        try:
            self.pk, self.keysize, self.ktag = _key(tags, record)
            fits = self.verify_sig_process(tags, list(covered), self.field_values[place], None)
        except ProofRefused:
            raise
        except Exception:  # noqa: BLE001 - a broken key or signature does not fit, whatever it broke
            return False
        return bool(fits) and getattr(self.pk, "fitted", True)


def _key(tags: Tags, record: bytes) -> tuple[Any, int, bytes]:
    """The key of a record, if it may sign this; its type as dkimpy names it."""
    found = parse_tag_value(record)
    kind = found.get(b"k", b"rsa")
    flags = {flag.strip() for flag in found.get(b"t", b"").split(b":")}
    services = {name.strip() for name in found.get(b"s", b"*").split(b":")}
    hashes = {name.strip() for name in found.get(b"h", b"sha256").split(b":")}
    if found.get(b"v", b"DKIM1") != b"DKIM1" or not found.get(b"p") or b"y" in flags:
        raise ProofRefused("mail-key-gone")  # withdrawn, or in a trial of the company's own
    if kind != KEY_OF[tags[b"a"]] or b"sha256" not in hashes or not services & {b"*", b"email"}:
        raise ProofRefused("mail-signature")
    if b"s" in flags and tags.get(b"i", b"@" + tags[b"d"]).rpartition(b"@")[2] != tags[b"d"]:
        raise ProofRefused("mail-signature")
    if kind == b"ed25519":
        return Ed25519Key(_raw(found[b"p"])), policy.MAIL_KEY_BITS_MIN, kind
    key, bits, _kind, _tls = dkim.evaluate_pk(b"key", record)
    if not policy.MAIL_KEY_BITS_MIN <= bits <= policy.MAIL_KEY_BITS_MAX:
        raise ProofRefused("mail-key-weak", bits=policy.MAIL_KEY_BITS_MIN)
    return key, bits, kind


def _raw(text: bytes) -> bytes:
    try:
        return b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ProofRefused("mail-signature") from error
