"""Nothing that is hidden may follow by subtraction: a whole less its shown parts is the last part.

Where one part of a shown whole is hidden, the smallest shown part is hidden with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from recognition_audit.documents import Group, Row, check, views
from recognition_audit.limits import SUBJECTS_MIN, Adequacy

# A view's axes, and a group's name in it.
Name = tuple[tuple[str, ...], str]
NUMBERS = ("errors", "trials", "subjects", "value", "ci")
LABEL = "label"
BESIDE = "groups hidden because a smaller one would follow from them by subtraction"
SIDES = ("worst", "best", "a", "b", "group")


def hidden_groups(sizes: Mapping[Group, int], axes: Sequence[str]) -> set[Name]:
    """The groups of every view with too few people, and those that would give them away.

    sizes : people of each group of the intersection.
    """
    people = _people(sizes, axes)
    hidden = {name for name, number in people.items() if number < SUBJECTS_MIN}
    while more := next(_given_away(people, hidden), None):
        hidden.add(more)
    return hidden


def checks_of_hidden(
    hidden: set[Name], sizes: Mapping[Group, int], axes: Sequence[str]
) -> list[Row]:
    """How many groups are hidden, and why."""
    few = sum(1 for number in _people(sizes, axes).values() if number < SUBJECTS_MIN)
    told = {"groups of too few people to be shown": few, BESIDE: len(hidden) - few}
    return [check(words, number, "warning") for words, number in told.items() if number]


def _people(sizes: Mapping[Group, int], axes: Sequence[str]) -> dict[Name, int]:
    """The people of each group of each view."""
    people: dict[Name, int] = {}
    for names, name_of in views(axes):
        for group, number in sizes.items():
            key = (tuple(names), name_of(group))
            people[key] = people.get(key, 0) + number
    return people


def conceal(rows: Sequence[Row], hidden: Iterable[Name] = ()) -> list[Row]:
    """Rates without the numbers of hidden groups, nor of others by which one would follow."""
    gone = set(hidden)
    found = [_emptied(row) if _name(row) in gone else row for row in rows]
    for places in _tables(found).values():
        sizes = {name: found[place]["trials"] or 0 for name, place in places.items()}
        empty = {name for name, place in places.items() if found[place]["value"] is None}
        while more := next(_given_away(sizes, empty), None):
            empty.add(more)
            found[places[more]] = _emptied(found[places[more]])
    return found


def without_hidden(parts: Mapping[str, Any], rates: Sequence[Row]) -> dict[str, Any]:
    """Differentials, contrasts and bands without those that name a group whose rate is hidden."""
    gone = {
        (row["metric"], tuple(row["axes"]), row["group_a"])
        for row in rates
        if row["value"] is None and LABEL not in row
    }

    def is_shown(row: Row) -> bool:
        metrics = row.get("metrics") or [row.get("metric")]
        groups = [row.get(side) for side in SIDES]
        axes = tuple(row["axes"])
        return not any((metric, axes, group) in gone for metric in metrics for group in groups)

    return {
        name: [row for row in rows if is_shown(row)] if isinstance(rows, list) else rows
        for name, rows in parts.items()
    }


def _given_away(sizes: Mapping[Name, int], hidden: set[Name]) -> Iterator[Name]:
    """What must be hidden too, since the one hidden part of something shown follows from it."""
    for whole in sizes:
        if whole in hidden:
            continue
        for axes in sorted({names for names, _group in sizes if set(whole[0]) < set(names)}):
            parts = [part for part in sizes if part[0] == axes and _is_of(part, whole)]
            if sum(part in hidden for part in parts) == 1:
                shown = [part for part in parts if part not in hidden]
                yield min(shown, key=lambda part: (sizes[part], part)) if shown else whole


def _is_of(part: Name, whole: Name) -> bool:
    values = dict(zip(part[0], part[1].split(" · "), strict=False))
    wanted = dict(zip(whole[0], whole[1].split(" · "), strict=False))
    return all(values.get(axis) == value for axis, value in wanted.items())


def _tables(rows: Sequence[Row]) -> dict[tuple[Any, ...], dict[Name, int]]:
    """The places of rows that add up to each other: one metric, threshold, gallery, system."""
    tables: dict[tuple[Any, ...], dict[Name, int]] = {}
    for place, row in enumerate(rows):
        if LABEL not in row:
            names = ("metric", "threshold", "gallery", "rank", "system")
            key = tuple(row.get(name) for name in names)
            tables.setdefault(key, {})[tuple(row["axes"]), row["group_a"]] = place
    return tables


def _name(row: Row) -> Name:
    """The group that a row is about, without the label that it tells of."""
    axes = tuple(axis for axis in row["axes"] if axis != LABEL)
    if LABEL in row and not axes:
        return (), "all"
    words = row["group_a"].split(" · ")
    return axes, " · ".join(words[: len(axes)]) if axes else row["group_a"]


def _emptied(row: Row) -> Row:
    few = {"adequacy": Adequacy.TOO_FEW.value}
    more = {"between_galleries": None} if "between_galleries" in row else {}
    return row | dict.fromkeys(NUMBERS) | few | more
