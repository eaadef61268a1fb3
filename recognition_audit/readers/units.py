"""Subjects and groups as small whole numbers, given out in the order of appearance."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Group = tuple[str, ...]  # one value for each axis


class Codes:
    """Things to codes 0, 1, 2, …; the same thing always gets the same code."""

    def __init__(self) -> None:
        self.of: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self.of)

    def code(self, thing: Any) -> int:
        return self.of.setdefault(thing, len(self.of))

    def codes(self, things: NDArray[Any]) -> NDArray[np.int64]:
        """Codes of texts, shape (n,); each distinct one is looked up once."""
        distinct, places = np.unique(things.astype(str), return_inverse=True)
        return np.array([self.code(thing) for thing in distinct], dtype=np.int64)[places]


class Units:
    """The units of resampling: a subject in a group. Group -1: a label is missing."""

    def __init__(self, axes: list[str]) -> None:
        self.axes = axes
        self.subjects = Codes()
        self.groups = Codes()
        self._units = Codes()

    def __len__(self) -> int:
        return len(self._units)

    def units(
        self, subjects: NDArray[Any], labels: list[NDArray[Any]]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Unit and group of each row; both of shape (n,)."""
        groups = self._groups(labels, len(subjects))
        known = self.subjects.codes(subjects)
        width = 1 << 20
        pairs, places = np.unique(known * width + groups + 1, return_inverse=True)
        units = np.array([self._units.code(int(pair)) for pair in pairs], dtype=np.int64)
        return units[places], groups

    def group_of_unit(self) -> NDArray[np.int64]:
        """The group of each unit, shape (units,)."""
        return np.array([pair % (1 << 20) - 1 for pair in self._units.of], dtype=np.int64)

    def group_list(self) -> list[Group]:
        return list(self.groups.of)

    def _groups(self, labels: list[NDArray[Any]], rows: int) -> NDArray[np.int64]:
        if not labels:
            return np.full(rows, self.groups.code(()), dtype=np.int64)
        missing = np.zeros(rows, dtype=bool)
        for axis in labels:
            missing |= np.array([cell is None for cell in axis])
        joined = np.array(["\x1f".join(map(str, row)) for row in zip(*labels, strict=True)])
        distinct, places = np.unique(joined, return_inverse=True)
        codes = np.full(len(distinct), -1, dtype=np.int64)
        for place in np.unique(places[~missing]):
            codes[place] = self.groups.code(tuple(distinct[place].split("\x1f")))
        result = codes[places]
        result[missing] = -1
        return result
