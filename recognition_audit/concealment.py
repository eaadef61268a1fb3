"""Nothing that is hidden may follow by subtraction: a whole less its shown parts is the last part.

Where a hidden number follows from shown ones, the smallest that it takes is hidden with it.
"""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from itertools import combinations_with_replacement, product
from typing import Any, Protocol, TypeVar

from recognition_audit.documents import Group, Row, check, views
from recognition_audit.limits import SUBJECTS_MIN, Adequacy
from recognition_audit.sums import Parts, given_away
from recognition_audit.views import EVERYBODY

# A view's axes, and a group's name in it.
Name = tuple[tuple[str, ...], str]
# A group whose rate of a metric is hidden.
Gone = tuple[str, tuple[str, ...], str]
# The kind of a number, and its rank among all.
Order = tuple[Hashable, tuple[Any, ...]]
NUMBERS = ("errors", "trials", "subjects", "value", "ci")
LABEL = "label"
Key = TypeVar("Key", bound=Hashable)
BESIDE = "groups hidden because a smaller one would follow from them by subtraction"


class Sums(Protocol):
    """How the numbers of a table add up."""

    def parts_of(self, row: Row) -> Parts:
        """What a row's trials (and its errors) are the sum of; what is empty is left out."""

    def known(self) -> Sequence[Parts]:
        """Sums that everybody knows, although no row says them."""


class OfNames:
    """Counts of a group are the sum of those of its groups of the intersection.

    total : the sum over everybody is known, as from the number of rows of a file. there : the
    groups of the intersection that have any; all, where None.
    """

    def __init__(
        self, rows: Sequence[Row], *, total: bool = False, there: Container[str] | None = None
    ) -> None:
        full = _full(rows)
        is_there = {axis for row in rows for axis in row["axes"]} == set(full)
        of_full = [name_of_row(row) for row in rows if tuple(row["axes"]) == full]
        whole = of_full if is_there else _crossed(rows)
        self._whole = [name for name in whole if there is None or name[1] in there]
        self._total, self._lone = total, there is None

    def parts_of(self, row: Row) -> Parts:
        name = name_of_row(row)
        parts = frozenset(one for one in self._whole if _is_of(one, name))
        return parts or frozenset([name] if self._lone else [])

    def known(self) -> Sequence[Parts]:
        return [frozenset(self._whole)] if self._total else []


class OfPairs:
    """False matches within a group are those of all pairs of the intersection's groups in it.

    pairs : those that were compared at all; all, where None.
    """

    def __init__(self, rows: Sequence[Row], pairs: Iterable[frozenset[str]] | None = None) -> None:
        self._axes = _full(rows)
        names = [name for row in rows if tuple(row["axes"]) == self._axes for name in _sides(row)]
        every = combinations_with_replacement(sorted(set(names)), 2)
        self._pairs = set(map(frozenset, every)) if pairs is None else set(pairs)
        self._total = pairs is not None

    def parts_of(self, row: Row) -> Parts:
        axes = tuple(row["axes"])
        if axes == self._axes:
            return frozenset({frozenset(_sides(row))} & self._pairs)
        whole = (axes, row["group_a"])
        return frozenset(
            pair for pair in self._pairs if all(_is_of((self._axes, one), whole) for one in pair)
        )

    def known(self) -> Sequence[Parts]:
        """All comparisons, and those within groups, on which a pooled rate is fixed."""
        within = frozenset(pair for pair in self._pairs if len(pair) == 1)
        return [frozenset(self._pairs), within] if self._total else []


def hidden_groups(
    sizes: Mapping[Group, int],
    axes: Sequence[str],
    *,
    total: bool = False,
    also: Iterable[Name] = (),
) -> set[Name]:
    """The groups of every view with too few people, and those that would give them away.

    sizes : people of each group of the intersection. total : how many they are together is known,
    as where each is one row of a file. also : others that are hidden.
    """
    people = _people(sizes, axes)
    parts = {
        name: frozenset(group for group, number in of.items() if number)
        for name, of in people.items()
    }

    def order(name: Name) -> Order:
        return name[0], (len(name[0]), sum(people[name].values()), name)

    everybody = [parts.pop(((), EVERYBODY), frozenset())] if total else []
    return _closed(parts, _few(people) | set(also), order, everybody)


