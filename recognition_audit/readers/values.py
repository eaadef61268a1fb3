"""Cells to numbers, flags and codes, with the place of the first that cannot be read."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers.cells import shown

# Up to here a float holds every whole number exactly.
WHOLE_MAX = 1 << 53
BETWEEN_LABELS = " · "
TRUE = {"1", "true", "yes", "genuine", "mated", "same"}
FALSE = {"0", "false", "no", "impostor", "nonmated", "non-mated", "different"}


def numbers(cells: NDArray[Any], *, file: str, row: int, column: str) -> NDArray[np.float64]:
    """Cells as numbers; a missing one is NaN; shape (n,)."""
    if cells.dtype != object:
        return cells.astype(np.float64)
    try:
        found = np.array([np.nan if cell is None else float(cell) for cell in cells])
    except (TypeError, ValueError, OverflowError):
        found = None
    # Python reads 1_0 as 10 and True as 1; nobody means that in a table.
    odd = found is None or any(isinstance(cell, bool) or _is_odd(cell) for cell in cells)
    if not odd and found is not None:
        return found
    for place, cell in enumerate(cells):
        if not _is_number(cell):
            words = f"{shown(cell)} is not a number"
            if isinstance(cell, str) and _is_number(cell.replace(",", ".", 1)):
                words += "; write it with a point, as in 0.5"
            raise BadInput(words, file=file, row=row + place, column=column)
    raise BadInput("a cell is not a number", file=file, row=row, column=column)


def whole_numbers(
    cells: NDArray[Any], *, file: str, row: int, column: str, least: int = 0
) -> NDArray[np.int64]:
    """Cells as whole numbers, none missing and none below `least`; shape (n,)."""
    found = numbers(cells, file=file, row=row, column=column)
    bad = ~np.isfinite(found) | (found < least) | (found > WHOLE_MAX)
    bad |= np.where(bad, 0, found) % 1 != 0
    for place in np.flatnonzero(bad)[:1]:
        words = f"{shown(cells[place])} is not a whole number from {least:,} to {WHOLE_MAX:,}"
        raise BadInput(words, file=file, row=row + int(place), column=column)
    return found.astype(np.int64)


def flags(cells: NDArray[Any], *, file: str, row: int, column: str) -> NDArray[np.bool_]:
    """Cells as yes or no; shape (n,)."""
    if cells.dtype == bool:
        return cells
    result = np.zeros(len(cells), dtype=bool)
    for place, cell in enumerate(cells.tolist()):
        word = (_text(cell) or "").lower()
        if word in TRUE:
            result[place] = True
        elif word not in FALSE:
            words = f"{shown(cell)} is neither yes nor no (1, 0, true, false)"
            raise BadInput(words, file=file, row=row + place, column=column)
    return result


def texts(cells: NDArray[Any]) -> NDArray[Any]:
    """Cells as texts; a missing or blank one is None; a whole number has no “.0”."""
    if cells.dtype.kind in "iu":
        return cells.astype(str).astype(object)
    found = cells.tolist()
    try:  # mostly all are texts; only these can be stripped
        found = [cell if cell is None else cell.strip() or None for cell in found]
    except AttributeError:
        found = [_text(cell) for cell in found]
    return np.array(found, dtype=object)


def labels(cells: NDArray[Any], *, file: str, row: int, column: str) -> NDArray[Any]:
    """Cells as labels of a group: texts that do not hold the mark between two labels."""
    found = texts(cells)
    for place, cell in enumerate(found):
        if cell is not None and BETWEEN_LABELS in cell:
            words = f"the label {shown(cell)} holds “{BETWEEN_LABELS}”, which stands between labels"
            raise BadInput(words, file=file, row=row + place, column=column)
    return found


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        if cell != cell:  # noqa: PLR0124 - only NaN differs from itself
            return None
        return str(int(cell)) if cell.is_integer() else str(cell)
    return None if cell is None else str(cell).strip() or None


def _is_odd(cell: Any) -> bool:
    return isinstance(cell, str) and ("_" in cell or not cell.isascii())


def _is_number(cell: Any) -> bool:
    if cell is None:
        return True
    if isinstance(cell, bool) or _is_odd(cell):
        return False
    try:
        float(cell)
    except (TypeError, ValueError, OverflowError):
        return False
    return True
