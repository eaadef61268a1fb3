"""Keyed digests, tokens and codes.

A plain hash of a work address is undone by hashing the company's directory; these are keyed with
a pepper that is outside the database, and a salt of each petition that is destroyed with its keys
(DESIGN.md 3.7): neither the database alone, nor the pepper alone later, tells who signed.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from privacy.keys import digest_salt

KEY_BYTES = 32


def keyed_digest(value: str, *, scope: UUID, purpose: str) -> bytes:
    """HMAC-SHA-256 of a value under a key of this scope and purpose alone; 32 bytes."""
    key = _key(settings.DIGEST_PEPPER, digest_salt(scope), scope, purpose)
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=1024)
def _key(pepper: bytes, salt: bytes, scope: UUID, purpose: str) -> bytes:
    info = b"countersign digest\0" + scope.bytes + b"\0" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(pepper)


def cache_key(key: str, prefix: str, version: int) -> str:
    """What stands in the cache's table instead of a key: a keyed digest of it (CACHES)."""
    name = f"countersign cache\0{prefix}\0{version}\0{key}"
    return hmac.new(settings.DIGEST_PEPPER, name.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What the database keeps of a token; 32 bytes. A token is random, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


def new_code(digits: int) -> str:
    """A code of so many digits, each equally likely."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"
