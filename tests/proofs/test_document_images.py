"""Pictures: what is refused, and what is left of a picture that is taken."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from proofs.errors import ProofRefused
from proofs.images import read_picture, watermarked
from proofs.policy import PICTURE_BYTES_MAX, PICTURE_SIDE_MAX, UPLOAD_BYTES_MAX
from tests.documents import SECRET, badge, encoded, exif, photo


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg), formats=["JPEG"])


def heic(image: Image.Image) -> bytes:
    return encoded(image, "HEIF", exif=exif().tobytes())


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes with a header of any size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    )


def real_bomb(side: int = 20_000) -> bytes:
    """400 million pixels in some kilobytes, each row of them really there."""
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(side // 8 + 1)) for _ in range(side)) + squeeze.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def frames(kind: str) -> bytes:
    first, second = badge(size=(300, 300)), badge("BEN", size=(300, 300))
    return encoded(first, kind, save_all=True, append_images=[second], duration=500)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>1</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>" * 20
REFUSED = {
    "zero bytes": (b"", "picture-unreadable"),
    "one byte": (b"\xff", "picture-unreadable"),
    "HTML": (HTML, "picture-unreadable"),
    "SVG": (SVG, "picture-unreadable"),
    "SVG behind a BOM": (b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, "picture-unreadable"),
    "ZIP": (b"PK\x03\x04" + bytes(500), "picture-unreadable"),
    "PDF": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj", "picture-pdf"),
    "PDF behind a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + b"%PDF-1.4", "picture-pdf"),
    "GIF": (encoded(badge(size=(300, 300)).convert("P"), "GIF"), "picture-unreadable"),
    "TIFF": (encoded(badge(size=(300, 300)), "TIFF"), "picture-unreadable"),
    "half a JPEG": (photo()[:20_000], "picture-unreadable"),
    "JPEG of one header": (photo()[:300], "picture-unreadable"),
    "half a HEIC": (heic(badge(size=(400, 400)))[:2_000], "picture-unreadable"),
    "PNG without its pixels": (png_that_says(900, 900), "picture-unreadable"),
    "PNG of huge sides": (png_that_says(60_000, 60_000), "picture-many-pixels"),
    "PNG of the largest sides": (png_that_says(2**31 - 1, 2**31 - 1), "picture-many-pixels"),
    "PNG of no side": (png_that_says(0, 0), "picture-unreadable"),
    "bomb": (real_bomb(), "picture-many-pixels"),
    "bomb below Pillow's own limit": (real_bomb(6_000), "picture-many-pixels"),
    "tiny": (encoded(badge(size=(120, 900))), "picture-small"),
    "WebP that moves": (frames("WEBP"), "picture-moves"),
    "PNG that moves": (frames("PNG"), "picture-moves"),
    "too many bytes": (photo() + bytes(UPLOAD_BYTES_MAX), "picture-large"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_picture_is_refused_with_words(data, code):
    with pytest.raises(ProofRefused) as refusal:
        read_picture(data)

    assert refusal.value.code == code
    assert "%(" not in refusal.value.words


TAKEN = {
    "JPEG": photo(),
    "JPEG, grey": encoded(badge().convert("L")),
    "JPEG, CMYK": encoded(badge().convert("CMYK")),
    "PNG": encoded(badge(), "PNG", exif=exif()),
    "PNG, palette": encoded(badge().quantize(64), "PNG"),
    "PNG, clear": encoded(badge().convert("RGBA"), "PNG"),
    "PNG, 16 bits": encoded(badge().convert("I;16"), "PNG"),
    "WebP": encoded(badge(), "WEBP", exif=exif().tobytes()),
    "HEIC": heic(badge()),
    "MPO": encoded(badge(), "MPO", save_all=True, append_images=[badge("DEPTH")], exif=exif()),
}


@pytest.mark.parametrize("data", TAKEN.values(), ids=TAKEN)
def test_what_phones_make_is_taken_and_loses_its_past(data):
    jpeg = read_picture(data).jpeg

    image = opened(jpeg)
    assert image.format == "JPEG"
    assert max(image.size) <= PICTURE_SIDE_MAX
    assert not image.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(image.info)
    assert SECRET.encode() not in jpeg
    assert b"Exif" not in jpeg
    assert b"Phone 9" not in jpeg


def test_the_planted_metadata_is_in_the_original():
    assert photo().count(SECRET.encode()) == 2  # else the tests above prove nothing
    assert SECRET.encode() in heic(badge())


@pytest.mark.parametrize("tail", [HTML, b"PK\x05\x06" + bytes(18), b"\0" * 5000 + SVG])
def test_what_hides_behind_a_picture_is_left_behind(tail):
    jpeg = read_picture(photo() + tail).jpeg

    assert tail not in jpeg
    assert opened(jpeg).size == (1200, 900)


def test_the_orientation_is_applied_to_the_pixels():
    upright = opened(read_picture(photo()).jpeg)
    turned = opened(read_picture(photo(orientation=6)).jpeg)

    assert (upright.size, turned.size) == ((1200, 900), (900, 1200))


def test_a_large_photo_is_made_smaller():
    noise = Image.effect_noise((4000, 3000), 120).convert("RGB")
    jpeg = read_picture(encoded(noise, quality=90)).jpeg

    assert max(opened(jpeg).size) == PICTURE_SIDE_MAX
    assert len(jpeg) <= PICTURE_BYTES_MAX


def test_the_same_picture_has_the_same_fingerprint_whatever_its_metadata():
    plain, tagged = encoded(badge()), photo()

    assert read_picture(plain).pixels == read_picture(tagged).pixels
    assert read_picture(plain).pixels != read_picture(photo("BEN OKE")).pixels


def test_a_clear_background_becomes_paper():
    picture = Image.new("RGBA", (400, 300), (0, 0, 0, 0))

    image = opened(read_picture(encoded(picture, "PNG")).jpeg)

    assert image.getpixel((200, 150)) == (255, 255, 255)


SMALL = {
    "JPEG": encoded(badge(size=(320, 240)), exif=exif()),
    "PNG": encoded(badge(size=(320, 240)), "PNG", exif=exif()),
    "HEIC": heic(badge(size=(320, 240))),
}


@settings(max_examples=150, deadline=None)
@given(
    source=st.sampled_from(["JPEG", "PNG", "HEIC"]),
    cut=st.integers(0, 6000),
    noise=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=12),
)
def test_broken_bytes_are_read_or_refused_and_nothing_else(source, cut, noise):
    data = bytearray(SMALL[source])
    for place, value in noise:
        data[place % len(data)] = value
    try:
        picture = read_picture(bytes(data[: len(data) - cut]))
    except ProofRefused:
        return
    assert SECRET.encode() not in picture.jpeg
    assert opened(picture.jpeg).size


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_refused(data):
    with pytest.raises(ProofRefused):
        read_picture(data)


def test_the_mark_is_in_the_pixels_all_over():
    jpeg = read_picture(photo()).jpeg
    marked = opened(watermarked(jpeg, "Ravi · 7 · 2026-11-24 12:00 UTC"))
    plain = opened(jpeg)

    third = (plain.width // 3, plain.height // 3)
    for column in range(3):
        for row in range(3):
            box = (column * third[0], row * third[1], (column + 1) * third[0], (row + 1) * third[1])
            before, after = plain.crop(box).tobytes(), marked.crop(box).tobytes()
            changed = sum(abs(a - b) > 40 for a, b in zip(before, after, strict=True))
            assert changed / len(before) > 0.01, box
    assert marked.size == plain.size
