"""A report as its page shows it: texts and rows, so that templates hold no rule."""

import shlex
from dataclasses import dataclass

from evidence.models import Report
from recognition_audit import Report as AuditReport
from recognition_audit.charts import Table
from recognition_audit.rendering import content
from recognition_audit.rendering.content import Content

COLUMNS_OF_A_PHONE = 3  # a table with more of them is a list of rows there


@dataclass(frozen=True)
class ShownTable:
    """A table of texts; each cell stands beside the heading of its column."""

    caption: str
    head: tuple[str, ...]
    rows: list[list[tuple[str, str]]]
    note: str

    @property
    def is_wide(self) -> bool:
        return len(self.head) > COLUMNS_OF_A_PHONE


@dataclass(frozen=True)
class ShownFigure:
    name: str
    heading: str
    svg: str
    table: ShownTable


@dataclass(frozen=True)
class ReportPage:
    """What the page of a report shows."""

    content: Content
    findings: list[dict[str, str]]
    figures: list[ShownFigure]
    tables: list[ShownTable]


def page(report: Report) -> ReportPage:
    """The report's texts, charts and tables, in the order in which they are read."""
    whole = content.content_of(as_audit(report))
    figures = [
        ShownFigure(one.name, one.heading, one.svg, _shown(one.table)) for one in whole.figures
    ]
    findings = [
        {"text": _whole(one["text"]), "caveat": _whole(one["caveat"])} for one in whole.findings
    ]
    return ReportPage(whole, findings, figures, [_shown(table) for table in whole.tables])


def as_audit(report: Report) -> AuditReport:
    """The report as `recognition_audit` renders it."""
    return AuditReport(report.content)


def _shown(table: Table) -> ShownTable:
    rows = [list(zip(table.head, row, strict=False)) for row in table.rows]
    return ShownTable(table.caption, table.head, rows, table.note)


def _whole(text: str) -> str:
    """A percent sign stays with its number at the end of a line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


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
    words += [f"--at-fmr {rate:g}" for rate in given.get("at_fmr", [])]
    words += [f"--contrast {shlex.quote(' / '.join(pair))}" for pair in given.get("contrasts", [])]
    options = {
        "reference": given.get("reference"),
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
