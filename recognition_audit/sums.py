"""What follows from shown sums: a hidden number is given away where it is a sum of shown ones.

Every number is a sum of parts that are never split (the people of one group of the intersection,
the comparisons of two of them). One follows from others exactly where its parts are a linear
combination of theirs.
"""

from collections.abc import Hashable, Sequence
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
