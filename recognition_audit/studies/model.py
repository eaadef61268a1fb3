"""What a study's file holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recognition_audit.errors import BadInput
from recognition_audit.printed_table import MISSING_MAX, Cell, Group, PrintedTable

MARKS = {
    "R": "read at the source",
    "S": "read second-hand, in a document that quotes the source",
    "M": "remembered, not read: check before publishing",
    "V": "worked out or counted here",
}
TASKS = ("comparison", "search", "classification", "press")


@dataclass(frozen=True)
class Source:
    """Where numbers come from. date is the source's own, as far as it is known."""

    key: str
    title: str
    date: str
    where: str


@dataclass(frozen=True)
class Reading:
    """What one source prints. date: of the printing, or the day that the number is about."""

    as_printed: str
    source: str
    date: str
    mark: str


@dataclass(frozen=True)
class Number:
    """A published number. The first reading is the one that this package goes by.

    corrected : what it should be, where what is printed cannot be right; why says the reason,
        corrected_source where that is from.
    counts : errors (or hits) and out of how many, where these are known.
    verified : how the number was checked here; "" where it was not.
    """

    id: str
    what: str
    unit: str
    readings: tuple[Reading, ...]
    corrected: str | None = None
    why: str = ""
    corrected_source: str = ""
    counts: tuple[int, int] | None = None
    verified: str = ""
    note: str = ""

    @property
    def as_printed(self) -> str:
        return self.readings[0].as_printed

    @property
    def value(self) -> str:
        """The corrected text where there is one, else the first reading."""
        return self.corrected if self.corrected is not None else self.as_printed

    @property
    def disputed(self) -> bool:
        """Whether sources print different things."""
        return len({reading.as_printed for reading in self.readings}) > 1


@dataclass(frozen=True)
class TableRow:
    """A row of a printed table: one system, one row name, a number for each column."""

    system: str
    row: str
    behaves_as: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class PublishedTable:
    """A table of percentages over groups and margins.

    columns : column name → its labels on the axes ("" on an axis: all of them).
    sizes : faces of each undivided group by column name, as the percentages need them.
    """

    id: str
    title: str
    unit: str
    axes: tuple[str, ...]
    truth: str
    columns: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]
    rows: tuple[TableRow, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.system for row in self.rows))


@dataclass(frozen=True)
class Study:
    """A published study; `task` says what was tested (press: figures that newspapers printed)."""

    name: str
    title: str
    authors: str
    published: str
    task: str
    about: str
    limits: tuple[str, ...]
    sources: Mapping[str, Source]
    singles: tuple[Number, ...]
    tables: tuple[PublishedTable, ...]

    def numbers(self) -> Iterator[Number]:
        """Every number, those of tables included."""
        yield from self.singles
        for table in self.tables:
            for row in table.rows:
                yield from row.numbers

    def number(self, number_id: str) -> Number:
        """The number with this id; raises KeyError."""
        for one in self.numbers():
            if one.id == number_id:
                return one
        raise KeyError(number_id)

    def table(self, table_id: str) -> PublishedTable:
        """The table with this id; raises BadInput."""
        for one in self.tables:
            if one.id == table_id:
                return one
        there = ", ".join(one.id for one in self.tables) or "none"
        raise BadInput(f"{self.name} has no table {table_id[:40]!r}; there are: {there}")

    def printed_table(
        self, table_id: str, system: str, *, missing: int = MISSING_MAX
    ) -> PrintedTable:
        """A system's rows as `recovery.recover` takes them."""
        table = self.table(table_id)
        rows = [row for row in table.rows if row.system == system]
        if not rows:
            raise BadInput(f"{table_id} has no system {system}; there are: {table.systems}")
        cells = tuple(
            Cell(row.row, table.columns[name], number.as_printed)
            for row in rows
            for name, number in zip(table.columns, row.numbers, strict=True)
        )
        return PrintedTable(
            table.axes,
            tuple(Group(table.columns[name], size) for name, size in table.sizes.items()),
            cells,
            table.truth or None,
            tuple(sorted((row.row, row.behaves_as) for row in rows)),
            missing,
        )
