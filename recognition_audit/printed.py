"""Rates that others printed without counts: shown as printed, checked, and never as our own.

A rate without its number of trials has no interval, so it stands in `printed`, not in `rates`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recognition_audit import findings
from recognition_audit.denominators import fdr_both_ways
from recognition_audit.documents import Row, check, checks_of, document_of
from recognition_audit.errors import BadInput
from recognition_audit.intervals import at_least_this_wide
from recognition_audit.metrics import METRICS
from recognition_audit.readers.counts import NO_LABEL
from recognition_audit.readers.rates import Rate, Rates
from recognition_audit.report import Report, input_entry, manifest, rate_row, rounded

# A printed FDR has three digits as a rule, and so have the rates it comes from.
FDR_TOLERANCE = 0.0015
# So many of an algorithm's values at the smallest of the whole table look like a floor.
AT_THE_FLOOR = 2
FLOOR = "rates at the smallest value of the table: they may be censored there, and ratios too small"
ZERO = "rates printed as 0: no ratio to them can be given"


def printed_rates(data: Path, table: Rates, parameters: Row) -> Report:
    """The audit of a table of rates; raises BadInput."""
    found = list(table.rates())
    if not found:
        raise BadInput("there is no rate with its labels", file=data.name)
    _refuse_twins(found, data.name)
    parameters["groups"] = table.axes
    inputs = [input_entry("data", data, table.rows)]
    document = document_of("rates", manifest("counts", inputs, parameters), table.axes)
    document["printed"] = [_printed(one, table.axes) for one in found]
    document["rates"] = [_row(one, table.axes) for one in found if np.isfinite(one.n) and one.n > 0]
    document["checks"] = [
        *checks_of(table.oddities.counts, (NO_LABEL,)),
        *_floors(found),
        *_denominators(found),
    ]
    document["findings"] = findings.of_document(document)
    document["limits"] = findings.limits_of_document(document)
    return Report(document)


def _refuse_twins(found: Sequence[Rate], file: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    for one in found:
        key = (one.algorithm, one.metric, one.threshold, one.group)
        if key in seen:
            words = f"the group {' · '.join(one.group)} stands twice for one algorithm and metric"
            raise BadInput(words, file=file, row=one.row)
        seen.add(key)


def _printed(one: Rate, axes: Sequence[str]) -> Row:
    return {
        "system": one.algorithm,
        "metric": one.metric,
        "threshold": one.threshold,
        "axes": list(axes),
        "group": " · ".join(one.group),
        "value": rounded(one.value),
    }


def _row(one: Rate, axes: Sequence[str]) -> Row:
    """A rate with its trials: the count is the nearest whole one."""
    trials = round(one.n)
    errors = min(trials, round(one.value * trials))
    name = " · ".join(one.group)
    row = rate_row(
        METRICS[one.metric],
        errors=errors,
        trials=trials,
        subjects=None,
        interval=at_least_this_wide(errors, trials),
        group_a=name,
        group_b=name if one.metric == "FMR" else None,
        threshold=one.threshold,
        axes=axes,
    )
    return row | {"system": one.algorithm}


def _floors(found: Sequence[Rate]) -> Iterator[Row]:
    """Values that stand at the table's smallest, several in one algorithm."""
    for metric in dict.fromkeys(one.metric for one in found):
        of = [one for one in found if one.metric == metric]
        zeros = sum(one.value == 0 for one in of)
        if zeros:
            yield check(f"{metric}: {ZERO}", zeros, "warning")
        above = [one for one in of if one.value > 0]
        least = min((one.value for one in above), default=0)
        at_least: dict[str, int] = {}
        for one in above:
            if one.value == least:
                at_least[one.algorithm] = at_least.get(one.algorithm, 0) + 1
        count = sum(n for n in at_least.values() if n >= AT_THE_FLOOR)
        if count:
            yield check(f"{metric}: {FLOOR}", count, "warning")


def _denominators(found: Sequence[Rate]) -> Iterator[Row]:
    """Printed FDRs that follow only where errors are divided by all pairs, mated and impostor."""
    systems: dict[tuple[str, str | None], list[Rate]] = {}
    for one in found:
        systems.setdefault((one.algorithm, one.threshold), []).append(one)
    by_all: list[str] = []
    neither: list[str] = []
    for (name, _threshold), rates in systems.items():
        told = _fdrs(rates)
        if told is None:
            continue
        printed, right, wrong = told
        if abs(printed - right) <= FDR_TOLERANCE:
            continue
        line = f"{name}: printed {printed:.3f}, from its rates {right:.3f}"
        (by_all if abs(printed - wrong) <= FDR_TOLERANCE else neither).append(line)
    if by_all:
        words = "FDR that follows only if errors are divided by all pairs instead of by impostor "
        yield check(f"{words}or mated pairs ({'; '.join(by_all)})", len(by_all), "error")
    if neither:
        words = "FDR that does not follow from the rates beside it"
        yield check(f"{words} ({'; '.join(neither)})", len(neither), "warning")


def _fdrs(rates: Sequence[Rate]) -> tuple[float, float, float] | None:
    """The printed FDR, the right one, and the one over all pairs; None where one is missing."""
    printed = {one.fdr for one in rates if np.isfinite(one.fdr)}
    by_metric: Mapping[str, list[Rate]] = {
        metric: [one for one in rates if one.metric == metric] for metric in ("FMR", "FNMR")
    }
    if len(printed) != 1 or not all(by_metric.values()):
        return None
    fmr, fnmr = ([one.value for one in by_metric[metric]] for metric in ("FMR", "FNMR"))
    impostors = [_share(one.impostors, one.mated) for one in by_metric["FMR"]]
    mated = [_share(one.mated, one.impostors) for one in by_metric["FNMR"]]
    return printed.pop(), *fdr_both_ways(fmr, fnmr, impostors, mated)


def _share(own: float, other: float) -> float:
    """The part of all pairs that is of its own kind; half where the table does not say."""
    if not np.isfinite(own + other) or own + other <= 0:
        return 0.5
    return own / (own + other)
