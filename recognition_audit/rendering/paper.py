"""A report as PDF, set by typst. The report's words reach it as data, never as markup."""

import json
import math
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from recognition_audit.charts import Figure, Table
from recognition_audit.errors import AuditError
from recognition_audit.rendering.content import Content, content_of
from recognition_audit.rendering.marked import CHARTS_ALONE
from recognition_audit.report import Report

# The first ships inside typst, so that a page looks alike everywhere; the others only give letters
# that it lacks, where the machine has them.
FONTS = ("Libertinus Serif", "Noto Serif", "DejaVu Serif", "Noto Sans CJK SC", "Noto Sans Arabic")
STYLE = """<style>.chart text{font:13px "Libertinus Serif";fill:#1a1c1f}.chart .axis{stroke:#dcd8cd}
.chart .mark{fill:#0b5a52}.chart .ci{stroke:#0b5a52;stroke-width:2}.chart .q{fill:#555a61}
.chart .ghost{stroke:#7b7f85}.chart .rule{stroke:#1a1c1f}</style>"""
POINTS_OF_A_PIXEL = 0.77
# A page holds so many points from top to bottom, less its heading.
HEIGHT_MAX_POINTS = 640.0
WORD_MAX = 24
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class NoTypesetter(AuditError):
    """typst is not installed here."""


def pdf(report: Report) -> bytes:
    """A tagged PDF (PDF/UA-1 where the fonts suffice), no date; raises NoTypesetter."""
    try:
        import typst
    except ImportError as error:
        words = "a PDF needs the package typst: pip install typst; HTML prints well without it"
        raise NoTypesetter(words) from error
    template = files("recognition_audit").joinpath("rendering/report.typ").read_bytes()
    told = json.dumps(_printable(_told(content_of(report))), ensure_ascii=False)
    inputs = {"report": told.replace(" %", "\u00a0%")}
    try:
        made: bytes = typst.compile(
            template, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0
        )
    except typst.TypstError:
        # PDF/UA refuses a letter that no font on this machine has; tagged it is all the same.
        made = typst.compile(template, format="pdf", sys_inputs=inputs, timestamp=0)
    return made


def _printable(value: Any) -> Any:
    """All texts without control characters, which no font has."""
    if isinstance(value, str):
        return _CONTROL.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value


def _told(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "kicker": content.kicker,
        "findings": [{key: one[key] for key in ("text", "caveat")} for one in content.findings],
        "limits": content.limits,
        "facts": content.facts,
        "figures": [_figure(figure) for figure in content.figures],
        "tables": [_table(table) for table in content.tables],
        "hidden": content.hidden,
        "repeat": content.repeat,
        "sha256": content.sha256,
        "fonts": FONTS,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    words = re.search(r"<desc[^>]*>(.*?)</desc>", figure.svg, re.DOTALL)
    size = re.search(r'viewBox="0 0 (\S+) (\S+)"', figure.svg)
    wide, high = (float(size[1]), float(size[2])) if size else (360.0, 360.0)
    return {
        "heading": figure.heading,
        "svg": figure.svg.replace("><title", f">{STYLE}<title", 1),
        "words": f"{figure.heading}. {_text(words[1]) if words else ''}",
        "width": wide * min(POINTS_OF_A_PIXEL, HEIGHT_MAX_POINTS / high),
        "alone": figure.name in CHARTS_ALONE,
        "table": _table(figure.table),
    }


def _text(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _table(table: Table) -> dict[str, Any]:
    """Columns as wide as their words ask for, within bounds; an empty column falls away."""
    kept = [n for n in range(len(table.head)) if n == 0 or any(row[n] for row in table.rows)]
    return {
        "caption": table.caption,
        "head": [table.head[n] for n in kept],
        "rows": [[row[n] for n in kept] for row in table.rows],
        "note": table.note,
        "columns": [_weight([row[n] for row in (table.head, *table.rows)]) for n in kept],
    }


def _weight(cells: Sequence[str]) -> float:
    """A column's share of the width: its longest word whole, and long texts over a few lines."""
    word = max(len(one) for cell in cells for one in cell.split() or [""])
    return round(max(min(word, WORD_MAX) + 1, 2 * math.sqrt(max(map(len, cells)))), 2)
