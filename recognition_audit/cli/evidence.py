"""recognition-audit evidence: published studies as data."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from recognition_audit import studies
from recognition_audit.cli import options as shared
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
    shown = Table("name", "title", "published", "task", "numbers", "tables")
    for study in every:
        told = _summary(study)
        shown.add_row(*(escape(str(told[name])) for name in ("name", "title", "published", "task")),
                      str(told["numbers"]), ", ".join(told["tables"]))  # fmt: skip
    Console(highlight=False).print(shown)


def _study(study: Study) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{escape(study.title)}[/bold]. {escape(study.authors)}, {study.published}")
    console.print(escape(" ".join(study.about.split())) + "\n")
    shown = Table("number", "as printed", "unit", "mark", "date", "source", "said of it")
    for number in study.singles:
        _rows(shown, study, number)
    if study.singles:
        console.print(shown)
    for table in study.tables:
        console.print(f"Table {table.id}: {escape(table.title)} (--table {table.id})")
    _marks(console, study)
    for limit in study.limits:
        console.print(f"[dim]{escape(limit)}[/dim]")


def _rows(shown: Table, study: Study, number: Number) -> None:
    """A row for each reading: where sources disagree, all of them are shown."""
    for place, reading in enumerate(number.readings):
        first = place == 0
        shown.add_row(
            escape(number.what) if first else "  also",
            escape(reading.as_printed),
            escape(number.unit) if first else "",
            reading.mark,
            reading.date,
            escape(study.sources[reading.source].title),
            escape(_said(number)) if first else "",
        )


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
    console = Console(highlight=False)
    shown = Table("system", "row", "behaves as", "mark", *table.columns, title=escape(table.title))
    notes = []
    for row in table.rows:
        cells = []
        for name, number in zip(table.columns, row.numbers, strict=True):
            told = _apart(number)
            if told:
                notes.append(f"{row.system} {row.row} {name}: {told}")
            cells.append(number.as_printed + ("*" if told else ""))
        marks = "/".join(sorted({number.readings[0].mark for number in row.numbers}))
        shown.add_row(escape(row.system), escape(row.row), row.behaves_as, marks, *cells)
    console.print(shown)
    for note in notes:
        console.print(f"* {escape(note)}")
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
