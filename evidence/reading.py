"""A report as its page shows it: texts and rows, so that templates hold no rule."""

import json
from dataclasses import dataclass

from evidence.models import Report
from recognition_audit import Report as AuditReport
from recognition_audit import charts
from recognition_audit.charts import Table
from recognition_audit.rendering import content, tables

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
    """What the page of a report shows; its tables are on a page of their own."""

    findings: list[dict[str, str]]
    limits: list[str]
    facts: list[tuple[str, str]]
    figures: list[ShownFigure]
    hidden: str
    parameters: str
    command: str


def page(report: Report) -> ReportPage:
    """The report's texts and charts, in the order in which they are read."""
    document = report.content
    return ReportPage(
        findings=[
            {"text": _whole(one["text"]), "caveat": _whole(one["caveat"])}
            for one in document["findings"]
        ],
        limits=document["limits"],
        facts=content.facts(document),
        figures=[
            ShownFigure(one.name, one.heading, one.svg, _shown(one.table))
            for one in charts.figures(document)
        ],
        hidden=content.hidden(document),
        parameters=json.dumps(document["manifest"]["parameters"], indent=1, ensure_ascii=False),
        command=command(report),
    )


def tables_of(report: Report) -> list[ShownTable]:
    """Every figure of the report."""
    return [_shown(table) for table in tables.every(report.content)]


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
    """The command that makes the report again from its files, here called by their roles."""
    roles = [entry["role"] for entry in report.content["manifest"]["inputs"]]
    return " ".join(
        ["recognition-audit reproduce", f"{report.sha256}.json", *map(str.upper, roles)]
    )
