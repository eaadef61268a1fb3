"""Whole-number counts behind a printed table of percentages.

A percentage printed to one decimal leaves few whole-number fractions, and margins and
intersections must agree; so a table can be checked without the data. Every printed cell becomes
two linear inequalities over whole numbers (faces processed and faces right of each group). The
bounds are narrowed by interval arithmetic, then the groups' candidates are joined, the most
narrowing join first, with every inequality pruning as soon as it can.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import AuditError, BadInput
from recognition_audit.printed_table import OF_LABELS, Cell, PrintedTable

SOLUTIONS_SHOWN = 1000
CANDIDATES_MAX = 2_000_000  # of one group, or of groups joined
JOIN_CHUNK = 1 << 20
LEFT_OUT_MAX = 2  # cells at once that may be called the impossible ones
SIZE_MAX = 10**8  # keeps every inequality inside 64 bits, with six decimals and 100 groups

# Rows are candidates; columns are (processed, right) of each of the block's groups.
Values = NDArray[np.int64]


class TooMany(AuditError):
    """The table says too little: more candidates than can be held."""


@dataclass(frozen=True)
class Counts:
    """Faces of a group that the printed figures count, and how many of them were right."""

    processed: int
    right: int

    @property
    def wrong(self) -> int:
        return self.processed - self.right


@dataclass(frozen=True)
class Recovery:
    """What the counts may have been.

    count : how many solutions there are, exactly. solutions : the first of them by group name.
    ranges : over all solutions, by group: the least and the most (processed, right).
    impossible : where there is no solution, the smallest sets of cells without which there is one.
    """

    count: int
    solutions: tuple[Mapping[str, Counts], ...]
    ranges: Mapping[str, tuple[Counts, Counts]]
    impossible: tuple[tuple[Cell, ...], ...] = ()

    @property
    def verdict(self) -> str:
        return {0: "none", 1: "one"}.get(self.count, "many")


@dataclass(frozen=True)
class Inequality:
    """constant + Σ weights[group] · (processed, right) >= 0."""

    weights: tuple[tuple[int, int, int], ...]  # (place of the group, of processed, of right)
    constant: int

    @property
    def places(self) -> frozenset[int]:
        return frozenset(place for place, _n, _c in self.weights)


@dataclass
class Block:
    """Groups whose candidates are already joined."""

    places: tuple[int, ...]
    values: Values

    def of(self, inequality: Inequality) -> Values:
        """What each candidate adds to an inequality; shape (candidates,)."""
        total = np.zeros(len(self.values), dtype=np.int64)
        for place, of_size, of_right in inequality.weights:
            if place in self.places:
                at = 2 * self.places.index(place)
                total += of_size * self.values[:, at] + of_right * self.values[:, at + 1]
        return total


def recover(table: PrintedTable, *, explain: bool = True) -> Recovery:
    """All whole-number counts that give every printed cell at once.

    explain : where there are none, find the smallest sets of at most two cells to blame.
    Raises BadInput for a table that means nothing, TooMany where the cells leave too much open.

    >>> from recognition_audit.printed_table import PrintedTable
    >>> rows = [{"sex": "F", "n": "30", "error": "33.3"}, {"sex": "M", "n": "20", "error": "5.0"}]
    >>> recover(PrintedTable.from_rows(rows, axes=["sex"], missing=0)).solutions[0]["F"].wrong
    10
    """
    by_cell = _distinct(table)
    blocks = _solve(table, [one for pair in by_cell for one in pair])
    if blocks is not None:
        return _found(table, blocks)
    return Recovery(0, (), {}, tuple(_blame(table, by_cell)) if explain else ())


def definitions_that_fit(
    table: PrintedTable, choices: Mapping[str, Sequence[str]]
) -> list[tuple[dict[str, str], Recovery]]:
    """Which meanings of the table's row names have a solution at all.

    choices : for each row name, the measures it may stand for. A printed name proves nothing:
    Gender Shades' row “PPV” behaves as recall.
    """
    fitting = []
    for picked in product(*choices.values()):
        meaning = dict(zip(choices, picked, strict=True))
        told = replace(table, measures=tuple(sorted((dict(table.measures) | meaning).items())))
        found = recover(told, explain=False)
        if found.count:
            fitting.append((meaning, found))
    return fitting


def _distinct(table: PrintedTable) -> dict[tuple[Inequality, ...], list[Cell]]:
    """The cells by what they demand: 90.2 right and 9.8 wrong demand the same."""
    if any(group.size > SIZE_MAX for group in table.groups):
        raise BadInput(f"a group has more than {SIZE_MAX:,} faces")
    digits = table.digits
    found: dict[tuple[Inequality, ...], list[Cell]] = {}
    for cell in table.cells:
        found.setdefault(tuple(_inequalities(table, cell, digits)), []).append(cell)
    return found


Form = dict[int, tuple[int, int, int]]  # place -> (constant, of processed, of right)


def _forms(table: PrintedTable, cell: Cell) -> tuple[Form, Form]:
    """Numerator and denominator of a cell; wrong measures are turned into right ones."""
    measure, own = table.measure_of(cell), table.members(cell.scope)
    size = {place: (table.groups[place].size, 0, 0) for place in own}
    if measure in OF_LABELS and (others := table.others(cell.scope)):
        right = dict.fromkeys(own, (0, 0, 1))
        wrong_others = dict.fromkeys(others, (0, 1, -1))
        if measure in ("precision", "false_discovery"):
            return right, right | wrong_others
        if measure == "false_positive_rate":
            return dict.fromkeys(others, (0, 0, 1)), dict.fromkeys(others, (0, 1, 0))
        right_others = dict.fromkeys(others, (0, 0, 1))
        return right_others, right_others | dict.fromkeys(own, (0, 1, -1))
    right = dict.fromkeys(own, (0, 0, 1))
    if measure == "error_of_all":
        return right, size
    processed = dict.fromkeys(own, (0, 1, 0))
    return (processed, size) if measure == "failure" else (right, processed)


COMPLEMENTS = ("error", "error_of_all", "failure", "false_discovery", "false_discovery_of_other",
               "false_positive_rate")  # fmt: skip


def _is_complement(table: PrintedTable, cell: Cell) -> bool:
    return table.measure_of(cell) in COMPLEMENTS


def _inequalities(table: PrintedTable, cell: Cell, digits: int) -> Iterator[Inequality]:
    """low <= numerator / denominator <= high as whole-number inequalities, denominator >= 1."""
    numerator, denominator = _forms(table, cell)
    value, decimals = cell.number(digits)
    whole = 2 * 100 * 10**decimals
    # Twice the printed value, so that half a unit is whole. Cut off: the next value is just out.
    low, high = (2 * value - 1, 2 * value + 1) if table.rounding == "nearest" else (
        2 * value, 2 * value + 2
    )  # fmt: skip
    # The end that a cut-off value never reaches: 1 is subtracted there, all being whole numbers.
    low_open, high_open = 0, int(table.rounding == "down")
    if _is_complement(table, cell):
        low, high, low_open, high_open = whole - high, whole - low, high_open, low_open
    yield _combine([(numerator, whole), (denominator, -low)], -low_open)
    yield _combine([(numerator, -whole), (denominator, high)], -high_open)
    yield _combine([(denominator, 1)], -1)


def _combine(parts: Sequence[tuple[Form, int]], constant: int) -> Inequality:
    sums: dict[int, list[int]] = {}
    for form, by in parts:
        for place, (fixed, of_size, of_right) in form.items():
            into = sums.setdefault(place, [0, 0])
            into[0] += by * of_size
            into[1] += by * of_right
            constant += by * fixed
    weights = tuple((place, n, c) for place, (n, c) in sorted(sums.items()) if n or c)
    return Inequality(weights, constant)


def _solve(table: PrintedTable, inequalities: Sequence[Inequality]) -> list[Block] | None:
    """Blocks that no inequality ties together any more; None where there is no solution."""
    if any(not one.weights and one.constant < 0 for one in inequalities):
        return None
    bounds = _narrowed(table, inequalities)
    if bounds is None:
        return None
    blocks = [_candidates(table, place, bounds[place], inequalities) for place in bounds]
    open_ones = [one for one in dict.fromkeys(inequalities) if len(one.places) > 1]
    while True:
        if not _prune(blocks, open_ones):
            return None
        if not open_ones:
            return blocks
        blocks = _join(blocks, open_ones)
        inside = [set(block.places) for block in blocks]
        open_ones = [o for o in open_ones if not any(o.places <= places for places in inside)]


Bounds = list[list[int]]  # of a group: processed [least, most], right [least, most]


def _narrowed(table: PrintedTable, inequalities: Sequence[Inequality]) -> dict[int, Bounds] | None:
    """Interval arithmetic to a fixed point; None where an interval becomes empty."""
    box: dict[int, Bounds] = {
        place: [[max(0, group.size - table.missing), group.size], [0, group.size]]
        for place, group in enumerate(table.groups)
    }
    never_more_right = [Inequality(((place, 1, -1),), 0) for place in box]
    every, changed = [*inequalities, *never_more_right], True
    while changed:
        changed = False
        for one in every:
            terms = [(p, k, w) for p, n, c in one.weights for k, w in ((0, n), (1, c)) if w]
            most = one.constant + sum(w * box[p][k][w > 0] for p, k, w in terms)
            for place, kind, weight in terms:
                ends = box[place][kind]
                spare = most - weight * ends[weight > 0]  # the most that the others can give
                # weight · x >= -spare
                limit = -(spare // weight) if weight > 0 else spare // -weight
                if weight > 0 and limit > ends[0]:
                    ends[0], changed = limit, True
                elif weight < 0 and limit < ends[1]:
                    ends[1], changed = limit, True
                if ends[0] > ends[1]:
                    return None
    return box


def _candidates(
    table: PrintedTable, place: int, bounds: Bounds, inequalities: Sequence[Inequality]
) -> Block:
    """Every (processed, right) of one group that its own cells allow."""
    (low, high), (least, most) = bounds
    if (high - low + 1) * (most - least + 1) > CANDIDATES_MAX:
        name = table.groups[place].name
        raise TooMany(f"the printed cells leave too much open for {name}: print more of them")
    sizes, right = np.mgrid[low : high + 1, least : most + 1].astype(np.int64)
    block = Block((place,), np.stack([sizes.ravel(), right.ravel()], axis=1))
    keep = block.values[:, 1] <= block.values[:, 0]
    for one in inequalities:
        if one.places == {place}:
            keep &= block.of(one) + one.constant >= 0
    block.values = block.values[keep]
    return block


def _prune(blocks: list[Block], inequalities: Sequence[Inequality]) -> bool:
    """Drop candidates that no others can make up for, until none goes; False: nothing is left."""
    changed = True
    while changed:
        changed = False
        if any(not len(block.values) for block in blocks):
            return False
        for one in inequalities:
            concerned = [block for block in blocks if one.places & set(block.places)]
            gains = [block.of(one) for block in concerned]
            most = one.constant + sum(int(gain.max()) for gain in gains)
            for block, gain in zip(concerned, gains, strict=True):
                keep = gain + (most - int(gain.max())) >= 0
                if not keep.all():
                    block.values, changed = block.values[keep], True
            if any(not len(block.values) for block in concerned):
                return False
    return True


def _join(blocks: list[Block], inequalities: Sequence[Inequality]) -> list[Block]:
    """Join the two blocks that some inequality ties and that make the fewest pairs."""

    def ties(first: Block, second: Block) -> int:
        union = {*first.places, *second.places}
        return sum(one.places <= union and _crosses(one, first, second) for one in inequalities)

    pairs = [
        (-min(1, ties(a, b)), len(a.values) * len(b.values), i, j)
        for (i, a), (j, b) in combinations(enumerate(blocks), 2)
        if any(_crosses(one, a, b) for one in inequalities)
    ]
    _tied, _size, i, j = min(pairs)
    rest = [block for place, block in enumerate(blocks) if place not in (i, j)]
    return [*rest, _product(blocks[i], blocks[j], rest, inequalities)]


def _crosses(one: Inequality, first: Block, second: Block) -> bool:
    return bool(one.places & set(first.places)) and bool(one.places & set(second.places))


def _product(
    first: Block, second: Block, rest: Sequence[Block], inequalities: Sequence[Inequality]
) -> Block:
    """The pairs of candidates that every inequality still allows, in chunks."""
    concerned = [one for one in inequalities if _crosses(one, first, second)]
    slack = [one.constant + sum(int(b.of(one).max()) for b in rest) for one in concerned]
    gains_first = [first.of(one) for one in concerned]
    gains_second = [second.of(one) for one in concerned]
    step, parts, held = max(1, JOIN_CHUNK // len(second.values)), [], 0
    for start in range(0, len(first.values), step):
        stop = min(start + step, len(first.values))
        keep = np.ones((stop - start, len(second.values)), dtype=bool)
        for a, b, spare in zip(gains_first, gains_second, slack, strict=True):
            keep &= a[start:stop, None] + b[None, :] + spare >= 0
        left, right = np.nonzero(keep)
        held += len(left)
        if held > CANDIDATES_MAX:
            raise TooMany("the printed cells leave more solutions than can be held")
        parts.append(np.hstack([first.values[start + left], second.values[right]]))
    return Block((*first.places, *second.places), np.concatenate(parts))


def _found(table: PrintedTable, blocks: Sequence[Block]) -> Recovery:
    names = [group.name for group in table.groups]
    ranges: dict[int, tuple[Counts, Counts]] = {}
    for block in blocks:
        low, high = block.values.min(axis=0), block.values.max(axis=0)
        for at, place in enumerate(block.places):
            span = slice(2 * at, 2 * at + 2)
            ranges[place] = (Counts(*low[span].tolist()), Counts(*high[span].tolist()))
    solutions = []
    ordered = [block.values[np.lexsort(block.values.T[::-1])] for block in blocks]
    for rows in islice(product(*ordered), SOLUTIONS_SHOWN):
        one: dict[int, Counts] = {}
        for block, row in zip(blocks, rows, strict=True):
            pairs = row.reshape(-1, 2).tolist()
            one |= {place: Counts(*pair) for place, pair in zip(block.places, pairs, strict=True)}
        solutions.append({names[place]: one[place] for place in sorted(one)})
    return Recovery(
        prod(len(block.values) for block in blocks),
        tuple(solutions),
        {names[place]: ranges[place] for place in sorted(ranges)},
    )


def _blame(
    table: PrintedTable, by_cell: Mapping[tuple[Inequality, ...], list[Cell]]
) -> Iterator[tuple[Cell, ...]]:
    """The smallest sets of demands without which the rest can be met."""
    demands = list(by_cell)
    for size in range(1, min(LEFT_OUT_MAX, len(demands)) + 1):
        any_found = False
        for left_out in combinations(demands, size):
            rest = [one for demand in demands if demand not in left_out for one in demand]
            if _solve(table, rest) is not None:
                any_found = True
                yield tuple(cell for demand in left_out for cell in by_cell[demand])
        if any_found:
            return
