"""What could not be enrolled: failures by group, and the comparisons that fell out with them.

A rate over found faces alone would hide them, so both denominators stand side by side.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.comparison_rates import row_of
from recognition_audit.concealment import Name, conceal, name_of_row
from recognition_audit.documents import check
from recognition_audit.errors import BadInput
from recognition_audit.intervals import independent
from recognition_audit.metrics.base import Metric
from recognition_audit.metrics.classification import FTE, FTE_OF_PEOPLE
from recognition_audit.metrics.verification import FNMR, FNMR_OF_ALL, mated_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.subjects import Failed
from recognition_audit.readers.units import MISSING, Group
from recognition_audit.report import rate_row
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold
from recognition_audit.views import EVERYBODY, views

Row = dict[str, Any]
PICTURES = "pictures that could not be enrolled"
OF_ENROLLED = "people of whom one picture could not be enrolled and another could"


def refuse_other_labels(failed: Failed, comparisons: Comparisons) -> None:
    """Somebody has one group: raises BadInput where the two tables give one person two.

    Or one and none: of such a person what was compared counts nowhere, and what fell out would.
    """
    known: dict[str, set[Group]] = {}
    for subject, group in comparisons.units.people():
        known.setdefault(subject, set()).update([group] if group else [])
    for subject, group in failed.mated or ():
        if known.get(subject) == set():
            raise BadInput(
                f"the subject {subject[:40]!r} has no group in the comparisons and one in the "
                f"table of failures: {', '.join(group)}. Fill the label in, or leave them out."
            )
        if group not in known.setdefault(subject, set()) and known[subject]:
            raise BadInput(
                f"the subject {subject[:40]!r} has another group in the table of failures: "
                f"{', '.join(group)}"
            )
        known[subject].add(group)


def failures(
    tally: Tally, comparisons: Comparisons, failed: Failed, hidden: Collection[Name] = ()
) -> list[Row]:
    """Failures to enrol by group: of people where it is known whose pictures they are.

    Else each failed picture counts beside each person who was found.
    hidden : groups whose people are not told; all less the missed would be they.
    """
    axes = comparisons.units.axes
    group_of = comparisons.units.group_of_unit()[tally.compared]
    found = {
        group: int((group_of == code).sum()) for group, code in comparisons.units.groups.of.items()
    }
    metric, missed = FTE, failed.pictures
    if failed.mated is not None:
        metric, missed = FTE_OF_PEOPLE, _never_found(tally, comparisons, failed.mated)
    everybody = sorted(set(found) | set(missed))
    rows = [_row(metric, EVERYBODY, [], everybody, found, missed)]
    for names, members in views(axes, everybody):
        for name, codes in members.items():
            chosen = [everybody[code] for code in codes]
            rows.append(_row(metric, name, names, chosen, found, missed))
    return conceal(rows, hidden)


def checks_of_failed(tally: Tally, comparisons: Comparisons, failed: Failed) -> list[Row]:
    """How many pictures failed, and how many of their people were enrolled all the same."""
    if failed.mated is None:
        return []
    others = len(failed.mated) - sum(_never_found(tally, comparisons, failed.mated).values())
    told = {PICTURES: sum(failed.pictures.values()), OF_ENROLLED: others}
    return [check(words, number) for words, number in told.items() if number]


def _never_found(
    tally: Tally, comparisons: Comparisons, people: Collection[tuple[str, Group]]
) -> dict[Group, int]:
    """How many of these people stand in no comparison that counts, by group."""
    units = zip(comparisons.units.people(), tally.compared.tolist(), strict=True)
    seen = {subject for (subject, _group), compared in units if compared}
    missed: dict[Group, int] = {}
    for subject, group in people:
        if subject not in seen:
            missed[group] = missed.get(group, 0) + 1
    return missed


def _row(
    metric: Metric,
    name: str,
    axes: Sequence[str],
    groups: Sequence[Group],
    found: Mapping[Group, int],
    missed: Mapping[Group, int],
) -> Row:
    errors = sum(missed.get(group, 0) for group in groups)
    trials = errors + sum(found.get(group, 0) for group in groups)
    interval = independent(errors, trials) if trials else None
    return rate_row(
        metric,
        errors=errors,
        trials=trials,
        subjects=trials,
        interval=interval,
        group_a=name,
        axes=axes,
    )


@dataclass(frozen=True)
class Attempts:
    """Mated comparisons to be made, those that fell out counted as non-matches.

    tally : by unit; people of whom nothing was compared come after the others. groups : of the
    intersection. group_of : the group of each unit, shape (units,), -1 for none.
    """

    tally: Tally
    groups: list[Group]
    group_of: NDArray[np.int64]


def attempts_of(tally: Tally, comparisons: Comparisons, failed: Failed) -> Attempts | None:
    """None where the table of failures does not say that some fell out, and of whom."""
    lost = failed.mated or {}
    if not failed.has_mated or not any(lost.values()) or not tally.mated.any():
        return None
    units = comparisons.units
    groups = units.group_list()
    groups += sorted({group for _subject, group in lost} - set(groups))
    place = {one: number for number, one in enumerate(units.people())}
    for one in lost:
        place.setdefault(one, len(place))
    more = np.zeros(len(place), dtype=np.int64)
    for one, number in lost.items():
        more[place[one]] += number
    new = len(place) - len(units)
    code: dict[Group | None, int] = {group: number for number, group in enumerate(groups)}
    group_of = np.array([code.get(group, MISSING) for _subject, group in place], dtype=np.int64)
    whole = Tally(tally.thresholds, tally.polarity)
    whole.impostors = np.zeros((len(place), len(groups)), dtype=np.int64)
    whole.mated = np.pad(tally.mated, (0, new)) + more
    whole.false_non_matches = np.pad(tally.false_non_matches, ((0, 0), (0, new))) + more
    return Attempts(whole, groups, group_of)


def rates_of_all(
    attempts: Attempts,
    comparisons: Comparisons,
    steps: Sequence[Threshold],
    shown: Sequence[Row],
    hidden: Collection[Name] = (),
) -> list[Row]:
    """False non-matches over all attempts: (errors + fallen out) / (mated + fallen out).

    By subject as in the rate over those processed. shown : the rows of `rates`; where its false
    non-match rate is hidden, this one is too.
    """
    gone = {
        (tuple(row["axes"]), row["group_a"])
        for row in shown
        if row["metric"] == FNMR.name and row["value"] is None
    }
    rows = []
    for step, threshold in enumerate(steps):
        for axes, members in views(comparisons.units.axes, attempts.groups):
            for name, codes in members.items():
                cell = mated_cell(attempts.tally, step, attempts.group_of, codes)
                rows.append(row_of(FNMR_OF_ALL, cell, comparisons, threshold, axes, name, None))
    found = conceal(rows, {*hidden, *gone})
    # With the rate over those processed beside it, what fell out is told too.
    lost = _lost(found, shown)
    few = {name_of_row(row) for row in conceal(lost) if row["value"] is None}
    return conceal(rows, {*hidden, *gone, *few})


def _lost(found: Sequence[Row], shown: Sequence[Row]) -> list[Row]:
    """The rows of the first threshold with what fell out as their errors."""
    made = {
        (tuple(row["axes"]), row["group_a"]): row["trials"]
        for row in shown
        if row["metric"] == FNMR.name and row["value"] is not None
    }
    first = [row for row in found if row["threshold"] == found[0]["threshold"]]
    return [
        row
        if row["value"] is None
        else row | {"errors": row["trials"] - made.get((tuple(row["axes"]), row["group_a"]), 0)}
        for row in first
    ]
