"""The registry of summary measures: one number for how far groups are apart.

Each is a pure function of rates: arrays of shape (…, groups), the last axis the groups, and the
result of shape (…). Not a number stands where a measure has no value (a division by zero); such a
value is never printed. α, the weight of false matches against false non-matches, is 0.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Rates = NDArray[np.float64]

WEIGHT_OF_FALSE_MATCHES = 0.5
# A rate below this enters a geometric mean as this: NIST's Annex 15 is censored at the same value.
RATE_FLOOR = 1e-5


class Kind(StrEnum):
    """How a measure is read, which decides its interval's scale and what data it needs."""

    RATIO = "ratio"  # 1 is equal; needs ERRORS_FOR_A_RATIO errors where it divides
    INDEX = "index"  # 0 is equal
    AGREEMENT = "agreement"  # 1 is equal, less is further apart


@dataclass(frozen=True)
class Measure:
    """What a measure says of itself.

    metrics : the metrics it takes, one array each; () for any one metric.
    divides_by_all : no value unless every group has enough errors; else the highest group alone.
    limits : what it hides, for the reader of the report.
    """

    name: str
    title: str
    words: str
    source: str
    limits: str
    of: Callable[..., Rates]
    kind: Kind
    metrics: tuple[str, ...] = ()
    divides_by_all: bool = False
    floored: bool = False

    def apart(self, value: Rates) -> Rates:
        """The value on a scale where more is always further apart and nothing is 0."""
        if self.kind is Kind.RATIO:
            return value - 1
        return 1 - value if self.kind is Kind.AGREEMENT else value


MEASURES: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    MEASURES[measure.name] = measure
    return measure


def _quotient(above: Rates, below: Rates) -> Rates:
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result


def max_over_min(rates: Rates) -> Rates:
    """The highest rate over the lowest; not a number where the lowest is 0.

    >>> float(max_over_min(np.array([0.5, 0.1])))
    5.0
    """
    return _quotient(np.max(rates, axis=-1), np.min(rates, axis=-1))


def max_over_gm(rates: Rates) -> Rates:
    """The highest rate over the geometric mean of all; not a number where a rate is 0.

    >>> float(max_over_gm(np.array([0.4, 0.1])))
    2.0
    """
    rates = np.asarray(rates, float)
    logs = np.full(rates.shape, -np.inf)
    np.log(rates, out=logs, where=rates > 0)
    return _quotient(np.max(rates, axis=-1), np.exp(logs.mean(axis=-1)))


def inequity(fmr: Rates, fnmr: Rates, alpha: float = WEIGHT_OF_FALSE_MATCHES) -> Rates:
    """(max FMR / min FMR)^α · (max FNMR / min FNMR)^(1 − α)."""
    return np.asarray(max_over_min(fmr) ** alpha * max_over_min(fnmr) ** (1 - alpha))


def werm(fmr: Rates, fnmr: Rates, alpha: float = WEIGHT_OF_FALSE_MATCHES) -> Rates:
    """(max FMR / GM FMR)^α · (max FNMR / GM FNMR)^(1 − α), GM the geometric mean."""
    return np.asarray(max_over_gm(fmr) ** alpha * max_over_gm(fnmr) ** (1 - alpha))


def spread(rates: Rates) -> Rates:
    """The largest difference between two groups."""
    return np.asarray(np.max(rates, axis=-1) - np.min(rates, axis=-1))


def fdr(fmr: Rates, fnmr: Rates, alpha: float = WEIGHT_OF_FALSE_MATCHES) -> Rates:
    """1 − (α · max |FMR_i − FMR_j| + (1 − α) · max |FNMR_i − FNMR_j|); 1 is equal."""
    return np.asarray(1 - (alpha * spread(fmr) + (1 - alpha) * spread(fnmr)))


def gini(rates: Rates) -> Rates:
    """n / (n − 1) · Σ_i Σ_j |x_i − x_j| / (2 n² mean); not a number where all rates are 0.

    >>> float(gini(np.array([1.0, 0.0])))
    1.0
    """
    ordered = np.sort(np.asarray(rates, float), axis=-1)
    n = ordered.shape[-1]
    if n < 2:  # noqa: PLR2004 - one group differs from none
        return np.full(ordered.shape[:-1], np.nan)
    # Over sorted values Σ_i Σ_j |x_i − x_j| = 2 Σ_k (2k − n − 1) x_k, k from 1.
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    apart = (ordered * weights).sum(axis=-1)
    # Rounding may leave a trace below 0 where all are equal.
    return np.maximum(_quotient(apart, (n - 1) * ordered.sum(axis=-1)), 0)


def garbe(fmr: Rates, fnmr: Rates, alpha: float = WEIGHT_OF_FALSE_MATCHES) -> Rates:
    """α · Gini(FMR) + (1 − α) · Gini(FNMR)."""
    return np.asarray(alpha * gini(fmr) + (1 - alpha) * gini(fnmr))


def sd(rates: Rates) -> Rates:
    """The standard deviation of the groups' rates, each group counted once (n in the divisor)."""
    return np.asarray(np.std(rates, axis=-1))


def equalised_odds(first: Rates, second: Rates) -> Rates:
    """The larger of the two metrics' largest differences between groups."""
    return np.maximum(spread(first), spread(second))


def heterogeneity(errors: Rates, trials: Rates) -> Rates:
    """Pearson's X² of equal rates over its degrees of freedom; arrays (…, groups) of counts.

    1 is expected of equal rates of independent cases; dependence alone makes it larger, so it is
    read against shuffled labels only.
    """
    pooled = _quotient(errors.sum(axis=-1), trials.sum(axis=-1))[..., None]
    expected = pooled * trials
    parts = np.nan_to_num(_quotient((errors - expected) ** 2, expected * (1 - pooled)))
    return np.asarray(parts.sum(axis=-1) / max(1, errors.shape[-1] - 1))


