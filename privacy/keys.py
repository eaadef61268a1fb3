"""Data keys: one for each scope, wrapped by the key-encryption key from the environment.

Wrapping is AES Key Wrap (RFC 3394). Destroying a scope's key erases what it encrypted.
"""

import secrets
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db import transaction

from privacy.errors import KeyDestroyed
from privacy.models import DataKey

# The scope of what belongs to no petition, such as the outbox.
SITE = UUID("00000000-0000-4000-8000-000000000000")
KEY_BYTES = 32


def data_key(scope: UUID) -> bytes:
    """The key of a scope, made when it is first asked for."""
    row = DataKey.objects.filter(scope=scope).first()
    if row is None:
        new = aes_key_wrap(settings.KEY_ENCRYPTION_KEY, secrets.token_bytes(KEY_BYTES))
        # Of two first uses at once one key wins, and both read that one.
        DataKey.objects.bulk_create([DataKey(scope=scope, wrapped=new)], ignore_conflicts=True)
        row = DataKey.objects.get(scope=scope)
    if row.destroyed_at is not None:
        raise KeyDestroyed(str(scope))
    return aes_key_unwrap(settings.KEY_ENCRYPTION_KEY, bytes(row.wrapped))


def destroy_key(*, scope: UUID, now: datetime) -> None:
    """Erase all that the scope's key encrypted, for good."""
    with transaction.atomic():
        row = DataKey.objects.select_for_update().get(scope=scope)
        row.wrapped, row.destroyed_at = b"", now
        row.save(update_fields=["wrapped", "destroyed_at"])
