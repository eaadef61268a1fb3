"""The groups that a report shows: those of the intersection of all axes, then those of each axis.

How many subjects and comparisons each has decides what may be shown of it at all.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recognition_audit.histogram import Cell
from recognition_audit.limits import ERRORS_FOR_A_RATE, Adequacy, adequacy
from recognition_audit.metrics.verification import impostor_cell, mated_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.units import Group
from recognition_audit.tally import Tally
from recognition_audit.views import views

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One group: the labels that its people have on some of the axes.

    places : which axes. Groups of the intersection have all of them.
    """

    name: str
    axes: tuple[str, ...]
    places: tuple[int, ...]
    labels: Group

    def has(self, group: Group) -> bool:
        """Whether a group of the intersection is part of it."""
        return tuple(group[place] for place in self.places) == self.labels

    def holds(self, cell: Cell) -> bool:
        """Whether both people of a histogram's cell are of this group."""
        _mated, first, second = cell
        return self._same(first) and self._same(second)

    def _same(self, labels: Sequence[str | None]) -> bool:
        return tuple(labels[place] for place in self.places) == self.labels


def all_views(axes: Sequence[str], groups: Sequence[Group]) -> Iterator[View]:
    """Every group, the intersection first."""
    for names, members in views(axes, groups):
        places = tuple(list(axes).index(name) for name in names)
        for name, codes in members.items():
            labels = tuple(groups[min(codes)][place] for place in places)
            yield View(name, tuple(names), places, labels)


@dataclass(frozen=True)
class Size:
    """How much data a group has. subjects None: not known."""

    view: View
    subjects: int | None
    mated: int
    impostors: int
    of_impostors: Adequacy
    of_mated: Adequacy

    @property
    def adequacy(self) -> Adequacy:
        both = (self.of_impostors, self.of_mated)
        return Adequacy.TOO_FEW if set(both) == {Adequacy.TOO_FEW} else Adequacy.ENOUGH

    def row(self, hidden: Collection[str] = ()) -> Row:
        """The group as `groups` shows it.

        hidden : which of subjects, mated and impostors are not shown.
        """
        numbers = {"subjects": self.subjects, "mated": self.mated, "impostors": self.impostors}
        compared = [numbers[name] for name in ("mated", "impostors") if name not in hidden]
        nothing = "subjects" in hidden or (self.subjects is None and not any(compared))
        told = Adequacy.TOO_FEW if nothing else Adequacy.ENOUGH
        return {
            "id": self.view.name,
            "axes": dict(zip(self.view.axes, self.view.labels, strict=True)),
            "adequacy": told.value,
        } | {name: None if nothing or name in hidden else value for name, value in numbers.items()}


def sizes(tally: Tally, comparisons: Comparisons) -> list[Size]:
    """The size of every group, as `all_views` lists them."""
    units, known = comparisons.units, comparisons.has_subjects
    group_of, groups = units.group_of_unit(), units.group_list()
    compared = tally.compared
    found = []
    for view in all_views(units.axes, groups):
        codes = {code for code, group in enumerate(groups) if view.has(group)}
        impostors = impostor_cell(tally, 0, group_of, codes, codes)
        mated = mated_cell(tally, 0, group_of, codes)
        people = int((np.isin(group_of, list(codes)) & compared).sum())
        found.append(
            Size(
                view,
                people if known else None,
                mated.trials,
                impostors.trials,
                *(
                    adequacy(ERRORS_FOR_A_RATE, cell.trials, cell.subjects if known else None)
                    for cell in (impostors, mated)
                ),
            )
        )
    return found