def checks_of_hidden(
    hidden: set[Name], sizes: Mapping[Group, int], axes: Sequence[str]
) -> list[Row]:
    """How many groups are hidden, and why."""
    few = len(_few(_people(sizes, axes)))
    told = {"groups of too few people to be shown": few, BESIDE: len(hidden) - few}
    return [check(words, number, "warning") for words, number in told.items() if number]


def _people(sizes: Mapping[Group, int], axes: Sequence[str]) -> dict[Name, dict[Group, int]]:
    """The groups of the intersection that each group of each view is made of, with their people."""
    people: dict[Name, dict[Group, int]] = {}
    for names, name_of in views(axes):
        for group, number in sizes.items():
            people.setdefault((tuple(names), name_of(group)), {})[group] = number
    return people


def _few(people: Mapping[Name, Mapping[Group, int]]) -> set[Name]:
    return {name for name, of in people.items() if sum(of.values()) < SUBJECTS_MIN}


def conceal(
    rows: Sequence[Row],
    hidden: Iterable[Name] = (),
    sums_of: Callable[[Sequence[Row]], Sums] = OfNames,
) -> list[Row]:
    """Rates without the numbers of hidden groups, nor of others by which one would follow.

    sums_of : how the rows of one metric at one threshold add up.
    """
    gone = set(hidden)
    found = [emptied(row) if _names(row) & gone else row for row in rows]
    known: dict[Hashable, set[int]] = {}
    for places in tables(found):
        table = [found[place] for place in places]
        # The same groups and trials at another threshold hide the same.
        alike = tuple(
            (tuple(r["axes"]), _sides(r), r["trials"], r["errors"], r["value"] is None)
            for r in table
        )
        key = (table[0]["metric"], alike)
        if key not in known:
            known[key] = _beside(table, sums_of([rows[place] for place in places]))
        for number in known[key]:
            found[places[number]] = emptied(table[number])
    return found


def _beside(table: Sequence[Row], sums: Sums) -> set[int]:
    """The places of shown rows by which a hidden one of the table would follow."""
    empty = {number for number, row in enumerate(table) if row["value"] is None}
    if not empty:
        return set()
    parts = {number: sums.parts_of(row) for number, row in enumerate(table)}

    def order(number: int) -> Order:
        axes, sides = tuple(table[number]["axes"]), _sides(table[number])
        return (axes, len(set(sides))), (len(axes), table[number]["trials"], sides)

    def zeros(gone: set[int]) -> Parts:
        return _without_errors(table, parts, set(parts) - gone)

    return _closed(parts, empty, order, sums.known(), zeros) - empty


def _without_errors(table: Sequence[Row], parts: Mapping[int, Parts], shown: set[int]) -> Parts:
    """The parts that are known to have no error: of a whole whose shown parts have all.

    shown : the places of rows that are shown. The rows of one choice of axes share no part.
    """
    views: dict[tuple[str, ...], list[int]] = {}
    for number in sorted(shown):
        views.setdefault(tuple(table[number]["axes"]), []).append(number)
    found: set[Hashable] = set()
    for whole in (number for number in shown if len(parts[number]) > 1):
        for places in views.values():
            within = [place for place in places if parts[place] <= parts[whole]]
            if table[whole]["errors"] == sum(table[place]["errors"] for place in within):
                found |= parts[whole].difference(*(parts[place] for place in within))
    return frozenset(found)


def followed(rows: Sequence[Row], sums_of: Callable[[Sequence[Row]], Sums]) -> list[Row]:
    """The hidden rows of finished tables whose trials follow from the shown ones all the same.

    That nothing was compared at all is no secret.
    """
    result = []
    for places in tables(rows):
        table = [rows[place] for place in places]
        sums = sums_of(table)
        gone = [row for row in table if row["value"] is None]
        shown = [row for row in table if row["value"] is not None]
        if gone and shown:
            given, asked = ([sums.parts_of(row) for row in part] for part in (shown, gone))
            for place, takes in given_away(given, asked).items():
                trials = sum(share * shown[one]["trials"] for one, share in takes.items())
                result += [gone[place]] if round(trials) else []
    return result


