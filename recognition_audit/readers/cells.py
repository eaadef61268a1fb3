"""What one cell may hold: short printable text. Anything else is refused where it stands."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from recognition_audit.errors import BadInput

# A name, a label or a number. Longer cells are text that slipped into a wrong column, and an
# array of fixed width takes the longest cell's room for every row.
CHARACTERS_MAX = 1_000
# Control characters end a text early in C, hide in a terminal and separate our own keys;
# a lone surrogate cannot be written as UTF-8.
UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
SHOWN = 40


def shown(cell: Any) -> str:
    """A cell for a message: quoted, short, with every odd character escaped."""
    text = str(cell)
    return ascii(text[:SHOWN] + ("…" if len(text) > SHOWN else ""))


def check(cells: Sequence[Any], *, file: str, row: int, column: str) -> int:
    """The length of the longest text; raises BadInput for one that cannot be read.

    cells : texts, numbers, flags or None; the place of the first bad one is named.
    """
    widest, is_good = _looked_at(cells)
    if is_good:
        return widest
    for place, cell in enumerate(cells):
        fault = fault_of(cell)
        if fault:
            raise BadInput(fault, file=file, row=row + place, column=column)
    return widest


def are_good(cells: Sequence[Any]) -> bool:
    """Whether `check` would take them."""
    return _looked_at(cells)[1]


def _looked_at(cells: Sequence[Any]) -> tuple[int, bool]:
    """The length of the longest text, and whether all can be read."""
    texts = cells
    try:
        joined = "".join(filter(None, texts))
    except TypeError:  # numbers and flags of JSON stand between the texts
        texts = [cell for cell in cells if isinstance(cell, str)]
        joined = "".join(texts)
    widest = max(map(len, filter(None, texts)), default=0)
    # isprintable is far faster than the search, and rarely wrong.
    is_good = joined.isprintable() or not UNPRINTABLE.search(joined)
    return widest, widest <= CHARACTERS_MAX and is_good


def fault_of(cell: Any) -> str:
    """Why this cell is refused; "" where it is not."""
    if not isinstance(cell, str):
        return ""
    if len(cell) > CHARACTERS_MAX:
        return (
            f"a cell of {len(cell):,} characters. Ids, labels and numbers have at most "
            f"{CHARACTERS_MAX:,}: is this the right column?"
        )
    found = UNPRINTABLE.search(cell)
    if found:
        kind = "a line break" if found.group() in "\r\n" else f"the character {found[0]!a}"
        return f"{shown(cell)} holds {kind}. Take it out."
    return ""


def check_names(names: Iterable[Any], file: str) -> None:
    """Refuse a heading that cannot be shown in a message; raises BadInput."""
    for place, name in enumerate(names, 1):
        fault = fault_of(str(name))
        if fault:
            raise BadInput(f"the heading of column {place}: {fault}", file=file)
