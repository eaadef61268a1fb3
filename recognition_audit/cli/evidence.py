"""recognition-audit evidence: published studies as data."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape

from recognition_audit import studies
from recognition_audit.cli import options as shared
from recognition_audit.printed_table import MEASURES
from recognition_audit.studies import MARKS, Number, PublishedTable, Study

EXAMPLES = (
    "recognition-audit evidence list",
    "recognition-audit evidence show gender-shades --table table-4",
    "recognition-audit evidence show aclu-massachusetts-2019 --json",
)


def add(commands: Any) -> None:
    parser = shared.command(commands, "evidence", "published studies as data", run, EXAMPLES)
    wanted = parser.add_subparsers(required=True, metavar="list|show", dest="wanted")
    listing = wanted.add_parser("list", help="the studies that are held")
    showing = wanted.add_parser("show", help="a study's numbers with their sources and marks")
    showing.add_argument(
        "name", choices=studies.names(), metavar="NAME", help="see `evidence list`"
    )
    form = showing.add_mutually_exclusive_group()
    form.add_argument("--table", metavar="ID", help="one printed table instead of the numbers")
    for one in (listing, form):
        one.add_argument("--json", action="store_true", help="print it for machines")


def run(options: argparse.Namespace) -> int:
    if options.wanted == "list":
        every = [studies.load(name) for name in studies.names()]
        _json([_summary(study) for study in every]) if options.json else _list(every)
        return 0
    study = studies.load(options.name)
    if options.json:
        _json(asdict(study))
    elif options.table:
        _table(study, study.table(options.table))
    else:
        _study(study)
    return 0


def _json(document: Any) -> None:
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _summary(study: Study) -> dict[str, Any]:
    return {
        "name": study.name,
        "title": study.title,
        "published": study.published,
        "task": study.task,
        "numbers": len(list(study.numbers())),
        "tables": [table.id for table in study.tables],
    }


def _list(every: list[Study]) -> None:
    console = _console()
    for study in every:
        told = _summary(study)
        tables = f", tables: {', '.join(told['tables'])}" if told["tables"] else ""
        console.print(f"[bold]{study.name}[/bold]  {escape(study.title)}")
        console.print(f"  {study.published}, {study.task}, {told['numbers']} numbers{tables}")


def _study(study: Study) -> None:
    console = _console()
    console.print(f"[bold]{escape(study.title)}[/bold]. {escape(study.authors)}, {study.published}")
    console.print(escape(" ".join(study.about.split())))
    for number in study.singles:
        console.print(f"\n{escape(number.what)}")
        for reading in number.readings:
            source = study.sources[reading.source].title
            printed = f"[bold]{escape(reading.as_printed)}[/bold] {escape(number.unit)}"
            console.print(f"  {printed}  ({reading.mark}) {escape(source)}, {reading.date}")
        if said := _said(number):
            console.print(f"  {escape(said)}")
    console.print()
    for table in study.tables:
        console.print(f"Table {table.id}: {escape(table.title)} (--table {table.id})")
    _marks(console, study)
    for limit in study.limits:
        console.print(f"[dim]{escape(limit)}[/dim]")


def _console() -> Console:
    return Console(highlight=False)


def _said(number: Number) -> str:
    """Correction, counts, how it was checked and the note, in that order."""
    parts = []
    if number.corrected is not None:
        parts.append(f"Corrected: {number.corrected}. {number.why}")
    if number.counts:
        parts.append(f"{number.counts[0]} of {number.counts[1]}.")
    if number.verified:
        parts.append(f"Checked: {number.verified}.")
    return " ".join([*parts, *([number.note] if number.note else [])])


def _table(study: Study, table: PublishedTable) -> None:
    """Lines longer than the terminal go on in the next one: no number is cut off."""
    console = _console()
    console.print(f"[bold]{escape(table.title)}[/bold] ({escape(table.unit)})")
    lines = [["system", "row", "mark", *table.columns]]
    notes = []
    for row in table.rows:
        cells = []
        for name, number in zip(table.columns, row.numbers, strict=True):
            told = _apart(number)
            if told:
                notes.append(f"{row.system} {row.row} {name}: {told}")
            cells.append(number.as_printed + ("*" if told else ""))
        marks = "/".join(sorted({number.readings[0].mark for number in row.numbers}))
        lines.append([row.system, row.row, marks, *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        words = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        console.print(escape("  ".join(words).rstrip()), soft_wrap=True)
    for note in notes:
        console.print(f"* {escape(note)}")
    meant = dict.fromkeys((row.row, row.behaves_as) for row in table.rows)
    for printed, means in meant:
        console.print(f"{escape(printed)} behaves as {means}: {MEASURES[means]}")
    _marks(console, study)


def _apart(number: Number) -> str:
    """What sets a cell apart from the rest of its row; "" for most cells."""
    others = "; ".join(
        f"{one.source} prints {one.as_printed} ({one.mark})"
        for one in number.readings[1:]
        if one.as_printed != number.as_printed
    )
    corrected = f"corrected {number.corrected}: {number.why}" if number.corrected else ""
    return ". ".join(part for part in (others, corrected, number.note) if part)


def _marks(console: Console, study: Study) -> None:
    used = {reading.mark for number in study.numbers() for reading in number.readings}
    for mark in sorted(used):
        console.print(f"[dim]{mark}: {MARKS[mark]}[/dim]")