def gone_from(rates: Iterable[Row]) -> set[Gone]:
    """The groups of which a metric's rate is hidden: none may stand in a measure of it."""
    return {
        (row["metric"], tuple(row["axes"]), row["group_a"])
        for row in rates
        if row["value"] is None and LABEL not in row and len(set(_sides(row))) == 1
    }


def tables(rows: Sequence[Row]) -> list[list[int]]:
    """The places of rows that add up to each other: one metric, threshold, gallery, system."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if LABEL not in row:
            names = ("metric", "threshold", "gallery", "rank", "system")
            found.setdefault(tuple(row.get(name) for name in names), []).append(place)
    return list(found.values())


def _closed(
    parts: Mapping[Key, Parts],
    hidden: set[Key],
    order: Callable[[Key], Order],
    known: Sequence[Parts] = (),
    zeros: Callable[[set[Key]], Parts] = lambda _gone: frozenset(),
) -> set[Key]:
    """Hidden keys, with the fewest others by which one would follow.

    order : the kind of a number and its rank. Beside a number one of its own kind is hidden, where
    there is one; of all that would do the first: the smallest.
    zeros : the parts that are known to be nothing, once these keys are hidden; that they are is no
    secret, but with them more may follow.
    """
    gone = set(hidden)
    while True:
        shown = [key for key in parts if key not in gone]
        for nothing in dict.fromkeys((frozenset(), zeros(gone))):
            asked = [key for key in parts if key in gone and parts[key] - nothing]
            given = [*(parts[key] for key in shown), *known]
            found = given_away(
                [one - nothing for one in given], [parts[key] - nothing for key in asked]
            )
            tell = _one_that_tells(found, shown, asked, order)
            if tell is not None:
                gone.add(tell)
                break
        else:
            return gone


def _one_that_tells(
    found: Mapping[int, Mapping[int, float]],
    shown: Sequence[Key],
    asked: Sequence[Key],
    order: Callable[[Key], Order],
) -> Key | None:
    for place, takes in found.items():
        kind = order(asked[place])[0]
        choice = [shown[one] for one in takes if one < len(shown)]
        if choice:
            return min(choice, key=lambda key: (order(key)[0] != kind, order(key)[1]))
    return None


def _full(rows: Sequence[Row]) -> tuple[str, ...]:
    """The axes of the intersection: the longest."""
    return max((tuple(row["axes"]) for row in rows), key=len, default=())


def _crossed(rows: Sequence[Row]) -> list[Name]:
    """All groups that axes make together, where no row is about them."""
    labels: dict[str, dict[str, None]] = {}
    for row in rows:
        for axis, label in zip(row["axes"], row["group_a"].split(" · "), strict=False):
            labels.setdefault(axis, {})[label] = None
    axes = tuple(labels)
    return [(axes, " · ".join(values)) for values in product(*labels.values())]


def _sides(row: Row) -> tuple[str, str]:
    return row["group_a"], row.get("group_b") or row["group_a"]


def _is_of(part: Name, whole: Name) -> bool:
    values = dict(zip(part[0], part[1].split(" · "), strict=False))
    wanted = dict(zip(whole[0], whole[1].split(" · "), strict=False))
    return all(values.get(axis) == value for axis, value in wanted.items())


def _names(row: Row) -> set[Name]:
    """The groups that a row is about: two, of comparisons across them."""
    return {name_of_row(row | {"group_a": side}) for side in _sides(row)}


def name_of_row(row: Row) -> Name:
    """The group that a row is about, without the label that it tells of."""
    axes = tuple(axis for axis in row["axes"] if axis != LABEL)
    if LABEL in row and not axes:
        return (), EVERYBODY
    words = row["group_a"].split(" · ")
    return axes, " · ".join(words[: len(axes)]) if axes else row["group_a"]


def emptied(row: Row) -> Row:
    """A row of `rates` without its numbers."""
    few = {"adequacy": Adequacy.TOO_FEW.value}
    more = {"between_galleries": None} if "between_galleries" in row else {}
    return row | dict.fromkeys(NUMBERS) | few | more
