"""How a report and its progress are shown in a terminal."""

import argparse
import sys
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from recognition_audit.clauses import Clause, judge
from recognition_audit.errors import BadInput
from recognition_audit.files import replace_with
from recognition_audit.findings import percent
from recognition_audit.rendering.tables import printed
from recognition_audit.report import Report

# Told apart from 1 (the audit could not be made), so that a contract's limit can run in CI.
LIMIT_UNKNOWN, LIMIT_BROKEN = 1, 2


def give(
    report: Report,
    options: argparse.Namespace,
    shown: Callable[[Report], None] | None = None,
) -> int:
    """Write the report where the options say: to a file, as JSON, or as a person reads it.

    shown : how a person reads it; `show` if None.
    """
    if options.out:
        replace_with(options.out, report.to_bytes())
    if options.json:
        sys.stdout.buffer.write(report.to_bytes())
    else:
        (shown or show)(report)
    return judged(report, options.fail_if)


def judged(report: Report, limits: Sequence[Clause]) -> int:
    """2 when a limit is broken, else 1 when one cannot be judged, else 0; says why on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    codes = [0]
    for limit in limits:
        try:
            verdict = judge(limit, report.document)
        except BadInput as error:
            console.print(f"recognition-audit: {error}")
            codes.append(LIMIT_UNKNOWN)
            continue
        for place in verdict.broken:
            console.print(f"Limit broken: {limit.text}: {place}")
            codes.append(LIMIT_BROKEN)
        for place in verdict.unknown:
            console.print(f"Limit not judged: {limit.text}: too little data for {place}")
    return max(codes)


def show(report: Report) -> None:
    """The report as a person reads it in a terminal."""
    console = Console(highlight=False)
    document = report.document
    for finding in document["findings"]:
        console.print(f"{escape(finding['text'])}  [dim]{escape(finding['caveat'])}[/dim]\n")
    if document["rates"] or not document.get("printed"):
        console.print(_rates(report))
    if document.get("printed"):
        console.print(_printed(report))
    for check in document["checks"]:
        console.print(f"{check['count']:,} {escape(check['message'])}")
    for limit in document["limits"]:
        console.print(f"[dim]{escape(limit)}[/dim]")
    console.print(f"Report {report.sha256}")


def _rates(report: Report) -> Table:
    table = Table(title="Rates")
    for name in ("metric", "threshold", "group", "errors", "of", "rate", "95 % interval", ""):
        table.add_column(name, justify="right" if name in ("errors", "of", "rate") else "left")
    for row in report.document["rates"]:
        if row["value"] is None:
            continue
        group = row["group_a"]
        if row["group_b"] not in (None, group):
            group += f" / {row['group_b']}"
        low, high = percent(row["ci"]["lo"]), percent(row["ci"]["hi"])
        table.add_row(
            row["metric"], escape(row["threshold"] or ""), escape(group), f"{row['errors']:,}",
            f"{row['trials']:,}", percent(row["value"]), f"{low} – {high}",
            "" if row["adequacy"] == "enough" else row["adequacy"],
        )  # fmt: skip
    return table


def _printed(report: Report) -> Table:
    found = printed(report.document)
    table = Table(title=found.caption, caption=escape(found.note))
    for name in found.head:
        table.add_column(escape(name))
    for row in found.rows:
        table.add_row(*map(escape, row))
    return table


class Bar:
    """A progress bar on standard error; it stays away from pipes."""

    def __enter__(self) -> "Bar":
        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("Reading", total=None)
        if sys.stderr.isatty():
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar.live.is_started:  # a bar that never was shown would end in an empty line
            self._bar.stop()

    def told(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total or None)
