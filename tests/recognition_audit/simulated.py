"""What the statistics are tested on: made-up subjects whose truth is known, and counted files."""

import numpy as np
from scipy import stats

from recognition_audit.engine import Plan, Threads
from recognition_audit.readers import comparisons as counted
from recognition_audit.readers.comparisons import Batch
from recognition_audit.readers.opening import opened


class Comparisons:
    """What the statistics ask of comparisons, without a file."""

    has_subjects = True

    def __init__(self, group_of, names, axes=("group",)):
        self._group_of = np.asarray(group_of, dtype=np.int64)
        self._names = [name if isinstance(name, tuple) else (name,) for name in names]
        self.axes = list(axes)
        self.units = self

    def group_of_unit(self):
        return self._group_of

    def group_list(self):
        return self._names


def all_pairs(random, subjects, share):
    """Similarities of all pairs, variance 1, of which subjects explain `share`; shape (n, n)."""
    effect = random.standard_normal(subjects) * np.sqrt(share / 2)
    noise = random.standard_normal((subjects, subjects)) * np.sqrt(1 - share)
    return effect[:, None] + effect[None, :] + noise


def cut(rate):
    """The score that a share `rate` of all pairs passes."""
    return float(stats.norm.isf(rate))


def batch_of_matrix(scores, group_of):
    """The upper triangle as impostor comparisons; unit codes are the places."""
    first, second = np.triu_indices(len(scores), 1)
    group_of = np.asarray(group_of)
    return Batch(
        scores[first, second], first, second, group_of[first], group_of[second],
        np.zeros(len(first), dtype=bool),
    )  # fmt: skip


def counted_matrix(path, subjects, axes, values):
    """A file of distances of all pairs: the tally, its units and its accepted pairs."""
    return _counted(opened(path, "matrix", subjects, "distance", axes, None).source, values)


def counted_pairs(path, axes, values):
    """The same of a file of pairs of similarities."""
    return _counted(opened(path, "pairs", None, "similarity", axes, None).source, values)


def _counted(source, values):
    count = Threads().count(source, Plan(values, first=True, pairs="across"), None)
    made = counted.Comparisons(
        source.polarity, source.has_subjects, count.units, count.oddities, count.rows
    )
    return count.tally, made, count.tally.pair_counts
