"""What follows from shown sums: a hidden number is given away where it is a sum of shown ones.

Every number is a sum of parts that are never split (the people of one group of the intersection,
the comparisons of two of them). One follows from others exactly where its parts are a linear
combination of theirs.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any

import numpy as np

Parts = frozenset[Hashable]
# Sums of 0 and 1: what is solved exactly is off by rounding alone.
EXACT = 1e-6


def given_away(shown: Sequence[Parts], hidden: Sequence[Parts]) -> dict[int, dict[int, float]]:
    """The places of hidden numbers that follow, each with how often it takes which shown ones.

    Of two shown numbers that are the same, the first is taken. Numbers without parts are nothing,
    which is no secret.
    """
    alone: dict[Hashable, int] = {}
    for place, parts in enumerate(shown):
        if len(parts) == 1:
            alone.setdefault(next(iter(parts)), place)
    wholes = [place for place, parts in enumerate(shown) if parts - alone.keys()]
    left = [shown[place] - alone.keys() for place in wholes]
    asked = [place for place, parts in enumerate(hidden) if parts]
    shares, solved = _solved(left, [hidden[place] - alone.keys() for place in asked])
    found: dict[int, dict[int, float]] = {}
    for number, place in enumerate(asked):
        if solved[number]:
            of_wholes = {one: float(shares[row, number]) for row, one in enumerate(wholes)}
            takes = {
                one: (part in hidden[place])
                - sum(share for whole, share in of_wholes.items() if part in shown[whole])
                for part, one in alone.items()
            }
            found[place] = {n: x for n, x in (takes | of_wholes).items() if abs(x) > EXACT}
    return found


def _solved(wholes: Sequence[Parts], asked: Sequence[Parts]) -> tuple[Any, Any]:
    """How much of each whole makes each number, shape (wholes, asked), and whether it does."""
    every = {part for parts in [*wholes, *asked] for part in parts}
    place = {part: number for number, part in enumerate(sorted(every, key=repr))}
    sums, wanted = (_incidence(parts, place) for parts in (wholes, asked))
    if not wholes or not place:
        return np.zeros((len(wholes), len(asked))), ~wanted.any(axis=0)
    shares = np.linalg.lstsq(sums, wanted, rcond=None)[0]
    return shares, np.abs(sums @ shares - wanted).max(axis=0, initial=0) < EXACT


def _incidence(numbers: Sequence[Parts], place: dict[Hashable, int]) -> Any:
    table = np.zeros((len(place), len(numbers)))
    for column, parts in enumerate(numbers):
        table[[place[part] for part in parts], column] = 1
    return table


class Shown:
    """Sums that are shown one after another, as long as no secret follows from them.

    Where there are far more sums than parts it is quicker than to take them away again.
    """

    def __init__(
        self, every: Iterable[Hashable], secrets: Sequence[Parts], known: Sequence[Parts] = ()
    ) -> None:
        """every : all parts that a sum may have. known : sums that cannot be kept.

        Secrets without parts are none, nor is what follows from known sums alone.
        """
        self._place = {part: number for number, part in enumerate(every)}
        # Orthonormal, shape (sums, parts), and what of each secret lies beside all of them.
        self._basis = np.zeros((0, len(self._place)))
        self._beside = _unit(_incidence(secrets, self._place).T)
        self._basis, self._beside = self._with(known)
        self._given = np.linalg.norm(self._beside, axis=1) < EXACT

    def add(self, sums: Sequence[Parts], allowed: Collection[int] = ()) -> bool:
        """Show these sums together, unless a secret would follow; whether they are shown.

        allowed : the places of secrets that may follow from now on.
        """
        basis, beside = self._with(sums)
        given = self._given.copy()
        given[list(allowed)] = True
        if (np.linalg.norm(beside[~given], axis=1) < EXACT).any():
            return False
        self._basis, self._beside, self._given = basis, beside, given
        return True

    def may(self, sums: Sequence[Parts]) -> bool:
        """Whether `add` would show them."""
        _basis, beside = self._with(sums)
        return not (np.linalg.norm(beside[~self._given], axis=1) < EXACT).any()

    def _with(self, sums: Sequence[Parts]) -> tuple[Any, Any]:
        basis, beside = self._basis, self._beside
        for line in _unit(_incidence(sums, self._place).T):
            rest = line - (basis @ line) @ basis
            rest -= (basis @ rest) @ basis  # once more: rounding
            length = np.linalg.norm(rest)
            if length > EXACT:
                new = rest / length
                basis = np.vstack([basis, new])
                beside = beside - np.outer(beside @ new, new)
        return basis, beside


def _unit(lines: Any) -> Any:
    """Lines at the length 1; those of nothing stay so."""
    return lines / np.maximum(np.linalg.norm(lines, axis=1, keepdims=True), EXACT)
