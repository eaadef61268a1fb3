"""Many tests at once: p-values adjusted, and a band that holds whichever group is picked."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Values = NDArray[np.float64]


def holm(p: Values) -> Values:
    """Holm's step-down adjustment (1979) for contrasts named beforehand; shape (n,).

    Controls the chance of one false claim among all, whatever the dependence.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, float)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def benjamini_hochberg(p: Values) -> Values:
    """Benjamini and Hochberg's adjustment (1995) for exploration; shape (n,).

    Controls the expected share of false claims among those made.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p, float)
    order = np.argsort(p, kind="stable")[::-1]
    ranks = np.arange(len(p), 0, -1)
    steps = np.minimum.accumulate(p[order] * len(p) / ranks)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def max_t(deviations: Values, level: float) -> float:
    """How many standard errors every group's band needs so that all hold at once.

    deviations : replicates less their estimate, in standard errors, shape (replicates, groups).
    Westfall and Young 1993. Never less than one group alone needs.
    """
    largest = np.abs(deviations).max(axis=1)
    return max(float(np.quantile(largest, level)), float(special.ndtri(0.5 + level / 2)))


def max_t_independent(groups: int, level: float) -> float:
    """The same for groups that share no subject and have normal errors (Šidák 1967)."""
    return float(special.ndtri(0.5 + level ** (1 / groups) / 2))
