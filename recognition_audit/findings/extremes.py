"""The groups with the highest and the lowest rate, and how often more the one errs."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from recognition_audit.findings.phrases import (
    CHOSEN_AFTER,
    SURE,
    Finding,
    active,
    caveats,
    refs,
    second,
    tested,
    times,
)
from recognition_audit.intervals import log_error, z_of
from recognition_audit.limits import CONFIDENCE_LEVEL, ERRORS_FOR_A_RATIO
from recognition_audit.metrics.verification import impostor_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.reading import Document, Row, largest_gallery, main_axes, within
from recognition_audit.tally import Tally
from recognition_audit.words import BETWEEN, number

# ratio, lower end, upper end of two rows
Ratio = tuple[float, float, float]
RatioOf = Callable[[Row, Row], Ratio | None]


def rows_of(document: Document, metric: str, threshold: str | None) -> list[Row]:
    """The shown rates of the main axes, the highest first; equal ones as the document has them."""
    axes = main_axes(document, metric)
    rows = within(document, metric, threshold=threshold, axes=axes)
    rows = [row for row in largest_gallery(rows) if row["ci"] and row["trials"]]
    return sorted(rows, key=itemgetter("value"), reverse=True)


def extremes(
    document: Document, metric: str, threshold: str | None, ratio_of: RatioOf | None = None
) -> list[Finding]:
    """One sentence, or none where nothing is shown.

    ratio_of : gives a ratio of two rows where the document has no contrast of them.
    """
    rows = rows_of(document, metric, threshold)
    if not rows:
        return []
    # Of equal rates the first is the lowest too, as at the ends of a measure.
    high, low = rows[0], min(rows, key=itemgetter("value"))
    text = f"{tested(document, high)} {active(document, high)}"
    if len(rows) == 1:
        return [_finding(document, f"{text}.", [high], "")]
    if high["value"] == low["value"]:
        many = "both" if len(rows) == 2 else f"all {len(rows)}"  # noqa: PLR2004
        said = f"{text}; {many} groups have this rate."
        return [_finding(document, said, [high], "")]
    text += f", and {second(document, low)}."
    ratio = contrast(document, high, low) or (ratio_of(high, low) if ratio_of else None)
    if ratio:
        lo, hi = map(number, ratio[1:])
        text += f" That is {times(ratio[0])} ({lo} to {hi})."
        text += _doubt(document, high)
    return [_finding(document, text, [high, low], CHOSEN_AFTER.format(n=len(rows)))]


def _doubt(document: Document, row: Row) -> str:
    """Where no differential at all is shown, neither is one of two groups chosen after looking."""
    same = ("threshold", "gallery", "rank", "system")
    for one in document.get("differentials", ()):
        if (one["measure"], one["metrics"], one["axes"]) != (
            "any_differential",
            [row["metric"]],
            row["axes"],
        ) or any(one.get(name) != row.get(name) for name in same):
            continue
        if one["p"] is not None and one["p"] >= SURE:
            return f" Chance alone can explain it: that any group differs has p = {one['p']:.2g}."
    return ""


def _finding(document: Document, text: str, rows: Sequence[Row], caveat: str) -> Finding:
    first = rows[0]
    place = f"-{first['threshold']}" if first["threshold"] else ""
    return {
        "id": f"highest-and-lowest-{first['metric']}{place}".lower().replace(" ", "-"),
        "text": text,
        "caveat": caveats(document, rows, caveat),
        "refs": refs(rows),
    }


def contrast(document: Document, high: Row, low: Row) -> Ratio | None:
    """The ratio of two rows with its interval, from the document's contrasts."""
    same = ("metric", "threshold", "axes", "gallery", "rank")
    for row in document.get("contrasts", ()):
        if any(row.get(name) != high.get(name) for name in same):
            continue
        sides = (row["a"], row["b"])
        if row["ratio"] is None or not row["ci"] or row["ci"]["hi"] is None:
            continue
        values = (row["ratio"], row["ci"]["lo"], row["ci"]["hi"])
        if sides == (high["group_a"], low["group_a"]):
            return values
        if sides == (low["group_a"], high["group_a"]) and min(values) > 0:
            return 1 / values[0], 1 / values[2], 1 / values[1]
    return None


def ratio_from(document: Document, tally: Tally, comparisons: Comparisons) -> RatioOf:
    """Ratios of two groups' false match rates from the tally, by the jackknife on the log scale."""
    steps = [step["name"] for step in document["thresholds"]]
    group_of = comparisons.units.group_of_unit()
    names = [BETWEEN.join(group) or "all" for group in comparisons.units.group_list()]

    def ratio_of(high: Row, low: Row) -> Ratio | None:
        if high["metric"] != "FMR" or not comparisons.has_subjects:
            return None
        cells: list[Any] = []
        for row in (high, low):
            codes = {names.index(row["group_a"])}
            step = steps.index(row["threshold"])
            cells.append(impostor_cell(tally, step, group_of, codes, codes))
        if any(cell.errors < ERRORS_FOR_A_RATIO for cell in cells):
            return None
        errors = [log_error(c.errors_of, c.trials_of, c.errors, c.trials) for c in cells]
        if None in errors:
            return None
        rates = [cell.errors / cell.trials for cell in cells]
        middle = float(np.log(rates[0]) - np.log(rates[1]))
        # No subject is in both groups, so their errors are independent.
        half = z_of(CONFIDENCE_LEVEL) * float(np.hypot(*errors))  # type: ignore[arg-type]
        times, lo, hi = np.exp([middle, middle - half, middle + half])
        return float(times), float(lo), float(hi)

    return ratio_of
