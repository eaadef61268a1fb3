"""The text of a PDF by typst, by its own tables from glyphs to letters, as a reader copies it."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\[((?:\((?:\\.|[^\\)])*\)|[^\]])*)\]TJ", re.DOTALL)
LITERAL = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """What every page shows, in the order in which it is drawn; a space after each run."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {}
    for body in objects.values():
        for name, ref in re.findall(rb"/(f\d+) (\d+) 0 R", body):
            fonts[name] = _letters(objects, int(ref))
    streams = [_inflated(body) for body in objects.values() if b"/FlateDecode" in body]
    return "\n".join(_drawn(page, fonts) for page in streams if b"\nBT " in page)


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    table = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    said = _inflated(objects[int(table[1])]).decode("latin-1")
    pairs = re.findall(r"^<(\w{4})> <(\w+)>$", said, re.MULTILINE)
    return {
        int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
        for glyph, text in pairs
        if glyph + text != "0000FFFF"
    }


def _inflated(body: bytes) -> bytes:
    # Without its check: the pattern may take a last byte that looks like the end of a line.
    return zlib.decompressobj().decompress(STREAM.search(body)[1])


def _drawn(page: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    out, letters = [], {}
    for font, shown in SHOWN.findall(page):
        if font:
            letters = fonts[font]
            continue
        run = b"".join(ESCAPE.sub(_unescaped, one) for one in LITERAL.findall(shown))
        glyphs = [int.from_bytes(run[at : at + 2]) for at in range(0, len(run), 2)]
        out.append("".join(letters[glyph] for glyph in glyphs))
    return " ".join(out)


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    if said.isdigit():
        return bytes([int(said, 8)])
    return NAMED.get(said, said)
