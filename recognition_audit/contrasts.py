"""Every pair of groups is a test: ratios with intervals, p-values and their adjustment."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy import special

from recognition_audit.bootstrap import spread_of
from recognition_audit.cells import HALF_AN_ERROR, Cells, Rates
from recognition_audit.errors import BadInput
from recognition_audit.intervals import z_of
from recognition_audit.limits import CONFIDENCE_LEVEL, ERRORS_FOR_A_RATIO
from recognition_audit.multiplicity import benjamini_hochberg, holm, max_t, max_t_independent
from recognition_audit.report import rounded

Row = dict[str, Any]
Pair = tuple[str, str]
# With more groups, contrasts that nobody named are not explored: 40 groups make 780 of them.
EXPLORED_GROUPS_MAX = 40
FISHER_TRIALS_MAX, NORMAL_COUNTS_MIN = 10_000_000, 10_000
NO_SPREAD = 1e-9  # on the logit: what rounding leaves where all replicates are equal
NO_SUBJECTS = "at least this wide (no subject ids)"


def basis(cells: Cells) -> str:
    """How the uncertainty of these cells is found, for the report."""
    if not cells.has_subjects:
        return NO_SUBJECTS
    if cells.independent:
        return "independent cases, on the log"
    if cells.replicates is None:
        return "subject jackknife on the log"
    # Only an impostor comparison has two subjects.
    return f"{'two-way ' if cells.metric == 'FMR' else ''}subject bootstrap on the log"


def log_variances(cells: Cells) -> Rates:
    """The variance of the logarithm of each group's rate; not a number where it has none."""
    if cells.by_unit is None:
        errors = np.maximum(cells.errors, HALF_AN_ERROR)
        return np.asarray(1 / errors - 1 / cells.trials)
    return jackknife_variances(cells, np.log)


def jackknife_variances(cells: Cells, scale: Any) -> Rates:
    """Delete one subject at a time; the variance of scale(rate) by group, shape (groups,)."""
    groups = len(cells.names)
    result = np.full(groups, np.nan)
    if cells.by_unit is None:
        return result
    there, rates = cells.by_unit.left_out(groups)
    place = cells.by_unit.place[there]
    for group in range(groups):
        mine = rates[place == group]
        n = len(mine)
        if n > 1 and np.isfinite(mine).all() and (mine < 1).all() and cells.errors[group] > 0:
            left = scale(mine)
            result[group] = (n - 1) / n * np.square(left - left.mean()).sum()
    return result


def of_cells(cells: Cells, named: Sequence[Pair], reference: str | None) -> list[Row]:
    """Contrasts of one table, p not yet adjusted.

    named : pairs of group names; those of another view are passed over.
    reference : every group against this one is named beforehand as well. A contrast with a group
    whose data are too few is not in the result; `unmeasured` says which of the named these are.
    """
    chosen = [pair for pair in named if set(pair) <= set(cells.names)]
    if reference in cells.names:
        chosen += [(name, reference) for name in cells.names if name != reference]
    explored: list[Pair] = []
    if len(cells.names) <= EXPLORED_GROUPS_MAX:
        said = {frozenset(pair) for pair in chosen}
        ordered = sorted(cells.names, key=lambda name: -cells.rates[cells.names.index(name)])
        explored = [p for p in combinations(ordered, 2) if frozenset(p) not in said]
    variances = log_variances(cells)
    logs = np.log(cells.replicates.rates()) if cells.replicates else None
    rows = [_row(cells, pair, variances, logs, named=True) for pair in dict.fromkeys(chosen)]
    return rows + [_row(cells, pair, variances, logs, named=False) for pair in explored]


def unmeasured(cells: Cells, named: Sequence[Pair], reference: str | None) -> str:
    """A sentence on the named contrasts of this view that too few data leave unmeasured."""
    gone = cells.every - set(cells.names)
    told = [" / ".join(pair) for pair in named if set(pair) <= cells.every and set(pair) & gone]
    if reference in gone:
        told.append(f"every group / {reference}")
    return f"Named, but with too few data: {'; '.join(told)}." if told else ""


def _row(cells: Cells, pair: Pair, variances: Rates, logs: Rates | None, *, named: bool) -> Row:
    row: Row = {
        "metric": cells.metric,
        "axes": cells.axes,
        "threshold": cells.threshold,
        "a": pair[0],
        "b": pair[1],
        "ratio": None,
        "difference": None,
        "ci": None,
        "p": None,
        "p_adjusted": None,
        "adjustment": "Holm" if named else "Benjamini-Hochberg",
        "named": named,
    } | cells.extra
    a, b = (cells.names.index(name) for name in pair)
    row["difference"] = rounded(float(cells.rates[a] - cells.rates[b]))
    if cells.independent and cells.has_subjects:
        row["p"] = rounded(_fisher(cells, a, b))
    if min(cells.errors[a], cells.errors[b]) < ERRORS_FOR_A_RATIO:
        return row
    middle = float(np.log(cells.rates[a]) - np.log(cells.rates[b]))
    row["ratio"] = rounded(float(np.exp(middle)))
    error = (
        spread_of(logs[:, a] - logs[:, b])
        if logs is not None and not cells.independent
        else float(np.sqrt(variances[a] + variances[b]))
    )
    if error is None or not np.isfinite(error) or error <= 0:
        return row
    half = z_of(CONFIDENCE_LEVEL) * error
    row["ci"] = {
        "lo": rounded(float(np.exp(middle - half))),
        "hi": rounded(float(np.exp(middle + half))),
        "level": CONFIDENCE_LEVEL,
        "method": basis(cells),
    }
    if row["p"] is None and cells.has_subjects:
        row["p"] = rounded(float(2 * special.ndtr(-abs(middle) / error)))
    return row


