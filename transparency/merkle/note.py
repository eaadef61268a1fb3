"""Signed notes (C2SP signed-note) with Ed25519 keys.

A note is text that ends in a newline, an empty line, and one line for each signature:
"— <name> <base64(key hash ‖ signature)>".
"""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_HASH_BYTES = 4
PUBLIC_KEY_BYTES = 32
DASH = "\N{EM DASH}"


@dataclass(frozen=True)
class Verifier:
    """A name and a public key; as text "<name>+<key hash in hex>+<base64(0x01 ‖ key)>"."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ key)."""
        whole = self.name.encode() + b"\n" + ED25519 + self.public_key
        return hashlib.sha256(whole).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read a verifier key; raises ValueError where its parts disagree."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, hash, key
            raise ValueError("a verifier key is name+hash+key")
        name, key_hash, key = parts[0], parts[1], b64decode(parts[2], validate=True)
        if key[:1] != ED25519 or len(key) != 1 + PUBLIC_KEY_BYTES:
            raise ValueError("this is not an Ed25519 key")
        verifier = cls(name, key[1:])
        if not name or verifier.key_hash.hex() != key_hash:
            raise ValueError("the hash of this verifier key is of another key or name")
        return verifier


@dataclass(frozen=True)
class Signer:
    """A name and the 32-byte seed of its private key."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key().public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note over `text`, which ends in a newline."""
        if not text.endswith("\n"):
            raise ValueError("the text of a note ends in a newline")
        signature = self._key().sign(text.encode())
        line = b64encode(self.verifier.key_hash + signature).decode()
        return f"{text}\n{DASH} {self.name} {line}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def verify(note: str, verifier: Verifier) -> str | None:
    """The text of a note that this key signed, else None."""
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        return None
    text += "\n"
    for line in signatures.splitlines():
        if _is_signed_by(line, text, verifier):
            return text
    return None


def _is_signed_by(line: str, text: str, verifier: Verifier) -> bool:
    dash, _space, rest = line.partition(" ")
    name, _space, encoded = rest.partition(" ")
    if dash != DASH or name != verifier.name:
        return False
    try:
        blob = b64decode(encoded, validate=True)
        if blob[:KEY_HASH_BYTES] != verifier.key_hash:
            return False
        key = Ed25519PublicKey.from_public_bytes(verifier.public_key)
        key.verify(blob[KEY_HASH_BYTES:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
