"""What is counted in one pass, and how the counts of parts are put together.

Nothing here depends on how the data were split: codes are given out anew in alphabetical order at
the end, and all counts are whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit import duplicates
from recognition_audit.duplicates import Duplicates
from recognition_audit.engine.memory import sparing
from recognition_audit.engine.windows import Window, WindowCounts
from recognition_audit.histogram import NO_ENDS, Histograms
from recognition_audit.readers.comparisons import Batch, Oddities, Part, Source, Tile
from recognition_audit.readers.units import Group
from recognition_audit.tally import Tally


@dataclass(frozen=True)
class Plan:
    """What one pass counts.

    thresholds : at which errors are counted by unit. histograms : whether of all cells.
    pairs : whether by pair of units: "across" groups too, "within" them only, or "".
    windows : ranges of scores whose every value is wanted. first : whether oddities are noted.
    ends : likenesses between which some scores are known to lie, for the histograms.
    """

    thresholds: tuple[float, ...] = ()
    histograms: bool = False
    pairs: str = ""
    windows: tuple[Window, ...] = ()
    first: bool = False
    ends: tuple[float, float] = NO_ENDS

    @property
    def by_unit(self) -> bool:
        return bool(self.thresholds)


class Count:
    """The counts of some parts; what readers write down is here too (see Notes)."""

    def __init__(self, source: Source, plan: Plan, seen: Duplicates | None = None) -> None:
        self.plan, self.rows = plan, 0
        self.kept: dict[str, Any] = {}
        self.units, self.oddities = source.new_units(), Oddities()
        self.duplicates = seen or Duplicates()
        self._prints = np.zeros(0, dtype=np.uint64)  # a fingerprint for each subject
        self._wanted = plan.first and not source.complete
        self.tally = Tally(plan.thresholds, source.polarity, by_group=self.units.by_group)
        if plan.histograms:
            self.tally.histograms = Histograms(source.polarity, self._name, plan.ends)
        if plan.pairs and source.has_subjects:
            across = plan.pairs == "across"
            self.tally.count_pairs(across=across, complete=source.complete)
        self.windows = [WindowCounts(window, source.polarity) for window in plan.windows]

    def add(self, batch: Batch | Tile) -> None:
        known = len(self.units), len(self.units.groups)
        if isinstance(batch, Tile):
            self.tally.add_tile(batch, *known)
            for window in self.windows:
                window.add_tile(batch)
            return
        if self.plan.by_unit or self.plan.histograms:
            batch = self.tally.add(batch, *known, [window.inside for window in self.windows])
        for window in self.windows:
            window.add(batch)

    def compared(
        self,
        subjects: Sequence[NDArray[np.int64]],
        *,
        samples: Sequence[NDArray[np.uint64]] | None = None,
        more: NDArray[np.uint64] | None = None,
    ) -> None:
        """See Notes."""
        if not self._wanted:
            return
        new = list(self.units.subjects.of)[len(self._prints) :]
        if new:
            self._prints = np.concatenate([self._prints, duplicates.fingerprints(new)])
        ends = [np.take(self._prints, codes) for codes in subjects]
        if samples is not None:
            with np.errstate(over="ignore"):
                ends = [
                    duplicates.mixed(end) + sample
                    for end, sample in zip(ends, samples, strict=True)
                ]
        self.duplicates.add(duplicates.of_comparisons(ends[0], ends[1], more))

    @property
    def groups(self) -> list[Group]:
        return self.units.group_list()

    def absorb(self, other: "Count") -> None:
        """Add the other's counts, whose codes mean other subjects and groups."""
        units, groups = self.units.absorb(other.units)
        moved = other.tally.recoded(units, groups, len(self.units), len(self.units.groups))
        self.tally._grow(len(self.units), len(self.units.groups))
        self.tally = self.tally.merge(moved)
        self.oddities.absorb(other.oddities)
        self.duplicates.absorb(other.duplicates)
        self.rows += other.rows
        for mine, theirs in zip(self.windows, other.windows, strict=True):
            theirs.recode(groups)
            mine.absorb(theirs)

    def settle(self) -> "Count":
        """Give out the codes again, in alphabetical order, and note what only the whole tells."""
        units, unit_of, group_of = self.units.settled()
        self.tally = self.tally.recoded(unit_of, group_of, len(units), len(units.groups))
        self.units = units
        for window in self.windows:
            window.recode(group_of)
        if self.tally.histograms is not None:
            self.tally.histograms.finish()
        if self._wanted:
            self._note_duplicates()
        return self

    def _note_duplicates(self) -> None:
        copies, reversed_ = self.duplicates.count()
        share = 1 << self.duplicates.level
        sampled = f" in a sample of 1 in {share} comparisons" if share > 1 else ""
        self.oddities.add("duplicate rows" + sampled, copies)
        self.oddities.add("duplicate rows written the other way round" + sampled, reversed_)
        if sampled:
            kept = duplicates.KEPT_MAX
            self.oddities.add(f"comparisons beyond the {kept:,} checked for duplicates", self.rows)

    def _name(self, code: int) -> Group:
        return self.groups[code]


def count_parts(source: Source, parts: Iterable[Part], plan: Plan) -> Count:
    """The counts of these parts; what a worker does."""
    count = Count(source, plan)
    with sparing():
        for part in parts:
            for _rows in count_part(source, part, count):
                pass
    count.tally.closed()
    for window in count.windows:
        window.put_together()
    count.kept.clear()  # it may go over the network now
    return count


def count_part(source: Source, part: Part, count: Count) -> Iterator[int]:
    """Count a part into what is there, telling how many rows each batch had."""
    before = count.rows
    for batch in source.read(part, count):
        count.add(batch)
        yield count.rows - before
        before = count.rows
    if count.rows > before:
        yield count.rows - before
