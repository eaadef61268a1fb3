"""The rates as CSV: one row a rate, one value a cell."""

import csv as csv_module
import io
from collections.abc import Callable
from typing import Any

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
    "ci_low": _ci("lo"),
    "ci_high": _ci("hi"),
    "ci_level": _ci("level"),
    "ci_method": _ci("method"),
    "adequacy": _field("adequacy"),
    "kind": _field("kind"),
    "system": lambda document, row: row.get("system") or document["system"].get("name"),
    "system_version": _version,
}
NUMBERS = ("errors", "trials", "subjects", "rate", "ci_low", "ci_high", "ci_level", "ci_method")


def csv(report: Report) -> str:
    """RFC 4180 with a heading; a number that is not shown is an empty cell."""
    document, file = report.document, io.StringIO()
    writer = csv_module.writer(file)
    writer.writerow([*COLUMNS, "report_sha256"])
    sha256 = report.sha256
    for row in document["rates"]:
        cells = {name: value(document, row) for name, value in COLUMNS.items()}
        if row["adequacy"] == TOO_FEW:
            cells |= dict.fromkeys(NUMBERS)
        writer.writerow([*map(_cell, cells.values()), sha256])
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
