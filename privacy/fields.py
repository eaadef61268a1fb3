"""A text column that is encrypted with the key of its row's scope.

Bytes: 1 version ‖ 2 number of the key ‖ 12 nonce ‖ AES-256-GCM ciphertext and tag. The associated
data binds table, row and scope, so a ciphertext that is moved elsewhere does not open.
"""

import secrets
from functools import partialmethod
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from privacy.errors import Tampered
from privacy.keys import newest_key, numbered_key

VERSION = b"\x01"
NUMBER_BYTES = 2
HEAD = 1 + NUMBER_BYTES
NONCE_BYTES = 12


def seal(text: str, *, table: str, row: str, scope: UUID) -> bytes:
    """Encrypt a text for one place in the database."""
    number, key = newest_key(scope)
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _place(table, row, scope))
    return VERSION + number.to_bytes(NUMBER_BYTES) + nonce + sealed


def reveal(blob: bytes, *, table: str, row: str, scope: UUID) -> str:
    """Decrypt what `seal` made for this very place; raises Tampered or KeyDestroyed."""
    blob = bytes(blob)
    if blob[:1] != VERSION:
        raise Tampered("unknown version of an encrypted field")
    nonce, sealed = blob[HEAD : HEAD + NONCE_BYTES], blob[HEAD + NONCE_BYTES :]
    key = numbered_key(scope, number_of(blob))
    try:
        return AESGCM(key).decrypt(nonce, sealed, _place(table, row, scope)).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: cut short
        raise Tampered(f"an encrypted field of {table} does not open") from error


def number_of(blob: bytes) -> int:
    """The number of the key that sealed it."""
    return int.from_bytes(bytes(blob)[1:HEAD])


def _place(table: str, row: str, scope: UUID) -> bytes:
    return "\0".join([table, row, str(scope)]).encode()


class SealedTextField(models.BinaryField):
    """Adds `row.seal_<name>(text)` and `row.reveal_<name>()` to its model.

    scope: the row's attribute that holds the scope's UUID, or the UUID itself. The row's primary
    key and scope are set before sealing. An empty text is stored as no bytes at all.
    """

    def __init__(self, *args: Any, scope: str | UUID, **kwargs: Any) -> None:
        self.scope = scope
        kwargs.setdefault("default", bytes)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"scope": self.scope}

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, f"seal_{name}", partialmethod(_seal_row, field=self))
        setattr(cls, f"reveal_{name}", partialmethod(_reveal_row, field=self))

    def scope_of(self, row: models.Model) -> UUID:
        return self.scope if isinstance(self.scope, UUID) else getattr(row, self.scope)


def _seal_row(row: models.Model, text: str | None, *, field: SealedTextField) -> None:
    blob = b""
    if text:
        table, scope = row._meta.db_table, field.scope_of(row)
        blob = seal(text, table=f"{table}.{field.name}", row=str(row.pk), scope=scope)
    setattr(row, field.name, blob)


def _reveal_row(row: models.Model, *, field: SealedTextField) -> str:
    blob = getattr(row, field.name)
    if not blob:
        return ""
    table, scope = row._meta.db_table, field.scope_of(row)
    return reveal(blob, table=f"{table}.{field.name}", row=str(row.pk), scope=scope)
