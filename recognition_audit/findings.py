"""Findings in plain sentences, with counts and intervals, and what an audit cannot say.

"Differential", not a word that judges; classification is never called recognition.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recognition_audit.intervals import log_error, z_of
from recognition_audit.limits import CONFIDENCE_LEVEL, ERRORS_FOR_A_RATIO
from recognition_audit.metrics.verification import impostor_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.tally import Tally
from recognition_audit.words import people, percent

Document = Mapping[str, Any]
Finding = dict[str, Any]
CHOSEN_AFTER = "The two groups were chosen after looking: the highest and the lowest of {n}."


def of_comparison(document: Document, tally: Tally, comparisons: Comparisons) -> list[Finding]:
    """What stands out at each threshold, the highest rate first."""
    result: list[Finding] = []
    for step, threshold in enumerate(document["thresholds"]):
        rows = _within(document, threshold["name"], comparisons.units.axes)
        if len(rows) > 1:
            result.append(_extremes(rows, step, tally, comparisons, threshold))
    enrolment = [row for row in document["rates"] if row["metric"] == "FTE" and row["value"]]
    if enrolment:
        result.append(_not_found(enrolment))
    return result


def limits_of_comparison(document: Document, comparisons: Comparisons) -> list[str]:
    """What this audit cannot say."""
    said = []
    scheme = document["labels"].get("limits")
    if scheme:
        said.append(scheme)
    if not any(row["metric"] == "FNMR" for row in document["rates"]):
        said.append(
            "Nobody is known to appear twice, so missed matches were not measured, and a few of "
            "the pairs may be one person."
        )
    if not comparisons.has_subjects:
        said.append("Without subject ids the true intervals are wider than those shown.")
    said.append("It tests the system and the pictures named here, and no others.")
    return said


def _within(document: Document, threshold: str, axes: Sequence[str]) -> list[dict[str, Any]]:
    rows = [
        row
        for row in document["rates"]
        if row["metric"] == "FMR"
        and row["threshold"] == threshold
        and row["group_a"] == row["group_b"]
        and row["axes"] == list(axes)
        and row["value"] is not None
    ]
    return sorted(rows, key=lambda row: -row["value"])


def _extremes(
    rows: list[dict[str, Any]],
    step: int,
    tally: Tally,
    comparisons: Comparisons,
    threshold: Mapping[str, Any],
) -> Finding:
    high, low = rows[0], rows[-1]
    text = (
        f"At the threshold {threshold['name']} ({threshold['origin']}), two different "
        f"{people(high['group_a'], high['axes'])} were taken for one person in "
        f"{high['errors']:,} of {high['trials']:,} comparisons ({percent(high['value'])}), two "
        f"different {people(low['group_a'], low['axes'])} in {low['errors']:,} of "
        f"{low['trials']:,} ({percent(low['value'])})."
    )
    ratio = _ratio(high["group_a"], low["group_a"], step, tally, comparisons)
    if ratio:
        times, lo, hi = ratio
        text += f" That is {times:.1f} times as often ({lo:.1f} to {hi:.1f})."
    return {
        "id": f"highest-and-lowest-fmr-{step}",
        "text": text,
        "caveat": CHOSEN_AFTER.format(n=len(rows)),
        "refs": {"metric": "FMR", "groups": [high["group_a"], low["group_a"]]},
    }


def _ratio(
    first: str, second: str, step: int, tally: Tally, comparisons: Comparisons
) -> tuple[float, float, float] | None:
    """The ratio of two groups' rates with a jackknife interval on the log scale (policy c)."""
    group_of = comparisons.units.group_of_unit()
    names = [" · ".join(group) or "all" for group in comparisons.units.group_list()]
    cells = []
    for name in (first, second):
        codes = {names.index(name)}
        cells.append(impostor_cell(tally, step, group_of, codes, codes))
    if not comparisons.has_subjects or any(cell.errors < ERRORS_FOR_A_RATIO for cell in cells):
        return None
    errors = [log_error(cell.errors_of, cell.trials_of, cell.errors, cell.trials) for cell in cells]
    if None in errors:
        return None
    middle = np.log(cells[0].errors / cells[0].trials) - np.log(cells[1].errors / cells[1].trials)
    # No subject is in both groups, so their errors are independent.
    half = z_of(CONFIDENCE_LEVEL) * float(np.hypot(*errors))  # type: ignore[arg-type]
    times, lo, hi = np.exp([middle, middle - half, middle + half])
    return float(times), float(lo), float(hi)


def _not_found(rows: list[dict[str, Any]]) -> Finding:
    everybody = next(row for row in rows if row["group_a"] == "all")
    axes: list[str] = min((row["axes"] for row in rows if row["axes"]), key=len, default=[])
    groups = [row for row in rows if row["axes"] == axes]
    worst = max(groups, key=lambda row: row["value"])
    return {
        "id": "failure-to-enrol",
        "text": (
            f"The system did not find {everybody['errors']:,} of {everybody['trials']:,} faces "
            f"({percent(everybody['value'])}); among {people(worst['group_a'], axes)} "
            f"{worst['errors']:,} of {worst['trials']:,} ({percent(worst['value'])})."
        ),
        "caveat": "Rates over the faces that were found leave these out.",
        "refs": {"metric": "FTE", "groups": ["all", worst["group_a"]]},
    }


def of_classification(document: Document, attribute: str) -> list[Finding]:
    """The groups with the most and the fewest errors, and the faces that were not processed."""
    axes = document["labels"]["axes"]
    rows = [
        row
        for row in document["rates"]
        if row["metric"] == "error" and row["axes"] == axes and row["value"] is not None
    ]
    if not rows:
        return []
    rows.sort(key=lambda row: -row["value"])
    high, low = rows[0], rows[-1]
    return [
        {
            "id": "highest-and-lowest-error",
            "text": (
                f"{high['errors']:,} of {high['trials']:,} {people(high['group_a'], axes)} "
                f"({percent(high['value'])}) were given a wrong {attribute}; "
                f"{low['errors']:,} of {low['trials']:,} {people(low['group_a'], axes)} "
                f"({percent(low['value'])})."
            ),
            "caveat": CHOSEN_AFTER.format(n=len(rows)),
            "refs": {"metric": "error", "groups": [high["group_a"], low["group_a"]]},
        }
    ]


def limits_of_classification(document: Document) -> list[str]:
    said = [document["labels"]["limits"]] if document["labels"].get("limits") else []
    return [
        *said,
        "This is classification of an attribute, not face recognition.",
        "It tests the system and the pictures named here, and no others.",
    ]
