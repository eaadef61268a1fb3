"""Reading a mail that a stranger uploads: one sender, one recipient, one date, or a refusal.

The header fields come from dkimpy's own reader, so that what is read here is what it verifies.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import HeaderRegistry
from email.utils import parsedate_to_datetime
from typing import Any

import dkim

from proofs.errors import ProofRefused

FIELDS_MAX = 400
HEADER_BYTES_MAX = 128 * 1024
# RFC 5322 has lines of 998 characters; this is a field of several such lines.
FIELD_BYTES_MAX = 8_192
ADDRESS_FIELD_BYTES_MAX = 1_000
ONCE = (b"from", b"to", b"date")
# Further recipients: the mail then does not tell whose it is.
RECIPIENTS = frozenset({b"cc", b"bcc", b"apparently-to"})
# Marks of a list, or of a mail that was passed on.
PASSED_ON = frozenset(
    {b"list-id", b"list-post", b"mailing-list", b"x-mailing-list", b"x-forwarded-to"}
)
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

Field = tuple[bytes, bytes]  # name, value as it stands in the file


@dataclass(frozen=True)
class Letter:
    """A mail in memory. `senders`: From, and Sender where it differs; addresses as written."""

    fields: list[Field]
    body: bytes
    senders: list[str]
    recipient: str
    date: datetime

    def signatures(self) -> list[Field]:
        return [field for field in self.fields if field[0].lower() == b"dkim-signature"]


def read(message: bytes) -> Letter:
    """Read a saved mail; raises ProofRefused with what is wrong with it."""
    fields, body = _parse(message)
    names = [name.lower() for name, _value in fields]
    if any(names.count(name) != 1 for name in ONCE):
        raise ProofRefused("mail-unreadable")
    if any(_text(value) for name, value in fields if name.lower() in RECIPIENTS):
        raise ProofRefused("mail-several")
    if any(name in PASSED_ON or name.startswith(b"resent-") for name in names) or _is_bulk(fields):
        raise ProofRefused("mail-list")
    senders = [_address(fields, b"from")]
    if b"sender" in names:
        senders.append(_address(fields, b"sender"))
    return Letter(fields, body, senders, _address(fields, b"to"), _date(fields))


def _parse(message: bytes) -> tuple[list[Field], bytes]:
    head = re.split(rb"\r?\n\r?\n", message[: HEADER_BYTES_MAX + 4], maxsplit=1)[0]
    if len(head) > HEADER_BYTES_MAX or b"\0" in head or not head or head[:1] in b" \t\r\n":
        raise ProofRefused("mail-unreadable")
    try:
        found, body = dkim.rfc822_parse(message)
    except Exception as error:  # a hostile file ends in a refusal, whatever it meets
        raise ProofRefused("mail-unreadable") from error
    fields = [(bytes(name), bytes(value)) for name, value in found]
    if len(fields) > FIELDS_MAX or any(len(value) > FIELD_BYTES_MAX for _name, value in fields):
        raise ProofRefused("mail-unreadable")
    return fields, body


def _text(value: bytes) -> str:
    """A field's value, unfolded."""
    plain = value.replace(b"\r\n", b"")
    if CONTROL.search(plain) or not plain.isascii():
        raise ProofRefused("mail-unreadable")
    return plain.decode("ascii").strip()


def _only(fields: list[Field], name: bytes) -> str:
    values = [value for field, value in fields if field.lower() == name]
    if len(values) != 1 or len(values[0]) > ADDRESS_FIELD_BYTES_MAX:
        raise ProofRefused("mail-several" if name == b"to" else "mail-unreadable")
    return _text(values[0])


def _address(fields: list[Field], name: bytes) -> str:
    """The only address of a field; a group, a list or a broken one is refused."""
    text = _only(fields, name)
    try:
        header: Any = HeaderRegistry()(name.decode(), text)
        groups, defects = header.groups, header.defects
        addresses = [one.addr_spec for one in header.addresses]
    except Exception as error:  # the standard library's parser may meet anything
        raise ProofRefused("mail-unreadable") from error
    if len(addresses) != 1 or any(group.display_name is not None for group in groups):
        raise ProofRefused("mail-several" if name == b"to" else "mail-unreadable")
    # What was read must stand there word for word: no comment, quotes or encoding inside.
    if defects or addresses[0] not in text:
        raise ProofRefused("mail-unreadable")
    return addresses[0]


def _date(fields: list[Field]) -> datetime:
    try:
        date = parsedate_to_datetime(_only(fields, b"date"))
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise ProofRefused("mail-unreadable") from error
    return date.replace(tzinfo=date.tzinfo or UTC)


def _is_bulk(fields: list[Field]) -> bool:
    return any(
        name.lower() == b"precedence" and value.strip().lower() == b"list" for name, value in fields
    )
