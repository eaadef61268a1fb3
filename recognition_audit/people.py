"""Differentials of rates whose cases are one person's each: searches, several a person.

Searches of different people are independent and those of one person are not, so whole people are
drawn again, and the labels of whole people are shuffled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recognition_audit import bootstrap, permutation
from recognition_audit.bootstrap import FOR_PERMUTATION, REPLICATES, generator
from recognition_audit.cells import ByUnit, Cells, Draws, Ints, Rates, View
from recognition_audit.contrasts import Pair, check_names
from recognition_audit.differentials import Gone, Parts, cases, parts_of
from recognition_audit.limits import SEED
from recognition_audit.permutation import PERMUTATIONS
from recognition_audit.views import views

Group = tuple[str, ...]
# metric, threshold, and what else the rows carry, as (("gallery", 500), ("rank", 1))
Key = tuple[str, str | None, tuple[tuple[str, Any], ...]]
# (group, person) -> errors and trials
People = Mapping[tuple[Group, str], Sequence[int]]


def of_people(
    tables: Mapping[Key, People],
    axes: Sequence[str],
    seed: int = SEED,
    *,
    contrasts: Sequence[Pair] = (),
    reference: str | None = None,
    gone: Gone = (),
    replicates: int = REPLICATES,
    permutations: int = PERMUTATIONS,
) -> Parts:
    """The parts `differentials`, `contrasts` and `bands` of tables of errors by person.

    A person is drawn together in all tables. Where nobody has two cases, they are independent,
    and closed forms and Fisher's test are used. Raises BadInput for a group that is not there.
    gone : what is not shown, and so stands in no measure either.
    """
    everybody = sorted({one for table in tables.values() for one in table})
    groups = sorted({group for group, _person in everybody})
    looks = [View.of(names, members) for names, members in views(axes, groups)] if groups else []
    check_names(contrasts, reference, [set(view.names) for view in looks])
    code = {group: number for number, group in enumerate(groups)}
    group_of = np.array([code[group] for group, _person in everybody], dtype=np.int64)
    counts = [_counts(table, everybody) for table in tables.values()]
    repeated = [number for number, (_errors, trials) in enumerate(counts) if (trials > 1).any()]
    drawn = _drawn([counts[n] for n in repeated], group_of, looks, replicates, seed)
    null = _shuffled([counts[n] for n in repeated], group_of, looks, permutations, seed)
    made: list[tuple[Cells, ...]] = []
    for number, ((metric, threshold, extra), (errors, trials)) in enumerate(
        zip(tables, counts, strict=True)
    ):
        for place, view in enumerate(looks):
            by_unit = ByUnit(errors, trials, view.of_units(group_of), sides=1)
            of_errors, of_trials, people = by_unit.totals(len(view.names))
            cells = Cells(
                metric, view.axes, threshold, view.names, of_errors, of_trials,
                independent=number not in repeated, extra=dict(extra),
                by_unit=by_unit if number in repeated else None,
            )  # fmt: skip
            if number not in repeated:
                made.append((cases(cells, seed),))
                continue
            at = (repeated.index(number), place)
            made.append((replace(cells, replicates=drawn[at], null=null[at]).enough(people),))
    return parts_of(made, contrasts, reference, gone)


def _counts(table: People, everybody: Sequence[tuple[Group, str]]) -> tuple[Ints, Ints]:
    """Errors and trials of each person, shape (people,); 0 for one who is not in the table."""
    both = np.array([list(table.get(one, (0, 0))) for one in everybody], dtype=np.int64)
    both = both.reshape(len(everybody), 2)
    return both[:, 0], both[:, 1]


def _drawn(
    counts: Sequence[tuple[Ints, Ints]],
    group_of: Ints,
    looks: Sequence[View],
    replicates: int,
    seed: int,
) -> dict[tuple[int, int], Draws]:
    """Replicates by (number of the table, number of the view)."""
    found: dict[tuple[int, int], list[tuple[Rates, Rates]]] = {}
    if not counts:
        return {}
    for chunk in bootstrap.weights(group_of, replicates, seed):
        for number, both in enumerate(counts):
            for place, view in enumerate(looks):
                of = view.of_units(group_of)
                errors, trials = (
                    bootstrap.by_group(part, of, len(view.names), chunk) for part in both
                )
                found.setdefault((number, place), []).append((errors, trials))
    return {
        key: Draws(*(np.concatenate(parts) for parts in zip(*rows, strict=True)))
        for key, rows in found.items()
    }


def _shuffled(
    counts: Sequence[tuple[Ints, Ints]],
    group_of: Ints,
    looks: Sequence[View],
    permutations: int,
    seed: int,
) -> dict[tuple[int, int], Draws]:
    """Counts under shuffled labels by (number of the table, number of the view)."""
    found: dict[tuple[int, int], list[tuple[Rates, Rates]]] = {}
    if not counts:
        return {}
    random, groups = generator(seed, FOR_PERMUTATION), len(looks[0].place)
    folds = [view.fold() for view in looks]
    for _one in range(permutations):
        labels = random.permutation(group_of)
        for number, both in enumerate(counts):
            errors, trials = (permutation.by_label(part, labels, groups) for part in both)
            for place, fold in enumerate(folds):
                found.setdefault((number, place), []).append((errors @ fold, trials @ fold))
    return {
        key: Draws(*(np.stack(parts) for parts in zip(*rows, strict=True)))
        for key, rows in found.items()
    }