register(
    Measure(
        name="any_differential",
        title="Any differential",
        words="how much more the rates differ than independent cases of one rate would",
        source="Pearson 1900; labels shuffled as in Fisher 1935",
        limits="Says whether groups differ, not by how much: it grows with the size of the data.",
        of=heterogeneity,
        kind=Kind.INDEX,
        metrics=("errors", "trials"),
    )
)
register(
    Measure(
        name="max_over_min",
        title="Largest over smallest",
        words="how many times as high the highest rate is as the lowest",
        source="NISTIR 8280, 2019",
        limits="It grows with the number of groups and without bound as the lowest rate nears 0; "
        "read it beside the value that shuffled labels give.",
        of=max_over_min,
        kind=Kind.RATIO,
        divides_by_all=True,
    )
)
register(
    Measure(
        name="max_over_gm",
        title="Largest over geometric mean",
        words="how many times as high the highest rate is as the geometric mean of all groups",
        source="NISTIR 8429; NIST FRTE demographics",
        limits="Depends on which groups were tested; a group below the floor enters at the floor.",
        of=max_over_gm,
        kind=Kind.RATIO,
        floored=True,
    )
)
register(
    Measure(
        name="inequity",
        title="Inequity ratio (INEQ)",
        words="both rates' highest over lowest, multiplied, each to the power one half",
        source="Grother 2021, as in the code of arXiv 2402.01472",
        limits="One number for two kinds of error: a reader cannot tell which of them differs.",
        of=inequity,
        kind=Kind.RATIO,
        metrics=("FMR", "FNMR"),
        divides_by_all=True,
    )
)
register(
    Measure(
        name="werm",
        title="Worst-case error rate metric (WERM)",
        words="both rates' highest over geometric mean, multiplied, each to the power one half",
        source="Linghu et al., arXiv 2407.14087, and its code, score-norm-fairness",
        limits="One number for two kinds of error; a group below the floor enters at the floor.",
        of=werm,
        kind=Kind.RATIO,
        metrics=("FMR", "FNMR"),
        floored=True,
    )
)
register(
    Measure(
        name="fdr",
        title="Fairness discrepancy rate (FDR; 1 is equal)",
        words="one less the mean of both rates' largest difference between groups; 1 is equal",
        source="de Freitas Pereira and Marcel, 2021",
        limits="At a low false match rate its difference vanishes: the median of NIST's Annex 15 "
        "is 0.98 where false match rates differ fifty-fold.",
        of=fdr,
        kind=Kind.AGREEMENT,
        metrics=("FMR", "FNMR"),
    )
)
register(
    Measure(
        name="gini",
        title="Gini coefficient",
        words="the mean difference between two groups, as a share of the mean rate; 0 is equal",
        source="Howard et al., arXiv 2203.05051, 2022",
        limits="Says nothing of who is worst off, and chance alone keeps it above 0.",
        of=gini,
        kind=Kind.INDEX,
    )
)
register(
    Measure(
        name="garbe",
        title="GARBE",
        words="the mean of the Gini coefficients of both rates; 0 is equal",
        source="Howard et al., arXiv 2203.05051, 2022",
        limits="One number for two kinds of error, and chance alone keeps it above 0.",
        of=garbe,
        kind=Kind.INDEX,
        metrics=("FMR", "FNMR"),
    )
)
register(
    Measure(
        name="fpd",
        title="False positive differential (Gini)",
        words="the Gini coefficient of the false match rate; 0 is equal",
        source="follows the topics of ISO/IEC 19795-10:2024, whose text was not read",
        limits="The Gini coefficient under the name that papers citing the standard give it.",
        of=gini,
        kind=Kind.INDEX,
        metrics=("FMR",),
    )
)
register(
    Measure(
        name="fnd",
        title="False negative differential (Gini)",
        words="the Gini coefficient of the false non-match rate; 0 is equal",
        source="follows the topics of ISO/IEC 19795-10:2024, whose text was not read",
        limits="The Gini coefficient under the name that papers citing the standard give it.",
        of=gini,
        kind=Kind.INDEX,
        metrics=("FNMR",),
    )
)
register(
    Measure(
        name="sd",
        title="Standard deviation",
        words="the standard deviation of the groups' rates, each group counted once",
        source="as in RFW accuracy tables; kept so that papers can be reproduced",
        limits="Shrinks with the rate itself: a strict threshold makes it small at any ratio.",
        of=sd,
        kind=Kind.INDEX,
    )
)
register(
    Measure(
        name="ser",
        title="Skewed error ratio (SER)",
        words="the highest share of wrong decisions over the lowest",
        source="as in RFW accuracy tables; kept so that papers can be reproduced",
        limits="Of all decisions together, so it depends on how many of them were easy.",
        of=max_over_min,
        kind=Kind.RATIO,
        metrics=("error",),
        divides_by_all=True,
    )
)
register(
    Measure(
        name="equalised_odds",
        title="Equalised odds difference",
        words="the larger of the largest differences in the two kinds of error",
        source="Hardt, Price and Srebro 2016; fairlearn equalized_odds_difference",
        limits="A difference: at a low rate it is small at any ratio.",
        of=equalised_odds,
        kind=Kind.INDEX,
        metrics=("FMR", "FNMR"),
    )
)
register(
    Measure(
        name="demographic_parity",
        title="Demographic parity difference",
        words="the largest difference in how often two groups are given the label",
        source="fairlearn demographic_parity_difference",
        limits="No error is counted: it is also unequal where the groups truly differ.",
        of=spread,
        kind=Kind.INDEX,
        metrics=("selection",),
    )
)
