"""1:N from all pairs of some people: galleries are drawn and everybody else searches in them.

Nothing is modelled: each draw puts N people into a gallery and asks of every other person whether
anybody in it is accepted. What 1:1 rates would predict is a projection and stands apart.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.limits import SUBJECTS_MIN
from recognition_audit.readers.comparisons import Batch, Oddities, Tile
from recognition_audit.readers.units import Units
from recognition_audit.thresholds import accepts

Counts = NDArray[np.int64]
# Each accepted pair takes 24 bytes while galleries are drawn.
MATCHES_MAX = 20_000_000
DRAWS = 100
NO_SCORE = ("scores that are no number", "scores that are infinite")
STEPS_OF_A_DECADE = (1, 2, 5)


class AllPairs(Protocol):
    """Every two of some people, once: a matrix, or embeddings."""

    polarity: str
    oddities: Oddities
    rows: int
    total: int

    @property
    def units(self) -> Units: ...
    def batches(self) -> Iterator[Batch | Tile]: ...


@dataclass(frozen=True)
class Drawn:
    """What the draws gave.

    errors_of, trials_of : shape (thresholds, sizes, people), summed over the draws.
    errors_in, trials_in : shape (thresholds, sizes, draws, groups).
    matches, others : shape (thresholds, people) and a number: for the projection.
    """

    sizes: tuple[int, ...]
    draws: int
    group_of: NDArray[np.int64]
    errors_of: Counts
    trials_of: Counts
    errors_in: Counts
    trials_in: Counts
    matches: Counts
    others: int


def default_sizes(people: int) -> tuple[int, ...]:
    """1, 2, 5, 10, … up to half of the people, from 10."""
    every = (step * 10**power for power in range(1, 10) for step in STEPS_OF_A_DECADE)
    return tuple(size for size in every if size <= people // 2)


def draw(
    comparisons: AllPairs,
    thresholds: Sequence[float],
    sizes: Sequence[int] | None,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Drawn:
    """Draw galleries from the people of a complete matrix; raises BadInput.

    sizes : gallery sizes; None for 1-2-5 steps up to half of the people. One order of the people
    is drawn a time, and the first N of it are the gallery of N: larger galleries hold smaller
    ones, so a curve over N never falls. Random numbers: PCG64(seed), one permutation a draw.
    """
    first, second, scores = _matches(comparisons, thresholds, progress)
    people = len(comparisons.units)
    wanted = tuple(sorted(set(sizes))) if sizes else default_sizes(people)
    if not wanted or wanted[0] < 1 or wanted[-1] > people - SUBJECTS_MIN:
        words = (
            f"galleries of {', '.join(map(str, wanted or (10,)))} cannot be drawn from {people:,} "
            f"people: at least {SUBJECTS_MIN} must be left to search for"
        )
        raise BadInput(words)
    group_of = comparisons.units.group_of_unit()
    groups = len(comparisons.units.group_list())
    shape = (len(thresholds), len(wanted))
    errors_of = np.zeros((*shape, people), dtype=np.int64)
    trials_of = np.zeros((*shape, people), dtype=np.int64)
    errors_in = np.zeros((*shape, draws, groups), dtype=np.int64)
    trials_in = np.zeros((*shape, draws, groups), dtype=np.int64)
    matches = np.zeros((len(thresholds), people), dtype=np.int64)
    labelled = group_of >= 0
    for step, value in enumerate(thresholds):
        near = _Neighbours(first, second, accepts(scores, value, comparisons.polarity), people)
        matches[step] = near.counts
        chance = np.random.Generator(np.random.PCG64(seed))
        for number in range(draws):
            place = chance.permutation(people)
            nearest = near.least(place)
            for size, length in enumerate(wanted):
                probe = place >= length
                hit = probe & (nearest < length)
                errors_of[step, size] += hit
                trials_of[step, size] += probe
                errors_in[step, size, number] = _by_group(group_of[hit & labelled], groups)
                trials_in[step, size, number] = _by_group(group_of[probe & labelled], groups)
    return Drawn(
        wanted, draws, group_of, errors_of, trials_of, errors_in, trials_in, matches, people - 1
    )


def projected(fmr: float, sizes: Sequence[int]) -> Iterator[tuple[int, float]]:
    """1 − (1 − FMR)^N: what a search of N would do if its comparisons were independent.

    They are not: some faces match many others, so the truth may lie on either side.
    """
    for size in sizes:
        yield size, float(-np.expm1(size * np.log1p(-fmr))) if fmr < 1 else 1.0


def _by_group(codes: NDArray[np.int64], groups: int) -> Counts:
    return np.bincount(codes, minlength=groups).astype(np.int64)


def _matches(
    comparisons: AllPairs,
    thresholds: Sequence[float],
    progress: Callable[[int, int], None] | None,
) -> tuple[Counts, Counts, NDArray[np.floating[Any]]]:
    """The pairs that the loosest threshold accepts; every pair must be there."""
    loosest = max(thresholds) if comparisons.polarity == "distance" else min(thresholds)
    first, second, scores, kept, pairs = [], [], [], 0, 0
    for batch in comparisons.batches():
        pairs += batch.scores.size
        if progress:
            progress(pairs, comparisons.total)
        for one, other, found in _near(batch, loosest, comparisons.polarity):
            kept += len(found)
            first.append(one)
            second.append(other)
            scores.append(found)
        if kept > MATCHES_MAX:
            words = (
                f"more than {MATCHES_MAX:,} pairs are accepted at {loosest:g}: nearly every "
                "search would be a false hit. Take a stricter threshold, or fewer people."
            )
            raise BadInput(words)
    people = len(comparisons.units)
    gone = sum(comparisons.oddities.counts.get(kind, 0) for kind in NO_SCORE)
    if pairs + gone != people * (people - 1) // 2:
        words = f"galleries need every pair of {people:,} people once; these are {pairs:,} pairs"
        raise BadInput(words)
    if not first:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    return np.concatenate(first), np.concatenate(second), np.concatenate(scores)


def _near(
    batch: Batch | Tile, value: float, polarity: str
) -> Iterator[tuple[Counts, Counts, NDArray[np.floating[Any]]]]:
    """The accepted pairs of a batch: the units of either side, and the scores."""
    near = accepts(batch.scores, value, polarity)
    if isinstance(batch, Tile):
        rows, columns = np.nonzero(near)
        yield batch.unit_a[rows], batch.unit_b[columns], batch.scores[rows, columns]
        return
    if batch.mated.any():
        raise BadInput("galleries need people who appear once; some are there several times")
    yield batch.unit_a[near], batch.unit_b[near], batch.scores[near]


class _Neighbours:
    """Who matches whom, both ways round, sorted by person."""

    def __init__(self, first: Counts, second: Counts, kept: NDArray[np.bool_], people: int) -> None:
        mine = np.concatenate([first[kept], second[kept]])
        other = np.concatenate([second[kept], first[kept]])
        self._other = other[np.argsort(mine, kind="stable")]
        self.counts = np.bincount(mine, minlength=people).astype(np.int64)
        self._there = np.flatnonzero(self.counts)
        starts = np.cumsum(self.counts) - self.counts
        self._starts = starts[self._there]

    def least(self, place: Counts) -> Counts:
        """The least place among the matches of each person; beyond everybody where none."""
        nearest = np.full(place.size, place.size, dtype=np.int64)
        if self._there.size:
            nearest[self._there] = np.minimum.reduceat(place[self._other], self._starts)
        return nearest
