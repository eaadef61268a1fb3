"""The null of no differential: the same data with the group labels of its subjects shuffled.

Labels are shuffled among all subjects, so each group keeps its size and comparisons across groups
become comparisons within one. That needs every pair, across groups too (`PairCounts.across`);
where only pairs within groups are held there is no such null, and none is given. Nor where pairs
were chosen by group: shuffled groups would then have other numbers of comparisons than the groups
have, and rates that chance alone sets further apart, or nearer, than it does in the data.
"""

from collections.abc import Sequence

import numpy as np

from recognition_audit.bootstrap import FOR_PERMUTATION, generator
from recognition_audit.cells import Draws, Ints, Rates, View
from recognition_audit.limits import SEED
from recognition_audit.pair_counts import PairCounts
from recognition_audit.tally import Tally

PERMUTATIONS = 1000
HYPERGEOMETRIC_MAX = 1_000_000_000  # numpy's own limit
# How far a group's comparisons under shuffled labels may be from those it has, on average.
TRIALS_APART_MAX = 0.1


class PairLabels:
    """Counts pairs by the labels of their two units, whatever those are."""

    def __init__(self, pairs: PairCounts, values: Ints, groups: int) -> None:
        kept = (values > 0) & (pairs.first != pairs.second)
        self._first = pairs.first[kept]
        self._second = pairs.second[kept]
        once = bool((values[kept] == 1).all())
        self._values = None if once else values[kept].astype(float)
        self._groups = groups

    def of(self, labels: Ints) -> Rates:
        """labels : the group of each unit, shape (units,), -1 for none. Shape (groups, groups)."""
        groups = self._groups
        cell = labels[self._first] * groups + labels[self._second]
        counts = np.bincount(cell, weights=self._values, minlength=groups * groups)
        return counts.reshape(groups, groups).astype(float)


def of_comparison(
    tally: Tally,
    pairs: PairCounts | None,
    group_of: Ints,
    views: Sequence[View],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> dict[tuple[str, int, int], Draws]:
    """Counts under shuffled labels by (metric, number of the view, step)."""
    steps, groups = range(len(tally.thresholds)), len(views[0].place)
    folds = [view.fold() for view in views]
    held = pairs if pairs is not None and pairs.across else None
    errors = [PairLabels(held, held.errors[step], groups) for step in steps] if held else []
    trials = PairLabels(held, held.trials, groups) if held and held.each is None else None
    result: dict[tuple[str, int, int], list[tuple[Rates, Rates]]] = {}
    labelled = np.flatnonzero(group_of >= 0)
    shuffled = group_of.copy()
    random = generator(seed, FOR_PERMUTATION)
    sizes = np.bincount(group_of[labelled], minlength=groups)
    for _one in range(permutations):
        shuffled[labelled] = random.permutation(group_of[labelled])
        if held:
            tried = trials.of(shuffled) if trials else None
            matched = [form.of(shuffled) for form in errors]
            for number, fold in enumerate(folds):
                within = _within(tried, fold) if tried is not None else _complete(sizes, fold, held)
                for step in steps:
                    entry = (_within(matched[step], fold), within)
                    result.setdefault(("FMR", number, step), []).append(entry)
        if tally.mated.any():
            mated = by_label(tally.mated, shuffled, groups)
            for step in steps:
                missed = by_label(tally.false_non_matches[step], shuffled, groups)
                for number, fold in enumerate(folds):
                    entry = (missed @ fold, mated @ fold)
                    result.setdefault(("FNMR", number, step), []).append(entry)
    draws = {
        key: Draws(*(np.stack(parts) for parts in zip(*rows, strict=True)))
        for key, rows in result.items()
    }
    return _without_chosen(draws, trials.of(group_of), folds) if trials else draws


def _without_chosen(
    draws: dict[tuple[str, int, int], Draws], seen: Rates, folds: Sequence[Rates]
) -> dict[tuple[str, int, int], Draws]:
    """Without the false matches of views whose pairs were chosen by group.

    seen : comparisons by the groups of both units, shape (codes, codes).
    """
    chosen = {
        number
        for number, fold in enumerate(folds)
        if not _alike(draws["FMR", number, 0].trials, _within(seen, fold))
    }
    return {key: one for key, one in draws.items() if key[0] != "FMR" or key[1] not in chosen}


def _alike(shuffled: Rates, seen: Rates) -> bool:
    """Whether shuffled groups are compared as often as the groups are.

    shuffled : shape (permutations, groups). seen : shape (groups,).
    """
    return bool((np.abs(shuffled.mean(axis=0) - seen) <= TRIALS_APART_MAX * seen).all())


def _within(cells: Rates, fold: Rates) -> Rates:
    """Of counts by two labels, those within each group of a view, shape (groups,)."""
    return np.asarray(((fold.T @ cells) * fold.T).sum(axis=1))


def _complete(sizes: Ints, fold: Rates, pairs: PairCounts) -> Rates:
    """Comparisons within each group when every two units were compared; they never change."""
    folded = sizes @ fold
    return np.asarray((pairs.each or 1) * folded * (folded - 1) / 2)


def by_label(counts: Ints, labels: Ints, groups: int) -> Rates:
    """Counts of units by the groups that they are given, shape (groups,); -1 counts nowhere."""
    there = (labels >= 0) & (counts > 0)
    weights = counts[there].astype(float)
    return np.asarray(np.bincount(labels[there], weights=weights, minlength=groups), dtype=float)


def of_cases(
    errors: Ints,
    trials: Ints,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    stream: int = 0,
) -> Draws:
    """Independent cases: all errors dealt out again among the groups. Arrays (groups,)."""
    random = generator(seed, FOR_PERMUTATION, stream)
    total = int(trials.sum())
    if total < HYPERGEOMETRIC_MAX:
        dealt = random.multivariate_hypergeometric(
            trials.astype(np.int64), int(errors.sum()), size=permutations, method="marginals"
        )
    else:
        # Among so many cases, dealing with and without replacement are the same.
        dealt = random.multinomial(int(errors.sum()), trials / total, size=permutations)
    return Draws(dealt.astype(float), np.broadcast_to(trials.astype(float), dealt.shape))


def p_value(observed: float, null: Rates) -> float:
    """The share of shuffled data at least as far apart, the observed ones among them.

    null : shape (draws,); not a number counts as further apart, so that p is never too small.
    """
    further = int((~(null < observed)).sum())
    return (1 + further) / (1 + len(null))
