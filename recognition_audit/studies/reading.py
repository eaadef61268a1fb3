"""A study's file into its dataclasses; an incomplete entry is refused, with its name."""

from collections.abc import Mapping, Sequence
from typing import Any

from recognition_audit.errors import BadInput
from recognition_audit.printed_table import MEASURES
from recognition_audit.studies.model import (
    MARKS,
    TASKS,
    Number,
    PublishedTable,
    Reading,
    Source,
    Study,
    TableRow,
)

Entry = Mapping[str, Any]
STUDY_FIELDS = {"title", "authors", "published", "task", "about", "limits", "sources", "numbers",
                "tables"}  # fmt: skip
READING_FIELDS = {"as_printed", "source", "date", "mark"}
NUMBER_FIELDS = READING_FIELDS | {"id", "what", "unit", "also", "corrected", "corrected_source",
                                  "why", "counts", "verified", "note"}  # fmt: skip
TABLE_FIELDS = {"id", "title", "unit", "axes", "truth", "columns", "sizes", "rows"}
ROW_FIELDS = {"system", "row", "behaves_as", "source", "date", "mark", "as_printed", "verified",
              "cells"}  # fmt: skip
CELL_FIELDS = READING_FIELDS | {"also", "corrected", "corrected_source", "why", "note"}
COUNTS = 2  # errors and out of how many


class Reader:
    """Reads one file; knows its name and its sources, so that a refusal can say where."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: dict[str, Source] = {}

    def refuse(self, entry: str, words: str) -> BadInput:
        return BadInput(f"{entry}: {words}", file=f"{self.name}.toml")

    def text(self, of: Entry, field: str, entry: str) -> str:
        value = of.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(entry, f"{field} is missing, or is not a text")
        return value

    def known(self, of: Entry, fields: set[str], entry: str) -> None:
        unknown = sorted(set(of) - fields)
        if unknown:
            raise self.refuse(entry, f"{unknown[0]} is not a field here")

    def reading(self, of: Entry, entry: str) -> Reading:
        printed, source, date, mark = (
            self.text(of, field, entry) for field in ("as_printed", "source", "date", "mark")
        )
        if mark not in MARKS:
            raise self.refuse(entry, f"the mark {mark} is none of {', '.join(MARKS)}")
        if source not in self.sources:
            raise self.refuse(entry, f"there is no source {source}")
        return Reading(printed, source, date, mark)

    def number(self, of: Entry) -> Number:
        entry = self.text(of, "id", "a number")
        self.known(of, NUMBER_FIELDS, entry)
        readings = [self.reading(of, entry)]
        for other in of.get("also", []):
            self.known(other, READING_FIELDS, entry)
            readings.append(self.reading(other, entry))
        corrected = of.get("corrected")
        if corrected is not None:
            self.text(of, "corrected", entry)
            self.text(of, "why", entry)
            if self.text(of, "corrected_source", entry) not in self.sources:
                raise self.refuse(entry, f"there is no source {of['corrected_source']}")
        counts = of.get("counts")
        if counts is not None:
            if len(counts) != COUNTS or not 0 <= counts[0] <= counts[1]:
                raise self.refuse(entry, "counts are errors and out of how many")
            counts = (counts[0], counts[1])
        what, unit = self.text(of, "what", entry), self.text(of, "unit", entry)
        said = {f: of.get(f, "") for f in ("why", "corrected_source", "verified", "note")}
        return Number(
            entry, what, unit, tuple(readings), corrected=corrected, counts=counts, **said
        )

    def table(self, of: Entry) -> PublishedTable:
        entry = self.text(of, "id", "a table")
        self.known(of, TABLE_FIELDS, entry)
        columns = {name: tuple(scope) for name, scope in of["columns"].items()}
        axes = tuple(of["axes"])
        if any(len(scope) != len(axes) for scope in columns.values()):
            raise self.refuse(entry, "a column needs a label for each axis")
        sizes = dict(of.get("sizes", {}))
        if set(sizes) - {name for name, scope in columns.items() if all(scope)}:
            raise self.refuse(entry, "a size stands with a column that is no undivided group")
        unit = self.text(of, "unit", entry)
        rows = tuple(self.row(row, entry, unit, list(columns)) for row in of["rows"])
        title = self.text(of, "title", entry)
        return PublishedTable(
            entry, title, unit, axes, of.get("truth", ""), columns, sizes, rows
        )  # fmt: skip

    def row(self, of: Entry, table: str, unit: str, columns: Sequence[str]) -> TableRow:
        system, row = self.text(of, "system", table), self.text(of, "row", table)
        entry = f"{table}/{system}/{row}"
        self.known(of, ROW_FIELDS, entry)
        behaves_as = self.text(of, "behaves_as", entry)
        if behaves_as not in MEASURES:
            raise self.refuse(entry, f"{behaves_as} is no measure")
        printed = of.get("as_printed", [])
        if len(printed) != len(columns):
            raise self.refuse(entry, f"{len(printed)} cells for {len(columns)} columns")
        apart = of.get("cells", {})
        if set(apart) - set(columns):
            raise self.refuse(entry, "a cell stands for a column that is not there")
        shared = {field: of.get(field) for field in ("source", "date", "mark", "verified")}
        numbers = []
        for column, text in zip(columns, printed, strict=True):
            own = apart.get(column, {})
            self.known(own, CELL_FIELDS, f"{entry}/{column}")
            cell = {k: v for k, v in shared.items() if v} | {"as_printed": text} | own
            what = f"{system}, {row} (behaves as {behaves_as}), {column}"
            cell |= {"id": f"{entry}/{column}", "what": what, "unit": unit}
            numbers.append(self.number(cell))
        return TableRow(system, row, behaves_as, tuple(numbers))


def study_from(name: str, content: Entry) -> Study:
    """A study; raises BadInput for a field that is missing, empty or unknown."""
    reader = Reader(name)
    reader.known(content, STUDY_FIELDS, "the study")
    for key, of in content.get("sources", {}).items():
        reader.known(of, {"title", "date", "where"}, key)
        told = [reader.text(of, field, key) for field in ("title", "date", "where")]
        reader.sources[key] = Source(key, *told)
    numbers = tuple(reader.number(one) for one in content.get("numbers", []))
    tables = tuple(reader.table(one) for one in content.get("tables", []))
    title, authors, published, task, about = (
        reader.text(content, field, "the study")
        for field in ("title", "authors", "published", "task", "about")
    )
    if task not in TASKS:
        raise reader.refuse("the study", f"the task {task} is none of {', '.join(TASKS)}")
    study = Study(
        name, title, authors, published, task, about, tuple(content.get("limits", [])),
        reader.sources, numbers, tables,
    )  # fmt: skip
    ids = [one.id for one in study.numbers()]
    if not ids:
        raise reader.refuse("the study", "it has no number")
    if len(set(ids)) != len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise reader.refuse(twice, "two numbers have this id")
    return study
