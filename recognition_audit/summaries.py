"""One number for how far groups are apart, with its interval and its value under chance."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from recognition_audit.bootstrap import spread_of
from recognition_audit.cells import Cells, Ints, Rates
from recognition_audit.contrasts import basis, jackknife_variances
from recognition_audit.intervals import z_of
from recognition_audit.limits import CONFIDENCE_LEVEL, ERRORS_FOR_A_RATE, ERRORS_FOR_A_RATIO
from recognition_audit.measures import MEASURES, RATE_FLOOR, Kind, Measure
from recognition_audit.permutation import p_value
from recognition_audit.report import rounded

Row = dict[str, Any]
HIGH_SHARE = 0.95  # of shuffled data below this
NAMED_AT_MOST = 3  # groups named in a note
EQUAL_BY_CHANCE = "The interval reaches equality: chance alone sets groups as far apart."
HOMOGENEITY = "p is of the chi-squared test with the subject jackknife's variances."
DESIGN_EFFECT = (
    "p is of the chi-squared test, divided by the largest design effect of the subject jackknife: "
    "a group has no error, so no variance of its own."
)
# Shares in which more is not worse: no group of them is the worst.
NO_ERRORS = ("recall", "selection")


def of_one(cells: Cells, missing: str = "") -> list[Row]:
    """Every measure that takes this one metric, and whether there is any differential.

    missing : a sentence on what was named beforehand and could not be measured.
    """
    single = [m for m in MEASURES.values() if m.metrics in ((), (cells.metric,))]
    return [any_differential(cells, missing), *(of(measure, (cells,)) for measure in single)]


def of_two(first: Cells, second: Cells) -> list[Row]:
    """Every measure that takes these two metrics, over the groups that have both."""
    shared = [name for name in first.names if name in second.names]
    if len(shared) < 2:  # noqa: PLR2004 - one group differs from none
        return []
    both = (first.only(shared), second.only(shared))
    wanted = (first.metric, second.metric)
    return [of(measure, both) for measure in MEASURES.values() if measure.metrics == wanted]


def of(measure: Measure, cells: Sequence[Cells]) -> Row:
    """One row of `differentials`; the value is null where the data do not bear one."""
    notes = [_left_out(cells)]
    reason = _no_value(measure, cells)
    value = np.nan if reason else _value(measure, cells)
    row = _blank(measure, cells)
    if np.isnan(value):
        notes.append(reason or "No value: there is no error in any group.")
    else:
        row["value"] = rounded(value)
        row["ci"] = _interval(measure, cells, value)
        notes.append(_indicative(cells))
    if measure.floored:
        notes.append(_floor(cells))
    if len(cells) == 1 and cells[0].metric not in NO_ERRORS:
        row |= _ends(cells[0])
    null = _null(measure, cells)
    if null is not None:
        row["null_model"] = _model(measure, null)
        if row["value"] is not None:
            row["p"] = rounded(p_value(float(measure.apart(np.array(value))), measure.apart(null)))
    if row["ci"] and _may_be_equal(row, cells):
        row["ci"] |= _reaching_equality(measure)
        notes.append(EQUAL_BY_CHANCE)
    notes.append(_why_no_null(cells))
    return row | {"note": " ".join(filter(None, notes))}


def _may_be_equal(row: Row, cells: Sequence[Cells]) -> bool:
    """Whether chance alone gives groups as far apart: by shuffled labels, else by each metric.

    The highest of several rates is above the lowest even where all are equal, so an interval
    around the measured value would nearly always leave equality out.
    """
    if row["p"] is not None:
        return bool(row["p"] >= 1 - CONFIDENCE_LEVEL)
    tested = [_homogeneity(part)[0] for part in cells if part.by_unit and part.has_subjects]
    return bool(tested) and all(p is not None and p >= 1 - CONFIDENCE_LEVEL for p in tested)


def _reaching_equality(measure: Measure) -> Row:
    if measure.kind is Kind.AGREEMENT:
        return {"hi": 1.0}
    return {"lo": 1.0 if measure.kind is Kind.RATIO else 0.0}


def _value(measure: Measure, cells: Sequence[Cells]) -> float:
    rates = [_floored(part.rates, part.trials) if measure.floored else part.rates for part in cells]
    return float(measure.of(*rates))


def any_differential(cells: Cells, missing: str = "") -> Row:
    """Whether the groups differ at all: p from shuffled labels, or from the subject jackknife."""
    measure = MEASURES["any_differential"]
    row = _blank(measure, (cells,)) | _ends(cells)
    notes = [_left_out((cells,)), missing]
    if len(cells.names) < 2 or not cells.errors.any():  # noqa: PLR2004 - nothing to differ
        return row | {"note": " ".join([*filter(None, notes), "There is nothing to compare."])}
    value = float(measure.of(cells.errors.astype(float), cells.trials.astype(float)))
    row["value"] = rounded(value)
    if cells.null is not None and cells.has_subjects:
        unknown = (cells.null.trials <= 0).any(axis=1)
        null = np.where(unknown, np.inf, measure.of(cells.null.errors, cells.null.trials))
        row["null_model"] = _model(measure, null)
        row["p"] = rounded(p_value(value, null))
    elif cells.by_unit is not None and cells.has_subjects:
        row["p"], how = _homogeneity(cells)
        notes.append(how)
    notes.append(_why_no_null((cells,)))
    return row | {"note": " ".join(filter(None, notes))}


def _homogeneity(cells: Cells) -> tuple[float | None, str]:
    """p that all rates are equal, from the subject jackknife, or None; and how it was found.

    Cochran's Q over the logits; a group without errors has none, so where there is one the
    chi-squared statistic is divided by the largest design effect of the others (Rao and Scott
    1981, whose mean of them is smaller).
    """
    degrees = len(cells.names) - 1
    variances = jackknife_variances(cells, _logit)
    known = np.isfinite(variances) & (variances > 0)
    if degrees < 1 or not known.any():
        return None, ""
    if known.all():
        logits, weights = _logit(cells.rates), 1 / variances
        mean = (weights * logits).sum() / weights.sum()
        q = float((weights * (logits - mean) ** 2).sum())
        return rounded(float(special.chdtrc(degrees, q))), HOMOGENEITY
    rates, trials = cells.rates[known], cells.trials[known]
    spread = jackknife_variances(cells, np.asarray)[known]
    effect = max(1.0, float((spread * trials / (rates * (1 - rates))).max()))
    chi = degrees * float(
        MEASURES["any_differential"].of(cells.errors.astype(float), cells.trials.astype(float))
    )
    return rounded(float(special.chdtrc(degrees, chi / effect))), DESIGN_EFFECT


def _logit(rates: Rates) -> Rates:
    return np.asarray(np.log(rates) - np.log1p(-rates))


def _blank(measure: Measure, cells: Sequence[Cells]) -> Row:
    first = cells[0]
    metrics = [part.metric for part in cells]
    where = [measure.name, *metrics, "-".join(first.axes) or "all", first.threshold]
    return {
        "id": "-".join(str(part) for part in [*where, *first.extra.values()] if part is not None),
        "measure": measure.name,
        "metrics": metrics,
        "axes": first.axes,
        "threshold": first.threshold,
        "value": None,
        "ci": None,
        "null_model": None,
        "p": None,
        "worst": None,
        "best": None,
    } | first.extra


def _ends(cells: Cells) -> Row:
    if not cells.errors.any():
        return {}
    rates = cells.rates
    return {
        "worst": cells.names[int(np.argmax(rates))],
        "best": cells.names[int(np.argmin(rates))],
    }


def _few(cells: Sequence[Cells]) -> list[str]:
    return [
        name
        for part in cells
        for name, errors in zip(part.names, part.errors, strict=True)
        if errors < ERRORS_FOR_A_RATIO
    ]


def _no_value(measure: Measure, cells: Sequence[Cells]) -> str:
    """Why this measure has no value here; empty when it has one."""
    if any(len(part.names) < 2 for part in cells):  # noqa: PLR2004 - one group differs from none
        return "No value: fewer than two groups have enough data."
    few = dict.fromkeys(_few(cells))
    if measure.kind is not Kind.RATIO or not few:
        return ""
    highest = [part.names[int(np.argmax(part.rates))] for part in cells]
    if measure.divides_by_all or few.keys() & set(highest):
        return f"No ratio is given: fewer than {ERRORS_FOR_A_RATIO} errors in {_listed(few)}."
    return ""


def _listed(names: "dict[str, None] | list[str]") -> str:
    told = list(names)
    more = len(told) - NAMED_AT_MOST
    said = ", ".join(told[:NAMED_AT_MOST])
    return f"{said} and {more} more" if more > 0 else said


def _floored(rates: Rates, trials: Rates | Ints) -> Rates:
    """No rate below one error in its trials: less than that was not measured."""
    return np.maximum(rates, np.maximum(RATE_FLOOR, 1 / np.maximum(trials, 1)))


def _floor(cells: Sequence[Cells]) -> str:
    words = f"Floor: one error in the group's trials, and no less than {RATE_FLOOR:g}"
    at_floor = _at_floor(cells)
    return f"{words}; at it: {_listed(at_floor)}." if at_floor else f"{words}; no group is at it."


def _at_floor(cells: Sequence[Cells]) -> list[str]:
    return [
        name
        for part in cells
        for name, rate, trials in zip(part.names, part.rates, part.trials, strict=True)
        if rate < max(RATE_FLOOR, 1 / trials)
    ]


def _left_out(cells: Sequence[Cells]) -> str:
    left, beside = (max(getattr(part, name) for part in cells) for name in ("left_out", "beside"))
    told = [f"{left} group{'s' if left > 1 else ''} with too few data left out."] if left else []
    if beside:
        told.append(f"{beside} left out with them, by which they would follow.")
    return " ".join(told)


def _indicative(cells: Sequence[Cells]) -> str:
    fewest = min(int(part.errors.min()) for part in cells)
    if fewest >= ERRORS_FOR_A_RATE or cells[0].metric in NO_ERRORS:
        return ""
    return f"Indicative: the fewest errors in a group are {fewest}."


def _why_no_null(cells: Sequence[Cells]) -> str:
    if not all(part.has_subjects for part in cells):
        return "Without subject ids nothing can be tested."
    if any(part.null is None for part in cells):
        return (
            "No shuffled labels: they need every two people compared, or as many pairs within "
            "groups as across them, and every pair held."
        )
    return ""


def _logarithm(measure: Measure, values: Rates) -> Rates:
    """Values on the scale on which their errors are even; not a number outside it."""
    apart = 1 - values if measure.kind is Kind.AGREEMENT else values
    logs = np.full(np.shape(apart), np.nan)
    np.log(apart, out=logs, where=np.asarray(apart) > 0)
    return logs


def _interval(measure: Measure, cells: Sequence[Cells], value: float) -> Row | None:
    middle = float(_logarithm(measure, np.array(value)))
    draws = [part.replicates for part in cells]
    if all(draw is not None for draw in draws):
        known = [draw for draw in draws if draw is not None]
        rates = [
            _floored(draw.bare_rates(), draw.trials) if measure.floored else draw.rates()
            for draw in known
        ]
        error = spread_of(_logarithm(measure, measure.of(*rates)))
        method = basis(cells[0])
    else:
        error = _jackknife(measure, cells)
        method = "subject jackknife on the log"
    if error is None or not np.isfinite(error) or error <= 0 or not np.isfinite(middle):
        return None
    half = z_of(CONFIDENCE_LEVEL) * error
    lo, hi = float(np.exp(middle - half)), float(np.exp(middle + half))
    if measure.kind is Kind.RATIO:
        lo = max(1.0, lo)
    elif measure.kind is Kind.AGREEMENT:
        lo, hi = max(0.0, 1 - hi), 1 - lo
    else:
        hi = min(1.0, hi)
    # At the floor the lowest rate may be any lower: what stands for it does not vary.
    is_open = measure.floored and _at_floor(cells)
    ends = {"lo": rounded(lo), "hi": None if is_open else rounded(hi)}
    return ends | {"level": CONFIDENCE_LEVEL, "method": method}


def _jackknife(measure: Measure, cells: Sequence[Cells]) -> float | None:
    """The standard error of the measure's logarithm, one subject left out at a time."""
    groups, variance = len(cells[0].names), 0.0
    if any(part.by_unit is None for part in cells):
        return None
    left = [part.by_unit.left_out(groups) for part in cells if part.by_unit is not None]
    for group in range(groups):
        tables, units = [], np.unique(np.concatenate([there for there, _rates in left]))
        units = units[_place(cells, units) == group]
        for part, (there, rates) in zip(cells, left, strict=True):
            table = np.tile(part.rates, (len(units), 1))
            found = np.isin(units, there)
            table[found, group] = rates[np.isin(there, units)]
            tables.append(_floored(table, part.trials) if measure.floored else table)
        logs = _logarithm(measure, measure.of(*tables))
        if len(units) < 2 or not np.isfinite(logs).all():  # noqa: PLR2004 - no spread in one
            return None
        variance += (len(units) - 1) / len(units) * float(np.square(logs - logs.mean()).sum())
    return float(np.sqrt(variance))


