"""Cells to numbers, flags and codes, with the place of the first that cannot be read."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput

TRUE = {"1", "true", "yes", "genuine", "mated", "same"}
FALSE = {"0", "false", "no", "impostor", "nonmated", "non-mated", "different"}


def numbers(cells: NDArray[Any], *, file: str, row: int, column: str) -> NDArray[np.float64]:
    """Cells as numbers; a missing one is NaN; shape (n,)."""
    if cells.dtype != object:
        return cells.astype(np.float64)
    try:
        return np.array([np.nan if cell is None else float(cell) for cell in cells])
    except (TypeError, ValueError):
        for place, cell in enumerate(cells):
            if not _is_number(cell):
                words = f"{str(cell)[:40]!r} is not a number"
                raise BadInput(words, file=file, row=row + place, column=column) from None
        raise


def flags(cells: NDArray[Any], *, file: str, row: int, column: str) -> NDArray[np.bool_]:
    """Cells as yes or no; shape (n,)."""
    if cells.dtype == bool:
        return cells
    result = np.zeros(len(cells), dtype=bool)
    for place, cell in enumerate(cells):
        word = str(cell).strip().lower()
        if word in TRUE:
            result[place] = True
        elif word not in FALSE:
            words = f"{str(cell)[:40]!r} is neither yes nor no (1, 0, true, false)"
            raise BadInput(words, file=file, row=row + place, column=column)
    return result


def texts(cells: NDArray[Any]) -> NDArray[Any]:
    """Cells as texts; a missing or blank one is None; a whole number has no “.0”."""
    if cells.dtype != object:
        if cells.dtype.kind == "f" and np.isfinite(cells).all() and (cells % 1 == 0).all():
            cells = cells.astype(np.int64)
        return cells.astype(str).astype(object)
    return np.array(
        [None if cell is None or not str(cell).strip() else str(cell).strip() for cell in cells],
        dtype=object,
    )


def _is_number(cell: Any) -> bool:
    if cell is None:
        return True
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True
