"""Pictures of invented documents, sent and looked at by the verbs that people use."""

import io
import random
from functools import cache
from typing import Any

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


@cache
def _locked() -> tuple[str, bytes]:
    """Locking costs a second on purpose; the tests share one key."""
    key = ReviewKey()
    key.lock(PASSPHRASE)
    return key.recipient, key.identity


def give_key(team: Team) -> ReviewKey:
    recipient, identity = _locked()
    return ReviewKey.objects.create(
        team=team, recipient=recipient, identity=identity, made_on=NOON.date()
    )


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


def encoded(image: Image.Image, format: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **more)
    return out.getvalue()


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