def _fisher(cells: Cells, a: int, b: int) -> float:
    """Fisher's exact test; of very many cases its limits, which take no time and differ by less
    than is shown: the binomial where one kind is rare, else the normal."""
    # Imported late: it takes 75 MB, and few audits have cells so small.
    from scipy.stats import binomtest, fisher_exact

    table = [[int(cells.errors[g]), int(cells.trials[g] - cells.errors[g])] for g in (a, b)]
    trials = [sum(row) for row in table]
    if max(trials) <= FISHER_TRIALS_MAX:
        return float(fisher_exact(table).pvalue)
    rare = min((0, 1), key=lambda kind: sum(row[kind] for row in table))
    counts = [row[rare] for row in table]
    if sum(counts) < NORMAL_COUNTS_MIN:
        return float(binomtest(counts[0], sum(counts), trials[0] / sum(trials)).pvalue)
    pooled = sum(counts) / sum(trials)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / trials[0] + 1 / trials[1]))
    apart = abs(counts[0] / trials[0] - counts[1] / trials[1])
    return float(2 * special.ndtr(-apart / spread))


def adjusted(rows: list[Row]) -> list[Row]:
    """All p-values of a report adjusted: Holm over the named, Benjamini-Hochberg over the rest."""
    for named, adjust in ((True, holm), (False, benjamini_hochberg)):
        family = [row for row in rows if row["named"] is named and row["p"] is not None]
        if family:
            values = adjust(np.array([row["p"] for row in family]))
            for row, value in zip(family, values, strict=True):
                row["p_adjusted"] = rounded(float(value))
    return rows


def check_names(named: Sequence[Pair], reference: str | None, known: Sequence[set[str]]) -> None:
    """Raise BadInput, with the names there are, for a contrast that no view has."""
    wanted = [tuple(pair) for pair in named] + ([(reference,)] if reference else [])
    for names in wanted:
        if not any(set(names) <= view for view in known):
            offered = "; ".join(", ".join(sorted(view)) for view in known)
            raise BadInput(f"there is no contrast of {' / '.join(names)}. Groups: {offered}")


def band(cells: Cells) -> Row | None:
    """The worst group's interval, true also of a group that was picked after looking.

    None where there is nothing to pick from, and without subject ids: no such promise can be made.
    """
    if len(cells.names) < 2 or not cells.errors.any() or not cells.has_subjects:  # noqa: PLR2004
        return None
    limits = _simultaneous(cells)
    worst = int(np.argmax(cells.rates))
    if limits is None or not np.isfinite(limits[worst]).all():
        return None
    return {
        "metric": cells.metric,
        "axes": cells.axes,
        "threshold": cells.threshold,
        "group": cells.names[worst],
        "lo": rounded(float(limits[worst][0])),
        "hi": rounded(float(limits[worst][1])),
        "method": "max-T",
        "level": CONFIDENCE_LEVEL,
    } | cells.extra


def _simultaneous(cells: Cells) -> Rates | None:
    """Limits of all groups that hold together, shape (groups, 2)."""
    middle = _logit(
        np.clip(cells.rates, HALF_AN_ERROR / cells.trials, _below_one(cells.trials.astype(float)))
    )
    if cells.replicates is not None:
        ceiling = _below_one(cells.replicates.trials)
        replicates = _logit(np.minimum(cells.replicates.rates(), ceiling))
        replicates = replicates[np.isfinite(replicates).all(axis=1)]
        if len(replicates) < 2:  # noqa: PLR2004 - no spread in one
            return None
        errors = replicates.std(axis=0, ddof=1)
        moving = errors > NO_SPREAD
        if not moving.any():
            return None
        factor = max_t((replicates - middle)[:, moving] / errors[moving], CONFIDENCE_LEVEL)
    else:
        errors = np.sqrt(jackknife_variances(cells, _logit))
        factor = max_t_independent(len(cells.names), CONFIDENCE_LEVEL)
        moving = np.isfinite(errors) & (errors > NO_SPREAD)
    half = np.where(moving, factor * errors, np.nan)
    return np.asarray(1 / (1 + np.exp(-np.stack([middle - half, middle + half], axis=1))))


def _logit(rates: Rates) -> Rates:
    return np.asarray(np.log(rates) - np.log1p(-rates))


def _below_one(trials: Rates) -> Rates:
    """The highest rate with a logit: half a trial short of all."""
    return np.asarray(1 - HALF_AN_ERROR / np.maximum(trials, 1))
