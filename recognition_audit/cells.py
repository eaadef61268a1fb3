"""Rates of one metric over the groups of one view, with what is needed to doubt them.

Every table of differentials is made from these, whatever kind of audit they come from.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from recognition_audit.limits import Adequacy, adequacy

Ints = NDArray[np.int64]
Rates = NDArray[np.float64]
# A replicate without an error has no logarithm: it enters with half an error.
HALF_AN_ERROR = 0.5


@dataclass(frozen=True)
class View:
    """The groups of one way of looking. place : of each code of the intersection, its group."""

    axes: list[str]
    names: list[str]
    place: Ints

    @classmethod
    def of(cls, axes: Sequence[str], members: dict[str, set[int]]) -> "View":
        place = np.zeros(sum(len(codes) for codes in members.values()), dtype=np.int64)
        for number, codes in enumerate(members.values()):
            place[list(codes)] = number
        return cls(list(axes), list(members), place)

    def of_units(self, group_of: Ints) -> Ints:
        """The group of each unit in this view. group_of : its code, -1 (which stays) for none."""
        return np.where(group_of >= 0, self.place[group_of], -1)

    def fold(self) -> Rates:
        """Codes to groups as a matrix of 0 and 1, shape (codes, groups)."""
        return np.eye(len(self.names))[self.place]


@dataclass(frozen=True)
class Draws:
    """Counts of resampled or relabelled data; both of shape (draws, groups)."""

    errors: Rates
    trials: Rates

    def rates(self) -> Rates:
        """With half an error where there was none; not a number where nothing was compared."""
        return np.divide(
            np.maximum(self.errors, HALF_AN_ERROR),
            self.trials,
            out=np.full(self.errors.shape, np.nan),
            where=self.trials > 0,
        )

    def bare_rates(self) -> Rates:
        """As they are, with 0 where there was no error."""
        return np.divide(
            self.errors,
            self.trials,
            out=np.full(self.errors.shape, np.nan),
            where=self.trials > 0,
        )

    def only(self, chosen: Ints) -> "Draws":
        return Draws(self.errors[:, chosen], self.trials[:, chosen])


@dataclass(frozen=True)
class ByUnit:
    """Counts by unit, for leaving one out; arrays of shape (units,).

    place : the group of each unit in the view, -1 for none. sides : with how many units a
    comparison stands: 2 for impostors, 1 for mated comparisons.
    """

    errors: Ints
    trials: Ints
    place: Ints
    sides: int

    def totals(self, groups: int) -> tuple[Ints, Ints, Ints]:
        """Errors, trials and subjects by group; each of shape (groups,)."""
        there = (self.place >= 0) & (self.trials > 0)
        place = self.place[there]
        errors, trials = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
        np.add.at(errors, place, self.errors[there])
        np.add.at(trials, place, self.trials[there])
        return errors // self.sides, trials // self.sides, np.bincount(place, minlength=groups)

    def left_out(self, groups: int) -> tuple[Ints, Rates]:
        """The group of each unit that takes part, and the group's rate without that unit."""
        errors, trials, _subjects = self.totals(groups)
        there = np.flatnonzero((self.place >= 0) & (self.trials > 0))
        place = self.place[there]
        left_errors = np.maximum(errors[place] - self.errors[there], HALF_AN_ERROR)
        left_trials = trials[place] - self.trials[there]
        rates = np.full(len(there), np.nan)
        np.divide(left_errors, left_trials, out=rates, where=left_trials > 0)
        return there, rates


@dataclass(frozen=True)
class Cells:
    """One metric over the groups of a view at a threshold; arrays of shape (groups,).

    Only groups that are shown are in it; `left_out` says how many have too few data, `beside` how
    many would give those away.
    replicates : of resampling; null : under shuffled labels. Both with the same groups.
    independent : cases are independent, so closed forms hold. has_subjects False: the cases are
    not independent and it is not known how, so every interval is too narrow and says so.
    extra : more fields that the rows of this table carry. every : the names of all groups of the
    view, those left out too.
    """

    metric: str
    axes: list[str]
    threshold: str | None
    names: list[str]
    errors: Ints
    trials: Ints
    left_out: int = 0
    beside: int = 0
    by_unit: ByUnit | None = None
    replicates: Draws | None = None
    null: Draws | None = None
    independent: bool = False
    has_subjects: bool = True
    extra: dict[str, object] = field(default_factory=dict)
    every: frozenset[str] = frozenset()

    @property
    def rates(self) -> Rates:
        return self.errors / self.trials

    def only(self, names: Sequence[str]) -> "Cells":
        """The same with these groups alone, in this order."""
        chosen = np.array([self.names.index(name) for name in names], dtype=np.int64)
        by_unit = self.by_unit
        if by_unit is not None:
            renumbered = np.full(len(self.names) + 1, -1, dtype=np.int64)
            renumbered[chosen] = np.arange(len(chosen))
            by_unit = replace(by_unit, place=renumbered[by_unit.place])
        return replace(
            self,
            names=list(names),
            errors=self.errors[chosen],
            trials=self.trials[chosen],
            by_unit=by_unit,
            replicates=self.replicates.only(chosen) if self.replicates else None,
            null=self.null.only(chosen) if self.null else None,
        )

    def enough(self, subjects: Ints | None) -> "Cells":
        """Without the groups whose data are too few. subjects None: not known."""
        kept = [
            name
            for place, name in enumerate(self.names)
            if adequacy(
                int(self.errors[place]),
                int(self.trials[place]),
                None if subjects is None else int(subjects[place]),
            )
            is not Adequacy.TOO_FEW
        ]
        return replace(
            self.only(kept),
            left_out=self.left_out + len(self.names) - len(kept),
            every=self.every | set(self.names),
        )

    def without(
        self, gone: Collection[tuple[str, tuple[str, ...], str]], *, of: str | None = None
    ) -> "Cells":
        """Without the groups that are not shown, as metric, axes and name.

        of : another metric, whose groups that are not shown are left out too.
        """
        wheres = [(metric, tuple(self.axes)) for metric in {of or self.metric, self.metric}]
        kept = [name for name in self.names if all((*where, name) not in gone for where in wheres)]
        if len(kept) == len(self.names):
            return self
        return replace(self.only(kept), beside=self.beside + len(self.names) - len(kept))
