"""Subjects and groups as small whole numbers, given out in the order of appearance.

The order is nobody's business: `settled` gives them out again in alphabetical order, so that
nothing computed from them depends on how a file was split.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput

Group = tuple[str, ...]  # one value for each axis
CodeArray = NDArray[np.int64]
UNKNOWN = -2  # not met yet
MISSING = -1
TABLES_KEPT = 8
GROUPS_MAX = 1_000


class Codes:
    """Things to codes 0, 1, 2, …; the same thing always gets the same code."""

    def __init__(self) -> None:
        self.of: dict[Any, int] = {}
        self._tables: dict[int, tuple[Sequence[Any], NDArray[Any]]] = {}  # by the things' id

    def __len__(self) -> int:
        return len(self.of)

    def __getstate__(self) -> dict[str, Any]:
        return {"of": self.of, "_tables": {}}

    def code(self, thing: Any) -> int:
        return self.of.setdefault(thing, len(self.of))

    def fill(self, things: Sequence[Any]) -> None:
        """Give these, each there once, the codes 0, 1, 2, …"""
        self.of = {thing: code for code, thing in enumerate(things)}

    def codes(self, things: NDArray[Any]) -> CodeArray:
        """Codes of texts, shape (n,); each distinct one is looked up once."""
        distinct, places = np.unique(things.astype(str), return_inverse=True)
        return np.array([self.code(thing) for thing in distinct], dtype=np.int64)[places]

    def of_local(
        self, local: NDArray[Any], things: Sequence[Any], kind: type | None = np.int64
    ) -> NDArray[Any]:
        """Codes of rows, shape (n,), that say in `local` which of the things they hold.

        None among the things is MISSING. Only things that some row holds get a code: a
        dictionary in a file may list more than its rows use. kind : of the codes; None for any.
        """
        table = self._table(things, kind or np.int32)
        if not len(local):
            return np.zeros(0, dtype=table.dtype)
        # A file mostly lists its things in one order: then a place is the code, at no cost.
        used = table[: int(local.max()) + 1]
        if local.dtype.kind == "i" and (used == np.arange(len(used))).all():
            return local if kind is None else local.astype(kind, copy=False)
        rows = np.take(table, local, mode="clip")
        if rows.size and rows.min() == UNKNOWN:
            for place in np.unique(local[rows == UNKNOWN]).tolist():
                table[place] = self.code(things[place])
            rows = np.take(table, local, mode="clip")
        return rows

    def _table(self, things: Sequence[Any], kind: type) -> NDArray[Any]:
        """The code of each thing. Kept for the next batch, which mostly has the same things."""
        kept = self._tables.get(id(things))
        if kept is None or kept[0] is not things:
            found = [MISSING if thing is None else self.of.get(thing, UNKNOWN) for thing in things]
            if len(self._tables) >= TABLES_KEPT:
                self._tables.clear()
            kept = self._tables[id(things)] = things, np.array(found, dtype=kind)
        return kept[1]


class Units:
    """The units of resampling: a subject in a group. Group -1: a label is missing.

    by_group : without subject ids a whole group is the unit, under the group's code.
    labels : the groups of subjects by id, where they do not stand beside the scores.
    """

    def __init__(
        self,
        axes: list[str],
        *,
        by_group: bool = False,
        labels: Mapping[str, tuple[str | None, ...]] | None = None,
    ) -> None:
        self.axes, self.by_group = axes, by_group
        self.subjects = Codes()
        self.groups = Codes()
        self._labels = labels
        self._pairs = Codes()  # (subject, group) -> unit
        self._home = np.zeros(0, dtype=np.int64)  # the group in which a subject was met first
        self._home_unit = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.groups) if self.by_group else len(self._pairs)

    def units(
        self, subjects: NDArray[Any], labels: list[NDArray[Any]]
    ) -> tuple[CodeArray, CodeArray]:
        """Unit and group of each row by texts; both of shape (n,)."""
        known = self.subjects.codes(subjects)
        groups = self.group_codes([_local(axis) for axis in labels], len(subjects))
        return self.unit_codes(known, groups), groups

    def group_codes(
        self, axes: Sequence[tuple[NDArray[Any], Sequence[str | None]]], rows: int
    ) -> NDArray[Any]:
        """The group of each row, shape (n,), from which value it has on each axis."""
        if not axes:
            return np.full(rows, self.groups.code(()), dtype=np.int32)
        local, values = axes[0]
        names: list[tuple[str | None, ...]] = [(value,) for value in values]
        for more, others in axes[1:]:
            # The values that occur together, as one axis.
            joint = local.astype(np.int64) * len(others) + more
            there, local = np.unique(joint, return_inverse=True)
            names = [
                (*names[place // len(others)], others[place % len(others)])
                for place in there.tolist()
            ]
        things = [None if None in name else name for name in names]
        codes = self.groups.of_local(local, things, None)
        self._refuse_many()
        return codes

    def _refuse_many(self) -> None:
        """Where every person is a group, a column holds no groups; nothing of it could be shown."""
        if len(self.groups) > GROUPS_MAX:
            of = " × ".join(self.axes)
            words = f"{of} makes more than {GROUPS_MAX:,} groups; name fewer axes, or others"
            raise BadInput(f"{words}: --groups NAME,NAME")

    def groups_of_subjects(self, subjects: CodeArray) -> CodeArray:
        """The group of each row by the table of subjects; shape (n,)."""
        self._meet(len(self.subjects))
        return np.take(self._home, subjects, mode="clip")

    def unit_codes(self, subjects: NDArray[Any], groups: NDArray[Any]) -> NDArray[Any]:
        """The unit of each row, shape (n,)."""
        if self.by_group:
            return groups
        self._meet(len(self.subjects))
        home = np.take(self._home, subjects, mode="clip")
        if self._labels is None and home.size and home.min() == UNKNOWN:
            new = np.flatnonzero(home == UNKNOWN)
            self._home[subjects[new]] = groups[new]
            home = np.take(self._home, subjects, mode="clip")
        units = np.take(self._home_unit, subjects, mode="clip")
        if units.size and units.min() == UNKNOWN:
            for subject in np.unique(subjects[units == UNKNOWN]).tolist():
                self._home_unit[subject] = self._pairs.code((subject, int(self._home[subject])))
            units = np.take(self._home_unit, subjects, mode="clip")
        # A subject that is labelled in two ways is a unit in each of them.
        elsewhere = np.flatnonzero(home != groups)
        if len(elsewhere):
            joint = (subjects[elsewhere] << 20) + groups[elsewhere] + 1
            there, places = np.unique(joint, return_inverse=True)
            codes = [self._pairs.code((one >> 20, (one & 0xFFFFF) - 1)) for one in there.tolist()]
            units[elsewhere] = np.array(codes, dtype=np.int64)[places]
        return units

    def group_of_unit(self) -> CodeArray:
        """The group of each unit, shape (units,)."""
        if self.by_group:
            return np.arange(len(self.groups), dtype=np.int64)
        return np.array([group for _subject, group in self._pairs.of], dtype=np.int64)

    def people(self) -> list[tuple[str, Group | None]]:
        """The subject and the group of each unit; None where its label is missing."""
        subjects, groups = list(self.subjects.of), self.group_list()
        return [(subjects[one], groups[g] if g >= 0 else None) for one, g in self._pairs.of]

    def group_list(self) -> list[Group]:
        return list(self.groups.of)

    def absorb(self, other: "Units") -> tuple[CodeArray, CodeArray]:
        """Know the other's too. Gives the codes here of the other's units and of its groups."""
        groups = [self.groups.code(group) for group in other.groups.of]
        self._refuse_many()
        if self.by_group:
            return _array(groups), _array(groups)
        subjects = [self.subjects.code(subject) for subject in other.subjects.of]
        self._meet(len(self.subjects))
        units = []
        for subject, group in other._pairs.of:
            here = subjects[subject]
            code = self._pairs.code((here, groups[group] if group >= 0 else MISSING))
            units.append(code)
            if self._home_unit[here] == UNKNOWN:
                self._home_unit[here] = code
                self._home[here] = groups[group] if group >= 0 else MISSING
        return _array(units), _array(groups)

    def settled(self) -> tuple["Units", CodeArray, CodeArray]:
        """The same in alphabetical order, with the new codes of the units and of the groups."""
        result = Units(self.axes, by_group=self.by_group, labels=self._labels)
        result.groups.fill(sorted(self.groups.of))
        groups = [result.groups.of[group] for group in self.groups.of]
        if self.by_group:
            return result, _array(groups), _array(groups)
        result.subjects.fill(sorted(self.subjects.of))
        subjects = [result.subjects.of[subject] for subject in self.subjects.of]
        pairs = [
            (subjects[subject], groups[group] if group >= 0 else MISSING)
            for subject, group in self._pairs.of
        ]
        result._pairs.fill(sorted(pairs))
        return result, _array([result._pairs.of[pair] for pair in pairs]), _array(groups)

    def _meet(self, subjects: int) -> None:
        """Make room for the homes of so many subjects, and look up those in the table."""
        before = len(self._home)
        if before >= subjects:
            return
        self._home = np.pad(self._home, (0, subjects - before), constant_values=UNKNOWN)
        self._home_unit = np.pad(self._home_unit, (0, subjects - before), constant_values=UNKNOWN)
        if self._labels is not None:
            for place, subject in enumerate(list(self.subjects.of)[before:], start=before):
                labels = self._labels.get(subject, (None,))
                self._home[place] = MISSING if None in labels else self.groups.code(labels)
            self._refuse_many()


def _local(texts: NDArray[Any]) -> tuple[NDArray[Any], list[str | None]]:
    """Which of the distinct texts each row holds, and these texts."""
    missing = np.array([text is None for text in texts], dtype=bool)
    distinct, places = np.unique(texts.astype(str), return_inverse=True)
    places[missing] = len(distinct)
    return places, [*distinct.tolist(), None]


def _array(codes: list[int]) -> CodeArray:
    return np.array(codes, dtype=np.int64)
