"""A report as its page shows it: texts and rows, so that templates hold no rule."""

import shlex
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.models import Report
from recognition_audit.findings import people, percent
from recognition_audit.metrics import METRICS


@dataclass(frozen=True)
class RateLine:
    metric: str
    threshold: str
    group: str
    errors: int
    trials: int
    rate: str
    low: str
    high: str
    method: str
    firm: bool


@dataclass(frozen=True)
class RateTable:
    """The rates of one metric over one choice of groups."""

    title: str
    axes: list[str]
    lines: list[RateLine]


def rate_tables(report: Report) -> list[RateTable]:
    """Rates within groups, a table for each metric and choice of axes."""
    tables: dict[tuple[str, tuple[str, ...]], list[RateLine]] = {}
    for row in report.content["rates"]:
        if row["value"] is None or row["group_b"] not in (None, row["group_a"]):
            continue
        tables.setdefault((row["metric"], tuple(row["axes"])), []).append(_line(row))
    return [
        RateTable(METRICS[metric].title, list(axes), lines)
        for (metric, axes), lines in tables.items()
    ]


@dataclass(frozen=True)
class Input:
    """A file that the report was computed from."""

    role: str
    label: Promise | str
    rows: int | None
    sha256: str


ROLES = {
    "data": _("File audited"),
    "subjects": _("Table of subjects"),
    "failed": _("Faces not found"),
    "truth": _("True labels"),
}


def inputs(report: Report) -> list[Input]:
    """The files that the report was computed from."""
    return [
        Input(one["role"], ROLES.get(one["role"], one["role"]), one["rows"], one["sha256"])
        for one in report.content["manifest"]["inputs"]
    ]


def hidden_rates(report: Report) -> int:
    """How many rates rest on too little data to be shown."""
    return sum(1 for row in report.content["rates"] if row["value"] is None)


def _line(row: dict[str, Any]) -> RateLine:
    name = people(row["group_a"], row["axes"])
    return RateLine(
        metric=row["metric"],
        threshold=row["threshold"] or "",
        group=name[:1].upper() + name[1:],
        errors=row["errors"],
        trials=row["trials"],
        rate=percent(row["value"]),
        low=percent(row["ci"]["lo"]),
        high=percent(row["ci"]["hi"]),
        method=row["ci"]["method"],
        firm=row["adequacy"] == "enough",
    )


def command(report: Report) -> str:
    """The command that gives the same bytes again, with the files' roles as names."""
    manifest = report.content["manifest"]
    given = manifest["parameters"]
    words = ["recognition-audit", manifest["command"], "DATA"]
    roles = {entry["role"] for entry in manifest["inputs"]}
    words += [
        f"--{role} {role.upper()}" for role in ("subjects", "failed", "truth") if role in roles
    ]
    if given.get("polarity"):
        words.append(f"--{given['polarity']}")
    for step in given.get("thresholds", []):
        words.append(f"--threshold {step['value']:g} --origin {shlex.quote(step['origin'])}")
    options = {
        "at-fmr": given.get("at_fmr"),
        "attribute": given.get("attribute"),
        "groups": ",".join(given.get("groups", [])),
        "system": given["system"].get("name"),
        "vendor": given["system"].get("vendor"),
        "labels": given["labels"].get("source"),
        "label-limits": given["labels"].get("limits"),
        "citation": given["source"].get("citation"),
        "licence": given["source"].get("licence"),
    }
    words += [f"--{name} {shlex.quote(str(value))}" for name, value in options.items() if value]
    return " ".join([*words, "--json"])
