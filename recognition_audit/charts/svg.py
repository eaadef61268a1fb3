"""Pieces of SVG. The page colours them by class: chart, axis, mark, ci, q, ghost, rule.

No script and no style attribute, so that a chart stands inline under a strict policy. Where a page
has no rule for `ghost` or `rule`, their attributes draw them in the text's own colour.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

WIDTH = 360
LEFT, RIGHT = 8, 352
LETTER = 7.4  # the width of a letter of 13 px text, in the wider fonts
NAMES_WIDER = 1.06  # names have narrower letters than figures
LINE = 18  # from one line of text to the next
PLAIN = {
    "ghost": ' fill="none" stroke="currentColor" stroke-opacity="0.28"',
    "rule": ' fill="none" stroke="currentColor" stroke-dasharray="3 3"',
    "edge": ' class="rule" fill="none" stroke="currentColor"',
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Point = tuple[float, float]


def _words(text: str) -> str:
    """Text that stays text, without the signs that XML does not know."""
    return escape(_NOT_XML.sub("\ufffd", text))


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "") -> str:
    name = f'class="{kind}" ' if kind else ""
    place = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text {name}x="{_n(x)}" y="{_n(y)}"{place}>{_words(words)}</text>'


def line(first: Point, last: Point, kind: str, *, dash: str = "") -> str:
    (x1, y1), (x2, y2) = first, last
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{_n(x1)}" x2="{_n(x2)}" y1="{_n(y1)}" y2="{_n(y2)}"'
    return f'<line class="{kind}" {ends}{PLAIN.get(kind, "")}{dashes}/>'


def path(points: Sequence[Point], kind: str, *, dash: str = "") -> str:
    places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    plain = PLAIN.get(kind, ' fill="none"')
    return f'<polyline class="{kind}" points="{places}"{plain}{dashes}/>'


def dot(x: float, y: float, *, open_: bool = False, radius: float = 5) -> str:
    """A mark; an open one rests on less, and is told apart without its colour."""
    kind = 'class="ci" fill="none"' if open_ else 'class="mark"'
    return f'<circle {kind} cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def rect(x: float, y: float, width: float, height: float, more: str) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" {more.strip()}/>'
    )


def wrapped(words: str, width: float, *, lines: int | None = None) -> list[str]:
    """The words in lines that fit; no more than so many lines."""
    most = max(8, int(width / LETTER))
    return textwrap.wrap(words, most, break_on_hyphens=False, max_lines=lines, placeholder="…") or [
        ""
    ]


def fitted(words: str, width: float) -> str:
    """The words as far as they fit; the table has the whole."""
    most = max(4, int(width / LETTER * NAMES_WIDER))
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def width_of(words: str) -> float:
    return LETTER * len(words)


def paragraph(words: str, y: float) -> tuple[list[str], float]:
    """Quiet lines over the whole width; the y below them."""
    lines = wrapped(words, RIGHT - LEFT)
    drawn = [text(LEFT, y + 13 + n * LINE, one, kind="q") for n, one in enumerate(lines)]
    return drawn, y + LINE * len(lines) + 4


def drawing(prefix: str, title: str, words: str, height: float, parts: Iterable[str]) -> str:
    """A whole chart with its name and its description for screen readers."""
    size = f'viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" height="{_n(height)}"'
    return (
        f'<svg class="chart" {size} role="img" aria-labelledby="{prefix}-title {prefix}-words" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{prefix}-title">{_words(title)}</title>'
        f'<desc id="{prefix}-words">{_words(words)}</desc>{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    """A tenth of a pixel is enough, and the same on every processor."""
    return f"{round(value, 1):g}"
