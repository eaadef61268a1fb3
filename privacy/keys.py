"""Data keys and digest salts: for each scope, wrapped by a key that only the environment holds.

Wrapping is AES Key Wrap (RFC 3394). Destroying a scope's keys erases what they encrypted, and
makes its digests meaningless. A scope has one key for new texts, and older ones until
`privacy.actions.rotation` has sealed their texts anew.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from django.conf import settings
from django.db import transaction

from privacy.errors import KeyDestroyed, Tampered, WrongKey
from privacy.models import DataKey, DigestSalt

# The scope of what belongs to no petition, such as the outbox.
SITE = UUID("00000000-0000-4000-8000-000000000000")
KEY_BYTES = 32
FIRST = 1
_remembered: ContextVar[dict[tuple[UUID, int], bytes] | None] = ContextVar("keys", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database for each key once within this block, however many texts it opens.

    For the lines of one page, not longer: a key that is destroyed must be gone from everywhere.
    """
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def newest_key(scope: UUID) -> tuple[int, bytes]:
    """The number and the key for new texts of a scope, made when it is first asked for."""
    row = DataKey.objects.filter(scope=scope).order_by("-number").first()
    if row is None:
        # Of two first uses at once one key wins, and both read that one.
        new = DataKey(scope=scope, number=FIRST, wrapped=wrap(secrets.token_bytes(KEY_BYTES)))
        DataKey.objects.bulk_create([new], ignore_conflicts=True)
        row = DataKey.objects.get(scope=scope, number=FIRST)
    return row.number, _open(row)


def numbered_key(scope: UUID, number: int) -> bytes:
    """The key of this number, for a text that it sealed; raises KeyDestroyed or Tampered."""
    kept = _remembered.get()
    if kept is not None and (scope, number) in kept:
        return kept[scope, number]
    row = DataKey.objects.filter(scope=scope, number=number).first()
    if row is None:
        raise Tampered(f"{scope} has no key {number}")
    key = _open(row)
    if kept is not None:
        kept[scope, number] = key
    return key


def digest_salt(scope: UUID) -> bytes:
    """32 random bytes that join the pepper in a scope's digests, and go with its keys."""
    row = DigestSalt.objects.filter(scope=scope).first()
    if row is None:
        new = DigestSalt(scope=scope, wrapped=wrap(secrets.token_bytes(KEY_BYTES)))
        DigestSalt.objects.bulk_create([new], ignore_conflicts=True)
        row = DigestSalt.objects.get(scope=scope)
    return _open(row)


def destroy_key(*, scope: UUID, now: datetime) -> None:
    """Erase all that the scope's keys encrypted, and what its digests could tell, for good."""
    with transaction.atomic():
        # A scope that never used its key or salt is closed as well: none is made later.
        DataKey.objects.bulk_create([DataKey(scope=scope, number=FIRST)], ignore_conflicts=True)
        DigestSalt.objects.bulk_create([DigestSalt(scope=scope)], ignore_conflicts=True)
        for rows in (DataKey.objects.filter(scope=scope), DigestSalt.objects.filter(scope=scope)):
            rows.filter(destroyed_at=None).update(wrapped=b"", destroyed_at=now)


def wrap(key: bytes) -> bytes:
    return aes_key_wrap(settings.KEY_ENCRYPTION_KEY, key)


def unwrap(wrapped: bytes) -> bytes:
    """Undo `wrap`, also of a key-encryption key that is being replaced; raises WrongKey."""
    for key in (settings.KEY_ENCRYPTION_KEY, *settings.KEY_ENCRYPTION_KEYS_OLD):
        try:
            return aes_key_unwrap(key, wrapped)
        except InvalidUnwrap:
            continue
    raise WrongKey(
        "No key-encryption key opens this data key. Set KEY_ENCRYPTION_KEY to the one that "
        "wrapped it, or add that one to KEY_ENCRYPTION_KEYS_OLD."
    )


def _open(row: DataKey | DigestSalt) -> bytes:
    if row.destroyed_at is not None:
        raise KeyDestroyed(str(row.scope))
    return unwrap(bytes(row.wrapped))
