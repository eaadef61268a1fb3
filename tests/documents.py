"""Pictures of invented documents, sent and looked at by the verbs that people use."""

import base64
import hmac
import io
import random
import secrets
from functools import cache
from typing import Any

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter, TiffImagePlugin

from accounts.models import ReviewKey, Team, User
from petitions.models import Petition
from proofs.actions.documents import Finding
from proofs.images import read_picture
from proofs.models import Claim
from signatures.actions import proving, reviewing
from tests.factories import confirmed, signature_of
from tests.people import NOON

PASSPHRASE = "correct horse battery staple"
GPS, IMAGE_DESCRIPTION, ORIENTATION, MAKER = 0x8825, 0x010E, 0x0112, 0x010F
SECRET = "planted-in-the-metadata-7f3a"


IDENTITY = pyrage.x25519.Identity.generate()


def give_key(team: Team) -> ReviewKey:
    """A key as the verb makes it, but one that a computer unlocks at once."""
    return ReviewKey.objects.create(
        team=team,
        recipient=str(IDENTITY.to_public()),
        identity=quickly_locked(str(IDENTITY).encode(), PASSPHRASE),
        made_on=NOON.date(),
    )


def quickly_locked(plain: bytes, passphrase: str) -> bytes:
    """An age file for a passphrase (age-encryption.org/v1) with the least work for scrypt."""

    def b64(data: bytes) -> bytes:
        return base64.b64encode(data).rstrip(b"=")

    def derived(info: bytes, salt: bytes = b"") -> bytes:
        return HKDF(SHA256(), 32, salt=salt, info=info).derive(file_key)

    file_key, salt, nonce = (secrets.token_bytes(16) for _ in range(3))
    wrapping = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, n=2, r=8, p=1)
    wrapped = ChaCha20Poly1305(wrapping.derive(passphrase.encode())).encrypt(
        bytes(12), file_key, None
    )
    header = b"age-encryption.org/v1\n-> scrypt %b 1\n%b\n---" % (b64(salt), b64(wrapped))
    mac = hmac.digest(derived(b"header"), header, "sha256")
    only_chunk = ChaCha20Poly1305(derived(b"payload", nonce)).encrypt(
        bytes(11) + b"\1", plain, None
    )
    return header + b" " + b64(mac) + b"\n" + nonce + only_chunk


def badge(
    name: str = "ASHA RAO", size: tuple[int, int] = (1200, 900), seed: int = 1
) -> Image.Image:
    """Like a photograph of a badge: light that falls off, noise, and words."""
    noise = Image.frombytes("RGB", (size[0] // 4, size[1] // 4), random.Random(seed).randbytes(
        (size[0] // 4) * (size[1] // 4) * 3))  # fmt: skip
    paper = Image.linear_gradient("L").resize(size).convert("RGB")
    image = Image.blend(paper, noise.resize(size).filter(ImageFilter.GaussianBlur(3)), 0.25)
    draw = ImageDraw.Draw(image)
    draw.text((size[0] // 8, size[1] // 3), "EXAMPLE VISION", fill="navy", font_size=size[0] // 14)
    draw.text((size[0] // 8, size[1] // 2), name, fill="black", font_size=size[0] // 16)
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: where, when, with which device."""
    found = Image.Exif()
    found[IMAGE_DESCRIPTION], found[MAKER], found[ORIENTATION] = SECRET, "Phone 9", orientation
    place = found.get_ifd(GPS)
    degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (52, 31, 12))
    place[1], place[2], place[3], place[4] = "N", degrees, "E", degrees
    return found


def encoded(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


@cache
def photo(name: str = "ASHA RAO", orientation: int = 1, seed: int = 1) -> bytes:
    """A JPEG as a phone makes it, with its place and a thumbnail's worth of metadata."""
    return encoded(badge(name, seed=seed), exif=exif(orientation), comment=SECRET.encode())


def upload(data: bytes, name: str = "asha rao badge.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def send(token: str, data: bytes | None = None, kind: str = "badge", now: Any = NOON) -> Claim:
    """Send a document for the signature of this visit."""
    answers = {"kind": kind, "picture": read_picture(data or photo())}
    begun = proving.begin_proof(
        token=token, method="document", answers=answers, language="en", now=now
    )
    return Claim.objects.get(pk=begun.claim_id)


def sent(petition: Petition, address: str, data: bytes | None = None) -> Claim:
    """Sign, confirm and send a document."""
    return send(confirmed(petition, address), data)


def decided(claim: Claim, reviewer: User, verdict: str = "employee", **finding: Any) -> Any:
    """Look at a document and decide."""
    reviewing.look(claim_id=claim.pk, passphrase=PASSPHRASE, actor=reviewer, now=NOON)
    return reviewing.decide(
        claim_id=claim.pk, finding=Finding(verdict, **finding), actor=reviewer, now=NOON
    )


__all__ = [
    "PASSPHRASE",
    "SECRET",
    "badge",
    "decided",
    "encoded",
    "exif",
    "give_key",
    "photo",
    "send",
    "sent",
    "signature_of",
    "upload",
]
