"""The published JSON Schema of a report, and what a schema cannot say.

The file is `recognition_audit/schema/report-2.schema.json`; any JSON Schema tool (draft 2020-12)
checks a report with it.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from recognition_audit.concealment import OfNames, OfPairs, Sums, followed
from recognition_audit.errors import BadInput
from recognition_audit.reading import Document, Hidden

PATH = "schema/report-2.schema.json"
METRICS_OF_CURVES = {"det": ("FMR", "FNMR"), "sweep": ("FMR",), "gallery": ("FPIR",)}
SIDES = {"bands": ("group",), "contrasts": ("a", "b"), "differentials": ("worst", "best")}
ROUNDING = 1e-9


@cache
def report_schema() -> dict[str, Any]:
    """The schema as it is published; do not change what you get."""
    text = files("recognition_audit").joinpath(PATH).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def refuse_faults(document: Document, name: str) -> None:
    """Raise BadInput, with the place, where a document does not fit the schema."""
    # Imported late: only who reads a report from a file needs it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    fault = best_match(Draft202012Validator(report_schema()).iter_errors(document))
    if fault is not None:
        place = fault.json_path.removeprefix("$.")
        raise BadInput(f"this is no finished report: {place}: {fault.message[:200]}", file=name)


def contradictions(document: Document) -> list[str]:
    """What a document that fits the schema says against itself; empty when all is well.

    Counts that do not fit their rate, names that stand nowhere, and numbers from which a
    suppressed group could be computed.
    """
    return [*_rates(document), *_names(document), *_leaks(document), *_differences(document)]


def _rates(document: Document) -> Iterator[str]:
    for row in document["rates"]:
        if row["value"] is None:
            continue
        name = f"{row['metric']} of {row['group_a']}"
        errors, trials, ci = row["errors"], row["trials"], row["ci"]
        if errors > trials or not trials:
            yield f"{name}: {errors} errors of {trials}"
            continue
        share = errors / trials
        if min(abs(row["value"] - share), abs(row["value"] - 1 + share)) > ROUNDING:
            yield f"{name}: {row['value']} is not {errors} of {trials}"
        if not ci["lo"] - ROUNDING <= row["value"] <= ci["hi"] + ROUNDING:
            yield f"{name}: {row['value']} lies outside its interval"


def _names(document: Document) -> Iterator[str]:
    known = {step["name"] for step in document["thresholds"]} | {None}
    for part in ("rates", "differentials", "contrasts", "bands", "equality"):
        for row in document.get(part, ()):
            if row["threshold"] not in known:
                yield f"{part}: there is no threshold {row['threshold']}"


def _leaks(document: Document) -> Iterator[str]:
    """Hidden groups that are shown elsewhere."""
    gone = Hidden(document)
    for part, axes, group, metrics in _uses(document):
        if gone.has(axes, group, *metrics):
            yield f"{part}: {group} has too few data to be shown"


def _uses(document: Document) -> Iterator[tuple[str, list[str], str, tuple[str, ...]]]:
    """Each place outside `rates` that names a group: part, axes, group, metrics behind it."""
    for row in document.get("shifts", ()):
        metric = "FMR" if row["kind"] == "impostor" else "FNMR"
        yield "shifts", row["axes"], row["group"], (metric,)
    for name, metrics in METRICS_OF_CURVES.items():
        for row in document.get("curves", {}).get(name, ()):
            yield f"curves.{name}", row["axes"], row["group"], metrics
    for part, sides in SIDES.items():
        for row in document.get(part, ()):
            metrics = tuple(row.get("metrics", (row.get("metric"),)))
            for group in (row[side] for side in sides if row[side] is not None):
                yield part, row["axes"], group, metrics
    for row in document.get("equality", ()):
        yield "equality", row["axes"], row["as_in"], ("FMR",)
        metrics = ("FMR",) if row["fnmr"] is None else ("FMR", "FNMR")
        yield "equality", row["axes"], row["group"], metrics
    summaries = (row for row in document.get("summaries", ()) if row["value"] is not None)
    yield from (("summaries", row["axes"], row["group"], ()) for row in summaries)


def _differences(document: Document) -> Iterator[str]:
    """A hidden number that follows from the shown ones, as a parent less its other parts."""

    def sums_of(rows: Sequence[dict[str, Any]]) -> Sums:
        is_matrix = document["task"] == "comparison" and rows[0]["metric"] == "FMR"
        return OfPairs(rows) if is_matrix else OfNames(rows)

    for row in followed([dict(row) for row in document["rates"]], sums_of):
        yield f"{row['metric']}: {row['group_a']} follows from the groups that are shown"
