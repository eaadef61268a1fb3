"""recognition-audit check: what a file holds, and which audit could use it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from recognition_audit.checking import Checked, check_file
from recognition_audit.cli import columns
from recognition_audit.cli import options as shared
from recognition_audit.cli.output import Bar
from recognition_audit.readers.sniffing import LAYOUTS

EXAMPLES = (
    "recognition-audit check pairs.csv",
    "recognition-audit check distances.parquet --subjects subjects.csv --json",
)
COLUMNS_SHOWN = 20


def add(commands: Any) -> None:
    parser = shared.command(commands, "check", "look at a file before an audit", run, EXAMPLES)
    parser.add_argument("file", type=Path, help="CSV, TSV, JSON lines or Parquet")
    columns.add(parser)
    parser.add_argument(
        "--layout", choices=[*LAYOUTS, "embeddings"], help="by the columns' names if not given"
    )
    parser.add_argument("--groups", type=shared.words, help="axes of the groups")
    parser.add_argument(
        "--subjects", "--truth", dest="subjects", type=Path,
        help="table of subjects or of true labels",
    )  # fmt: skip
    parser.add_argument("--attribute", default="gender", help="what is predicted")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--distance", dest="polarity", action="store_const", const="distance")
    kind.add_argument("--similarity", dest="polarity", action="store_const", const="similarity")


def run(options: argparse.Namespace) -> int:
    with Bar() as bar:
        found = check_file(
            options.file,
            layout=options.layout,
            subjects=options.subjects,
            polarity=options.polarity,
            groups=options.groups,
            columns=columns.chosen(options),
            attribute=options.attribute,
            progress=bar.told,
        )
    if options.json:
        sys.stdout.buffer.write(found.to_bytes())
    else:
        show(found)
    return 0


def show(found: Checked) -> None:
    """What was found as a person reads it in a terminal."""
    console, of = Console(highlight=False), found.document
    rows = of["inputs"][0]["rows"]
    console.print(f"{of['layout'] or 'no known layout'}, {rows:,} rows")
    names = of["columns"][:COLUMNS_SHOWN]
    more = len(of["columns"]) - len(names)
    said = escape(", ".join(names)) + (f" and {more} more" if more > 0 else "")
    console.print(f"Columns: {said}" if said else "No headings")
    by_name, by_data = of["polarity"]["by_name"], of["polarity"]["by_data"]
    if by_name or by_data:
        told = by_name or "nothing"
        console.print(f"Polarity: {told} by name, {by_data or 'not known'} by data")
    for one in of["checks"]:
        mark = "" if one["severity"] == "info" else f"{one['severity']}: "
        console.print(f"{mark}{one['count']:,} {escape(one['message'])}")
    if of["groups"]:
        console.print(_groups(of["groups"]))
    for audit in of["audits"]:
        state = "ready" if audit["ready"] else "not yet"
        console.print(f"{audit['audit']}: {state}")
        for line in audit["says"]:
            console.print(f"  would say: {escape(line)}")
        for line in audit["needs"]:
            console.print(f"  needs: {escape(line)}")
        if audit["command"]:
            console.print(f"  {escape(audit['command'])}", soft_wrap=True)


def _groups(rows: list[dict[str, Any]]) -> Table:
    every = ("subjects", "samples", "searches", "mated", "impostors")
    kinds = [kind for kind in every if any(row.get(kind) is not None for row in rows)]
    table = Table(title="Groups")
    table.add_column("group")
    for kind in kinds:
        table.add_column(kind, justify="right")
    table.add_column("")
    for row in rows:
        numbers = ["–" if row.get(kind) is None else f"{row[kind]:,}" for kind in kinds]
        said = "" if row["adequacy"] == "enough" else row["adequacy"]
        table.add_row(escape(row["id"]), *numbers, said)
    return table
