"""--recover: the whole-number counts behind a printed table. An option of `counts`."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from recognition_audit.cli import options as shared
from recognition_audit.errors import BadInput
from recognition_audit.printed_table import (
    MEASURES,
    MISSING_MAX,
    ROUNDINGS,
    PrintedTable,
    read_printed,
)
from recognition_audit.recovery import Recovery, recover

EXAMPLES = ("recognition-audit counts printed.csv --recover --groups sex --measure PPV=recall",)
NO_SOLUTION = 2


def add(parser: argparse.ArgumentParser) -> None:
    """The options; `file`, --groups and --json are those of every command."""
    group = parser.add_argument_group("recovering counts from printed percentages")
    group.add_argument(
        "--recover", action="store_true",
        help="find every set of whole-number counts that gives all printed cells at once; "
        "exit code 2 where there is none",
    )  # fmt: skip
    group.add_argument("--truth-axis", help="the axis that holds the true class, for precision")
    group.add_argument(
        "--measure", type=shared.pair, action="append", default=[], metavar="COLUMN=MEASURE",
        help=f"what a printed column means: {', '.join(MEASURES)}",
    )  # fmt: skip
    group.add_argument(
        "--missing", type=int, default=MISSING_MAX, metavar="N",
        help=f"faces of each group that may have been left out (default {MISSING_MAX})",
    )  # fmt: skip
    group.add_argument("--rounding", choices=ROUNDINGS, default=ROUNDINGS[0])


def run(options: argparse.Namespace) -> int:
    """Recover each system's counts, print them; 2 where a table has no solution."""
    if not options.groups:
        raise BadInput("name the axes of the table: --groups skin,gender", file=options.file.name)
    tables = read_printed(
        options.file,
        axes=options.groups,
        truth=options.truth_axis,
        measures=dict(options.measure),
        missing=options.missing,
        rounding=options.rounding,
    )
    found = {system: (table, recover(table)) for system, table in tables.items()}
    if options.json:
        document = {system: as_document(*one) for system, one in found.items()}
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False, sort_keys=True)
        sys.stdout.write("\n")
    else:
        _show(found)
    return 0 if all(one.count for _table, one in found.values()) else NO_SOLUTION


def as_document(table: PrintedTable, found: Recovery) -> dict[str, Any]:
    """A recovery as JSON: verdict, number of solutions, ranges, the first solutions, the blame."""
    return {
        "verdict": found.verdict,
        "solutions": found.count,
        "missing_at_most": table.missing,
        "rounding": table.rounding,
        "ranges": {
            name: {"processed": [low.processed, high.processed], "right": [low.right, high.right]}
            for name, (low, high) in found.ranges.items()
        },
        "first": [
            {name: [one.right, one.processed] for name, one in solution.items()}
            for solution in found.solutions[:10]
        ],
        "impossible": [
            [{"cell": cell.name, "printed": cell.printed} for cell in cells]
            for cells in found.impossible
        ],
    }


def _show(found: Mapping[str, tuple[PrintedTable, Recovery]]) -> None:
    console = Console(highlight=False)
    for system, (table, one) in found.items():
        console.print(f"[bold]{escape(system)}[/bold] {_sentence(table, one)}".strip())
        for cells in one.impossible:
            told = ", ".join(f"{cell.name} = {cell.printed}" for cell in cells)
            console.print(f"  The rest can be met without: {escape(told)}")
        if one.count:
            console.print(_ranges(one))


def _sentence(table: PrintedTable, one: Recovery) -> str:
    allowed = f"with up to {table.missing} faces of each group left out"
    if not one.count:
        return f"No whole-number counts give every printed cell, {allowed}."
    if one.count == 1:
        return f"Only these counts give every printed cell, {allowed}."
    return f"{one.count:,} sets of counts give every printed cell, {allowed}."


def _ranges(one: Recovery) -> Table:
    shown = Table()
    for name in ("group", "processed", "right", "wrong"):
        shown.add_column(name, justify="left" if name == "group" else "right")
    for name, (low, high) in one.ranges.items():
        wrong = [solution[name].wrong for solution in one.solutions]
        shown.add_row(
            escape(name),
            _span(low.processed, high.processed),
            _span(low.right, high.right),
            _span(min(wrong), max(wrong)) if one.count == len(one.solutions) else "",
        )
    return shown


def _span(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} – {high:,}"
