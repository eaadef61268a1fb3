"""A printed table of percentages, as the paper prints it: the input of the integer solver.

A row of the table is one group, one intersection or one margin; a column is a measure. Printed
cells stay texts, because “94.0” and “94” do not say the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values

# What a measure's numerator and denominator count. own: the row's groups; other: the groups of the
# other class in the same scope. sizes are faces processed; `all` is every face, processed or not.
MEASURES = {
    "recall": "faces of the group that got their true label / faces of the group",
    "accuracy": "another word for recall where the group holds every class",
    "error": "faces of the group with a wrong label / faces of the group processed",
    "error_of_all": "faces of the group with a wrong label or none / all faces of the group",
    "failure": "faces of the group not processed / all faces of the group",
    "precision": "faces given the group's label that have it / faces given it",
    "false_discovery": "1 - precision",
    "false_discovery_of_other": "1 - precision of the other label",
    "false_positive_rate": "faces of the other class given this label / faces of the other class",
}
OF_LABELS = ("precision", "false_discovery", "false_discovery_of_other", "false_positive_rate")
SIZE_COLUMN, SYSTEM_COLUMN = "n", "system"
MISSING_MAX = 25  # faces a group that a vendor may have left out, as research R1.1 allows
ROUNDINGS = ("nearest", "down")
NUMBER = re.compile(r"(\d{1,3})(?:\.(\d{1,6}))?\s*%?")


@dataclass(frozen=True)
class Group:
    """An undivided group: its label on each axis, and how many faces it has at most."""

    axes: tuple[str, ...]
    size: int

    @property
    def name(self) -> str:
        return " · ".join(self.axes)


@dataclass(frozen=True)
class Cell:
    """A printed percentage. `row` is what the table calls the measure, `scope` the labels of the
    groups it is about; "" on an axis: all of them."""

    row: str
    scope: tuple[str, ...]
    printed: str

    @property
    def name(self) -> str:
        return f"{self.row} of {' · '.join(label for label in self.scope if label) or 'all'}"

    def number(self, digits_of_whole: int) -> tuple[int, int]:
        """The printed digits as a whole number, and how many of them are decimals.

        A bare 0 or 100 in a table with decimals is taken to have them too: papers print 100, not
        100.0. Any other whole number is rounded to the unit.
        """
        found = NUMBER.fullmatch(self.printed.strip())
        if found is None:
            raise BadInput(f"{self.name}: {self.printed[:40]!r} is not a printed percentage")
        whole, decimals = found[1], found[2] or ""
        if not decimals and whole in ("0", "100"):
            decimals = "0" * digits_of_whole
        return int(whole + decimals), len(decimals)


@dataclass(frozen=True)
class PrintedTable:
    """Groups, the axes that cross, and the printed cells.

    truth : the axis that holds the true class (None: no measure of labels can be used).
    measures : what each row's name means, where it is not itself a measure.
    missing : how many faces of each group the printed figures may have left out.
    rounding : "nearest" (a tie may have gone either way) or "down" (cut off).
    """

    axes: tuple[str, ...]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    truth: str | None = None
    measures: tuple[tuple[str, str], ...] = ()
    missing: int = MISSING_MAX
    rounding: str = "nearest"

    def __post_init__(self) -> None:
        if self.rounding not in ROUNDINGS:
            raise BadInput(f"rounding is one of {', '.join(ROUNDINGS)}")
        if self.missing < 0:
            raise BadInput("a group cannot lack fewer than 0 faces")
        if not self.groups or not self.cells:
            raise BadInput("the table needs a group with its size and a printed cell")
        if self.truth is not None and self.truth not in self.axes:
            raise BadInput(f"the true class {self.truth} is not among the axes {self.axes}")
        for cell in self.cells:
            self.measure_of(cell)
            if not self.members(cell.scope):
                raise BadInput(f"{cell.name}: no group with a size is in it")

    @property
    def digits(self) -> int:
        """The most decimals that any cell has."""
        return max(cell.number(0)[1] for cell in self.cells)

    def measure_of(self, cell: Cell) -> str:
        """The measure of a cell; raises BadInput for a name that says nothing."""
        measure = dict(self.measures).get(cell.row, cell.row)
        if measure not in MEASURES:
            words = f"{cell.row} is no measure; say which of {', '.join(MEASURES)} it is"
            raise BadInput(words)
        return measure

    def members(self, scope: Sequence[str]) -> list[int]:
        """The places of the groups that a scope holds."""
        return [
            place
            for place, group in enumerate(self.groups)
            if all(want in ("", have) for want, have in zip(scope, group.axes, strict=True))
        ]

    def others(self, scope: Sequence[str]) -> list[int]:
        """The groups of the other class within the same scope; none where the scope has both."""
        if self.truth is None:
            raise BadInput("precision needs the axis of the true class: say truth")
        place = self.axes.index(self.truth)
        if scope[place] == "":
            return []
        wide = [*scope[:place], "", *scope[place + 1 :]]
        inside = set(self.members(scope))
        others = [one for one in self.members(wide) if one not in inside]
        if len({self.groups[one].axes[place] for one in others}) != 1:
            raise BadInput("precision can be worked out for two classes only")
        return others

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Mapping[str, str | None]],
        *,
        axes: Sequence[str],
        truth: str | None = None,
        measures: Mapping[str, str] | None = None,
        missing: int = MISSING_MAX,
        rounding: str = "nearest",
    ) -> "PrintedTable":
        """A table from rows as they are printed: axis labels (blank: a margin), n, and a column
        for each measure or each name that `measures` translates. Raises BadInput."""
        groups, cells = [], []
        known = {**{name: name for name in MEASURES}, **(measures or {})}
        for number, row in enumerate(rows, start=1):
            scope = tuple((row.get(axis) or "").strip() for axis in axes)
            size = (row.get(SIZE_COLUMN) or "").strip()
            if all(scope):
                groups.append(Group(scope, _size(size, number)))
            cells += [
                Cell(name, scope, str(row[name]))
                for name in row
                if name in known and (row[name] or "").strip()
            ]
        if len({group.axes for group in groups}) != len(groups):
            raise BadInput("a group stands twice in the table")
        return cls(
            tuple(axes), tuple(groups), tuple(cells), truth,
            tuple(sorted((measures or {}).items())), missing, rounding,
        )  # fmt: skip


def read_printed(
    path: Path,
    *,
    axes: Sequence[str],
    truth: str | None = None,
    measures: Mapping[str, str] | None = None,
    missing: int = MISSING_MAX,
    rounding: str = "nearest",
) -> dict[str, PrintedTable]:
    """The tables of a file by system ("" where there is no such column); raises BadInput."""
    if path.suffix == ".parquet":
        raise BadInput("a printed table is text: 94.0 and 94 differ; use CSV", file=path.name)
    names = tables.columns_of(path)
    wanted = [*axes, *(n for n in names if n not in axes)]
    for name in wanted[len(axes) :]:
        if name not in (SIZE_COLUMN, SYSTEM_COLUMN, *MEASURES, *(measures or {})):
            words = f"say what {name} is: {name}=MEASURE, of {', '.join(MEASURES)}"
            raise BadInput(words, file=path.name, column=name)
    by_system: dict[str, list[dict[str, str | None]]] = {}
    for _row, cells in tables.chunks(path, wanted):
        columns = {name: values.texts(cells[name]) for name in wanted}
        count = len(columns[wanted[0]])
        for place in range(count):
            row = {name: columns[name][place] for name in wanted}
            by_system.setdefault(row.get(SYSTEM_COLUMN) or "", []).append(row)
    return {
        system: PrintedTable.from_rows(
            rows, axes=axes, truth=truth, measures=measures, missing=missing, rounding=rounding
        )
        for system, rows in by_system.items()
    }


def _size(text: str, row: int) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise BadInput("a group needs its size: a whole number above 0", row=row, column="n")
    return int(text)
