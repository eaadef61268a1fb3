"""Cards with invitation codes, as PDF by typst. Their words reach it as data, never as markup."""

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from proofs.phrases import grouped
from signatures.links import absolute

TEMPLATE = Path(__file__).with_name("cards.typ")
# The first ships inside typst; the others only give letters that it lacks (recognition_audit).
FONTS = ("Libertinus Serif", "Noto Serif", "DejaVu Serif", "Noto Sans CJK SC", "Noto Sans Arabic")


def pdf(codes: Sequence[str], *, title: str, valid_until: date, language: str) -> bytes:
    """Ten cards on a page of A4. title: "" makes cards that do not name the petition."""
    page = absolute(reverse("signatures:invited"))
    with override(language):
        told = {
            "language": language,
            "title": title,
            "heading": _("Your code"),
            "steps": _("For one person, once. Open this page on a device of your own:"),
            "page": page,
            "until": _("Valid until %(day)s. Do not photograph it or pass it on.")
            % {"day": date_format(valid_until)},
            "alternative": _("The same address, with the code"),
            "fonts": FONTS,
            "cards": [
                {"code": grouped(code), "picture": _picture(f"{page}#{code}")} for code in codes
            ],
        }
    inputs = {"told": json.dumps(told, ensure_ascii=False)}
    made: bytes = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, timestamp=0)
    return made


def _picture(address: str) -> str:
    """A QR code as SVG. The code stands behind a #, so that no server ever gets it by a GET."""
    svg = BytesIO()
    segno.make(address, error="m", micro=False).save(svg, kind="svg", border=2, xmldecl=False)
    return svg.getvalue().decode()