def _place(cells: Sequence[Cells], units: Ints) -> Ints:
    places = [part.by_unit.place[units] for part in cells if part.by_unit is not None]
    return np.asarray(np.max(places, axis=0))


def _null(measure: Measure, cells: Sequence[Cells]) -> Rates | None:
    """The measure under shuffled labels, shape (permutations,); None where there is none."""
    draws = [part.null for part in cells if part.null is not None and part.has_subjects]
    if len(draws) < len(cells) or any(len(part.names) < 2 for part in cells):  # noqa: PLR2004
        return None
    rates = [
        _floored(draw.bare_rates(), draw.trials) if measure.floored else draw.bare_rates()
        for draw in draws
    ]
    values = measure.of(*rates)
    # Of such a shuffle nothing is known: it counts as further apart, so that p is never too small.
    unknown = np.any([(draw.trials <= 0).any(axis=1) for draw in draws], axis=0)
    beyond = -np.inf if measure.kind is Kind.AGREEMENT else np.inf
    # Without any error there is no differential; but a ratio to no error is beyond any number.
    equal = {Kind.RATIO: np.inf, Kind.INDEX: 0.0, Kind.AGREEMENT: 1.0}[measure.kind]
    return np.where(unknown, beyond, np.where(np.isnan(values), equal, values))


def _model(measure: Measure, null: Rates) -> Row:
    """Median and 95th percentile by apartness; null where a group had no error in so many."""
    ordered = np.sort(-null if measure.kind is Kind.AGREEMENT else null)
    median, high = (
        float(np.quantile(ordered, share, method="higher")) for share in (0.5, HIGH_SHARE)
    )
    sign = -1 if measure.kind is Kind.AGREEMENT else 1
    return {
        "median": rounded(sign * median) if np.isfinite(median) else None,
        "p95": rounded(sign * high) if np.isfinite(high) else None,
        "permutations": len(null),
    }
