"""The rates, or the differences of two systems, as CSV: one row each, one value a cell."""

import csv as csv_module
import io
from collections.abc import Callable
from typing import Any

from recognition_audit.charts.paired import names_of
from recognition_audit.reading import TOO_FEW, Document, Row, threshold
from recognition_audit.report import Report
from recognition_audit.words import people, title

# A spreadsheet would run a cell that begins with one of these; the quote makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
Value = Callable[[Document, Row], Any]


def _ci(name: str) -> Value:
    return lambda _document, row: row["ci"][name] if row["ci"] else None


def _step(name: str) -> Value:
    return lambda document, row: (threshold(document, row["threshold"]) or {}).get(name)


def _field(name: str) -> Value:
    return lambda _document, row: row.get(name)


def _version(document: Document, row: Row) -> Any:
    return None if row.get("system") else document["system"].get("version")


ENDS: dict[str, Value] = {f"ci_{told}": _ci(name) for told, name in (
    ("low", "lo"), ("high", "hi"), ("level", "level"), ("method", "method"),
)}  # fmt: skip
# docs/audit-report.md explains each; a test compares.
COLUMNS: dict[str, Value] = {
    "metric": _field("metric"),
    "metric_title": lambda _document, row: title(row["metric"]),
    "threshold": _field("threshold"),
    "threshold_value": _step("value"),
    "threshold_origin": _step("origin"),
    "threshold_tuned": _step("tuned"),
    "gallery": _field("gallery"),
    "rank": _field("rank"),
    "axes": lambda _document, row: ";".join(row["axes"]),
    "group_a": _field("group_a"),
    "group_b": _field("group_b"),
    "people_a": lambda _document, row: people(row["group_a"], row["axes"]),
    "people_b": lambda _document, row: (
        people(row["group_b"], row["axes"]) if row["group_b"] else None
    ),
    "errors": _field("errors"),
    "trials": _field("trials"),
    "subjects": _field("subjects"),
    "rate": _field("value"),
    **ENDS,
    "adequacy": _field("adequacy"),
    "kind": _field("kind"),
    "system": lambda document, row: row.get("system") or document["system"].get("name"),
    "system_version": _version,
}
# The same of the differences of two systems.
PAIRED_COLUMNS: dict[str, Value] = {
    "metric": _field("metric"),
    "metric_title": lambda _document, row: title(row["metric"]),
    "threshold_a": _field("threshold_a"),
    "threshold_b": _field("threshold_b"),
    "axes": lambda _document, row: ";".join(row["axes"]),
    "group": _field("group"),
    "people": lambda _document, row: people(row["group"], row["axes"]),
    "errors_a": _field("errors_a"),
    "trials_a": _field("trials_a"),
    "rate_a": _field("value_a"),
    "errors_b": _field("errors_b"),
    "trials_b": _field("trials_b"),
    "rate_b": _field("value_b"),
    "subjects": _field("subjects"),
    "difference": _field("difference"),
    **ENDS,
    "p": _field("p"),
    "p_adjusted": _field("p_adjusted"),
    "adequacy": _field("adequacy"),
    "system_a": lambda document, _row: names_of(document)[0],
    "system_b": lambda document, _row: names_of(document)[1],
}
# Empty where there is too little data.
NUMBERS = frozenset([
    "errors", "trials", "rate", "subjects", *ENDS, "difference", "p", "p_adjusted",
    *(f"{name}_{side}" for name in ("errors", "trials", "rate") for side in "ab"),
])  # fmt: skip


def has_rows(document: Document) -> bool:
    """Whether the CSV of a report holds more than its heading."""
    return bool(document["rates"] or document.get("paired_rates"))


def csv(report: Report) -> str:
    """RFC 4180 with a heading; a number that is not shown is an empty cell."""
    document, file = report.document, io.StringIO()
    paired = document.get("paired_rates")
    columns, rows = (PAIRED_COLUMNS, paired) if paired else (COLUMNS, document["rates"])
    writer = csv_module.writer(file)
    writer.writerow([*columns, "report_sha256"])
    sha256 = report.sha256
    for row in rows:
        hidden = NUMBERS if row["adequacy"] == TOO_FEW else ()
        cells = (None if name in hidden else of(document, row) for name, of in columns.items())
        writer.writerow([*map(_cell, cells), sha256])
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
