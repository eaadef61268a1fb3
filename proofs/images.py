"""Pictures of documents: decoded under limits, made anew from their pixels, and marked for a look.

A file is known by its content, never by its name. Nothing of it survives but pixels: EXIF, place,
comments, thumbnails, colour profiles and whatever is hidden behind the picture are left behind.
"""

import hashlib
import io
from dataclasses import dataclass
from threading import Lock

import pillow_heif
from PIL import Image, ImageDraw, ImageFont, ImageOps

from proofs.errors import ProofRefused
from proofs.policy import (
    PICTURE_BYTES_MAX,
    PICTURE_PIXELS_MAX,
    PICTURE_SIDE_MAX,
    PICTURE_SIDE_MIN,
    UPLOAD_BYTES_MAX,
)

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

# A camera's JPEG may hold further pictures, such as a depth map ("MPO"); only the first is read.
CAMERA_FORMATS = frozenset({"JPEG", "MPO", "HEIF"})
PDF_MARK, PDF_MARK_WITHIN = b"%PDF-", 1024  # readers accept the mark within the first kilobyte
QUALITIES = (85, 70, 50, 30)
# A large picture takes some 200 MB while it is decoded: one at a time in each process.
DECODING = Lock()
MARK_ALPHA = 90  # of 255: the document stays readable, and the mark does too
MARK_ANGLE = 30  # degrees: a straight crop does not cut it away


@dataclass(frozen=True)
class Picture:
    """jpeg: what may be kept. pixels: a SHA-256 by which the same picture is known again."""

    jpeg: bytes
    pixels: bytes


def read_picture(data: bytes) -> Picture:
    """Decode an uploaded picture and make a new one from its pixels; raises ProofRefused."""
    if len(data) > UPLOAD_BYTES_MAX:
        raise ProofRefused("picture-large", megabytes=UPLOAD_BYTES_MAX // 2**20)
    if PDF_MARK in data[:PDF_MARK_WITHIN]:
        raise ProofRefused("picture-pdf")
    try:
        with DECODING:
            image = _decode(data)
    except ProofRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = PICTURE_PIXELS_MAX["camera"] // 10**6
        raise ProofRefused("picture-many-pixels", megapixels=limit) from error
    except Exception as error:  # decoders fail in a dozen ways over a broken file
        raise ProofRefused("picture-unreadable") from error
    if min(image.size) < PICTURE_SIDE_MIN:
        raise ProofRefused("picture-small", pixels=PICTURE_SIDE_MIN)
    return Picture(_encode(image), _fingerprint(image))


def watermarked(jpeg: bytes, words: str) -> bytes:
    """The picture with the words across it many times, in its pixels."""
    image = Image.open(io.BytesIO(jpeg), formats=["JPEG"]).convert("RGB")
    font = ImageFont.load_default(size=max(14, min(image.size) // 28))
    left, top, right, bottom = ImageDraw.Draw(image).textbbox((0, 0), words, font=font)
    width, height = int(right - left), int(bottom - top)
    side = 2 * max(image.size)  # turned by any angle it still covers the picture
    layer = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(layer)
    for line, y in enumerate(range(0, side, 5 * height)):
        for x in range(-(line % 2) * width // 2, side, width + 3 * height):
            draw.text((x, y), words, font=font, fill=MARK_ALPHA)
    turned = layer.rotate(MARK_ANGLE)
    x, y = (side - image.width) // 2, (side - image.height) // 2
    mask = turned.crop((x, y, x + image.width, y + image.height))
    # Dark on light and light on dark: the mark stands out on either.
    image.paste(ImageOps.invert(image).point(lambda value: 255 if value > 127 else 0), mask=mask)  # noqa: PLR2004 - half of 255
    return _encode(image)


def _decode(data: bytes) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "HEIF"])
    camera = image.format in CAMERA_FORMATS
    megapixels = PICTURE_PIXELS_MAX["camera" if camera else "screen"] // 10**6
    # Sizes stand in the header: a bomb is refused before a pixel of it is decoded.
    if image.width * image.height > megapixels * 10**6:
        raise ProofRefused("picture-many-pixels", megapixels=megapixels)
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise ProofRefused("picture-moves")
    image.draft("RGB", (PICTURE_SIDE_MAX, PICTURE_SIDE_MAX))
    image.load()
    image = ImageOps.exif_transpose(image)
    image.thumbnail((PICTURE_SIDE_MAX, PICTURE_SIDE_MAX), Image.Resampling.LANCZOS)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    image = image.convert("RGB")
    # A new image of the bare pixels: what the old object knew besides them stays behind.
    return Image.frombytes("RGB", image.size, image.tobytes())


def _encode(image: Image.Image) -> bytes:
    jpeg = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        jpeg = out.getvalue()
        if len(jpeg) <= PICTURE_BYTES_MAX:
            return jpeg
    return jpeg  # noise at the lowest quality; its size is bounded by the sides


def _fingerprint(image: Image.Image) -> bytes:
    """Of the exact pixels. A perceptual hash would take colleagues' payslips for one another:
    they share a template, and differ in the few words that matter."""
    return hashlib.sha256(repr(image.size).encode() + image.tobytes()).digest()
