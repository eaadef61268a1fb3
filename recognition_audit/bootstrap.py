"""Resampling of subjects: whole people are drawn, with every comparison they take part in.

Subjects are drawn with replacement within their group of the intersection. A comparison of two
subjects weighs as often as both were drawn, w_i · w_j, and pairs of a subject's own copies are
dropped. All sums are of whole numbers below 2^53 in float64, so they are exact in any order: the
bytes do not depend on the number of cores.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recognition_audit.cells import Draws, Ints, Rates, View
from recognition_audit.limits import SEED
from recognition_audit.pair_counts import PairCounts
from recognition_audit.tally import Tally

REPLICATES = 2000
# Replicates at a time: 3,688 subjects × 250 weights are 7 MB.
CHUNK = 250
# A dense product does so many more multiplications a second than a sparse one.
DENSE_GAIN = 16
DENSE_UNITS_MAX = 4096

# What a stream of random numbers is for: no two purposes share one.
FOR_BOOTSTRAP, FOR_PERMUTATION = 0, 1


def generator(seed: int, purpose: int, stream: int = 0) -> np.random.Generator:
    """stream : tells apart what enters one number together."""
    key = (purpose, stream) if stream else (purpose,)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def weights(group_of: Ints, replicates: int, seed: int) -> Iterator[Rates]:
    """How often each unit is drawn, in chunks of shape (units, up to CHUNK).

    group_of : the group of each unit, -1 for none (never drawn).
    """
    random = generator(seed, FOR_BOOTSTRAP)
    strata = [np.flatnonzero(group_of == code) for code in np.unique(group_of[group_of >= 0])]
    for start in range(0, replicates, CHUNK):
        size = min(CHUNK, replicates - start)
        chunk = np.zeros((len(group_of), size))
        for units in strata:
            n = len(units)
            drawn = random.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
            chunk[units] = np.bincount(drawn.ravel(), minlength=n * size).reshape(size, n).T
        yield chunk


class PairSums:
    """Σ value · w_first · w_second over the pairs within each group of a view."""

    def __init__(self, pairs: PairCounts, values: Ints, place: Ints, groups: int) -> None:
        """values : of each pair, shape (n,). place : the group of each unit, -1 for none."""
        other = pairs.first != pairs.second
        same = other & (place[pairs.first] == place[pairs.second]) & (place[pairs.first] >= 0)
        kept = same & (values > 0)
        first, second, values = pairs.first[kept], pairs.second[kept], values[kept]
        self._parts: list[tuple[int, Ints, sparse.csr_array | Rates]] = []
        local = np.zeros(len(place), dtype=np.int64)
        for group in range(groups):
            units = np.flatnonzero(place == group)
            chosen = place[first] == group
            if not chosen.any():
                continue
            local[units] = np.arange(len(units))
            shape = (len(units), len(units))
            entries = (values[chosen].astype(float), (local[first[chosen]], local[second[chosen]]))
            upper = sparse.csr_array(sparse.coo_array(entries, shape=shape))
            dense = len(units) <= DENSE_UNITS_MAX and upper.nnz * DENSE_GAIN > len(units) ** 2
            self._parts.append((group, units, upper.toarray() if dense else upper))
        self._groups = groups

    def of(self, chunk: Rates) -> Rates:
        """chunk : weights, shape (units, replicates). Returns shape (replicates, groups)."""
        sums = np.zeros((chunk.shape[1], self._groups))
        for group, units, upper in self._parts:
            mine = chunk[units]
            sums[:, group] = np.einsum("ur,ur->r", mine, upper @ mine)
        return sums


def _all_pairs(chunk: Rates, place: Ints, groups: int, each: int) -> Rates:
    """Comparisons within each group where every two units are compared `each` times."""
    sums = np.zeros((chunk.shape[1], groups))
    for group in range(groups):
        mine = chunk[place == group]
        sums[:, group] = each * (mine.sum(axis=0) ** 2 - np.square(mine).sum(axis=0)) / 2
    return sums


def of_comparison(
    tally: Tally,
    pairs: PairCounts | None,
    group_of: Ints,
    views: Sequence[View],
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> dict[tuple[str, int, int], Draws]:
    """Replicates of FMR and FNMR by (metric, number of the view, step).

    FMR is left out where `pairs` cannot give it: there are none, or the view's groups are made of
    several of the intersection and pairs across those are not held.
    """
    steps = range(len(tally.thresholds))
    units = [view.of_units(group_of) for view in views]
    forms = _forms(pairs, units, views, len(steps)) if pairs is not None else {}
    result: dict[tuple[str, int, int], list[tuple[Rates, Rates]]] = {}
    for chunk in weights(group_of, replicates, seed):
        for number, (errors, trials) in forms.items():
            place, groups = units[number], len(views[number].names)
            tried = (
                trials.of(chunk)
                if trials is not None
                else _all_pairs(chunk, place, groups, pairs.each or 1)  # type: ignore[union-attr]
            )
            for step in steps:
                result.setdefault(("FMR", number, step), []).append((errors[step].of(chunk), tried))
        if not tally.mated.any():
            continue
        for number, place in enumerate(units):
            groups = len(views[number].names)
            tried = by_group(tally.mated, place, groups, chunk)
            for step in steps:
                missed = by_group(tally.false_non_matches[step], place, groups, chunk)
                result.setdefault(("FNMR", number, step), []).append((missed, tried))
    return {
        key: Draws(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
        for key, chunks in result.items()
    }


def _forms(
    pairs: PairCounts, units: Sequence[Ints], views: Sequence[View], steps: int
) -> dict[int, tuple[list[PairSums], PairSums | None]]:
    """By view: the sums of errors at each step, and of trials where they cannot be counted."""
    forms = {}
    for number, view in enumerate(views):
        folded = len(view.names) < len(view.place)
        if folded and not pairs.across:
            continue
        place, groups = units[number], len(view.names)
        errors = [PairSums(pairs, pairs.errors[step], place, groups) for step in range(steps)]
        counted = pairs.each is not None
        forms[number] = (errors, None if counted else PairSums(pairs, pairs.trials, place, groups))
    return forms


def by_group(counts: Ints, place: Ints, groups: int, chunk: Rates) -> Rates:
    """Weighted counts of units by group, shape (replicates, groups)."""
    there = np.flatnonzero((place >= 0) & (counts > 0))
    entries = (counts[there].astype(float), (place[there], there))
    form = sparse.csr_array(sparse.coo_array(entries, shape=(groups, len(place))))
    return np.asarray((form @ chunk).T)


def of_cases(
    errors: Ints, trials: Ints, *, replicates: int = REPLICATES, seed: int = SEED, stream: int = 0
) -> Draws:
    """Replicates of independent cases: each group's errors drawn again. Arrays (groups,)."""
    random = generator(seed, FOR_BOOTSTRAP, stream)
    drawn = random.binomial(trials, errors / trials, size=(replicates, len(trials)))
    return Draws(drawn.astype(float), np.broadcast_to(trials.astype(float), drawn.shape))


def spread_of(values: NDArray[np.float64]) -> float | None:
    """The standard deviation of replicates over the first axis; None below two finite ones."""
    finite = values[np.isfinite(values)]
    return float(np.std(finite, ddof=1)) if len(finite) > 1 else None
