"""The parts `differentials`, `contrasts` and `bands` of a report, for every kind of audit."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recognition_audit import bootstrap, permutation, summaries
from recognition_audit.bootstrap import REPLICATES
from recognition_audit.cells import ByUnit, Cells, Ints, View
from recognition_audit.contrasts import Pair, adjusted, band, check_names, of_cells, unmeasured
from recognition_audit.failures import Attempts
from recognition_audit.limits import SEED, Adequacy
from recognition_audit.measures import MEASURES
from recognition_audit.metrics.verification import FNMR_OF_ALL
from recognition_audit.pair_counts import PairCounts
from recognition_audit.permutation import PERMUTATIONS
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold
from recognition_audit.views import views

Row = dict[str, Any]
# Metric, axes and group whose rate is not shown: see `concealment.gone_from`.
Gone = Collection[tuple[str, tuple[str, ...], str]]
Parts = dict[str, list[Row]]
# (group, truth, predicted or None) -> faces
Table = Counter[tuple[tuple[str, ...], str, str | None]]
TWO_LABELS = 2
# What rows of one table share beside metric, threshold and axes.
CARRIED = ("system", "label", "gallery", "rank")


def of_comparison(
    tally: Tally,
    comparisons: Comparisons,
    steps: Sequence[Threshold],
    seed: int = SEED,
    pair_counts: PairCounts | None = None,
    *,
    contrasts: Sequence[Pair] = (),
    reference: str | None = None,
    gone: Gone = (),
    replicates: int = REPLICATES,
    permutations: int = PERMUTATIONS,
) -> Parts:
    """How far groups are apart in a tally of comparisons.

    pair_counts : as the tally's; None falls back to the subject jackknife on the log scale.
    contrasts : pairs of groups named beforehand; reference : a group against which all others are
    named beforehand. Raises BadInput for a name that no group has.
    gone : what is not shown, and so stands in no measure either.
    Units must carry the same codes whatever engine counted them: weights are drawn by code.
    """
    units = comparisons.units
    group_of = units.group_of_unit()
    looks = [View.of(axes, members) for axes, members in views(units.axes, units.group_list())]
    known = [set(view.names) for view in looks]
    check_names(contrasts, reference, known)
    if not units.group_list():  # no row has its labels: there is nothing to compare
        return parts_of([], contrasts, reference)
    pairs = pair_counts.settled(group_of) if pair_counts is not None else None
    metrics = ("FMR", "FNMR") if tally.mated.any() else ("FMR",)
    tables = _tables(
        tally, pairs, group_of, looks, steps, seed, metrics={name: name for name in metrics},
        has_subjects=comparisons.has_subjects, replicates=replicates, permutations=permutations,
    )  # fmt: skip
    return parts_of(tables, contrasts, reference, gone)


def of_attempts(
    attempts: Attempts,
    axes: Sequence[str],
    steps: Sequence[Threshold],
    seed: int = SEED,
    *,
    contrasts: Sequence[Pair] = (),
    reference: str | None = None,
    gone: Gone = (),
) -> Parts:
    """How far groups are apart in false non-matches over all attempts; see `of_comparison`."""
    looks = [View.of(names, members) for names, members in views(axes, attempts.groups)]
    check_names(contrasts, reference, [set(view.names) for view in looks])
    tables = _tables(
        attempts.tally, None, attempts.group_of, looks, steps, seed,
        metrics={FNMR_OF_ALL.name: "FNMR"}, has_subjects=True,
    )  # fmt: skip
    return parts_of(tables, contrasts, reference, gone)


def _tables(
    tally: Tally,
    pairs: PairCounts | None,
    group_of: Ints,
    looks: Sequence[View],
    steps: Sequence[Threshold],
    seed: int,
    *,
    metrics: Mapping[str, str],
    has_subjects: bool,
    replicates: int = REPLICATES,
    permutations: int = PERMUTATIONS,
) -> list[tuple[Cells, ...]]:
    """The rates of each threshold and view. metrics : name → FMR or FNMR, how it is counted."""
    drawn, null = {}, {}
    if has_subjects:
        drawn = bootstrap.of_comparison(
            tally, pairs, group_of, looks, replicates=replicates, seed=seed
        )
        null = permutation.of_comparison(
            tally, pairs, group_of, looks, permutations=permutations, seed=seed
        )
    tables: list[tuple[Cells, ...]] = []
    for step, threshold in enumerate(steps):
        for number, view in enumerate(looks):
            made = []
            for name, metric in metrics.items():
                by_unit = by_unit_of(tally, metric, step, view, group_of)
                errors, trials, subjects = by_unit.totals(len(view.names))
                cells = Cells(
                    name, view.axes, threshold.name, view.names, errors, trials,
                    by_unit=by_unit if has_subjects else None,
                    replicates=drawn.get((metric, number, step)),
                    null=null.get((metric, number, step)),
                    has_subjects=has_subjects,
                )  # fmt: skip
                made.append(cells.enough(subjects if has_subjects else None))
            tables.append(tuple(made))
    return tables


def by_unit_of(tally: Tally, metric: str, step: int, view: View, group_of: Ints) -> ByUnit:
    """Counts of FMR or FNMR by unit in a view. group_of : the group of each unit, -1 for none."""
    place = view.of_units(group_of)
    if metric == "FNMR":
        return ByUnit(tally.false_non_matches[step], tally.mated, place, sides=1)
    fold = view.fold().astype(np.int64)
    units = np.arange(len(place))
    errors = (tally.false_matches[step] @ fold)[units, place]
    trials = (tally.impostors @ fold)[units, place]
    return ByUnit(errors, trials, place, sides=2)


def of_classification(
    table: Table,
    axes: Sequence[str],
    seed: int = SEED,
    *,
    attribute: str = "gender",
    contrasts: Sequence[Pair] = (),
    reference: str | None = None,
    gone: Gone = (),
) -> Parts:
    """How far groups are apart in predicted labels: each face is one independent case.

    Equalised odds and demographic parity stand only where the groups are not made by the attribute
    itself: between women and men, a gender is of course given unequally often.
    """
    groups = sorted({group for group, _truth, _got in table})
    looks = [View.of(names, members) for names, members in views(axes, groups)]
    code = {group: number for number, group in enumerate(groups)}
    known = [set(view.names) for view in looks]
    check_names(contrasts, reference, known)
    tables: list[tuple[Cells, ...]] = []
    # With every face processed, the rate over all faces is the same, and would be tested twice.
    rates = _CLASSIFIED if any(got is None for _g, _t, got in table) else _CLASSIFIED[:1]
    for view in looks:
        for metric, is_error, is_trial in rates:
            tables.append((_of_table(table, code, view, metric, is_error, is_trial, seed),))
    parts = parts_of(tables, contrasts, reference, gone)
    for view in looks:
        if attribute not in view.axes and len(view.names) > 1:
            parts["differentials"] += _odds(table, code, view, seed, gone)
    return parts


# metric, which cases are errors, which are trials; each of (truth, predicted)
Which = Callable[[str, str | None], bool]
_CLASSIFIED: tuple[tuple[str, Which, Which], ...] = (
    ("error", lambda truth, got: got != truth, lambda _truth, got: got is not None),
    ("error_of_all", lambda truth, got: got != truth, lambda _truth, _got: True),
    ("FTE", lambda _truth, got: got is None, lambda _truth, _got: True),
)


def _of_table(
    table: Table,
    code: Mapping[tuple[str, ...], int],
    view: View,
    metric: str,
    is_error: Which,
    is_trial: Which,
    seed: int,
    stream: int = 0,
) -> Cells:
    errors = np.zeros(len(view.names), dtype=np.int64)
    trials = np.zeros(len(view.names), dtype=np.int64)
    for (group, truth, got), faces in table.items():
        if is_trial(truth, got):
            place = view.place[code[group]]
            trials[place] += faces
            errors[place] += faces * is_error(truth, got)
    whole = Cells(metric, view.axes, None, view.names, errors, trials, independent=True)
    return cases(whole, seed, stream)


def cases(whole: Cells, seed: int, stream: int = 0) -> Cells:
    """Independent cases with replicates and null; without the groups whose data are too few.

    stream : of the random numbers; other cases that enter the same measure have another.
    """
    kept = whole.enough(whole.trials)
    if not kept.names:
        return kept
    return replace(
        kept,
        replicates=bootstrap.of_cases(kept.errors, kept.trials, seed=seed, stream=stream),
        null=permutation.of_cases(kept.errors, kept.trials, seed=seed, stream=stream),
    )


def _odds(
    table: Table, code: Mapping[tuple[str, ...], int], view: View, seed: int, gone: Gone
) -> list[Row]:
    """Equalised odds and demographic parity of each label; of two labels, the first says all."""
    labels = sorted({truth for _group, truth, _got in table})
    rows: list[Row] = []
    for label in labels[:1] if len(labels) == TWO_LABELS else labels:
        recall, false, selection = (
            _of_table(table, code, view, *which, seed, stream).without(gone, of="error")
            for stream, which in enumerate(_rates_of_label(label))
        )
        shared = [name for name in recall.names if name in false.names]
        made = [
            summaries.of(MEASURES["equalised_odds"], (recall.only(shared), false.only(shared))),
            summaries.of(MEASURES["demographic_parity"], (selection,)),
        ]
        for row in made:
            row["id"] += f"-{label}"
            row["note"] = f"Of the label {label}. {row['note']}".strip()
        rows += made
    return rows


def _rates_of_label(label: str) -> tuple[tuple[str, Which, Which], ...]:
    """How often a label is given: to its own faces, to others, to all that were processed."""

    def given(_truth: str, got: str | None) -> bool:
        return got == label

    def own(truth: str, got: str | None) -> bool:
        return got is not None and truth == label

    def others(truth: str, got: str | None) -> bool:
        return got is not None and truth != label

    def processed(_truth: str, got: str | None) -> bool:
        return got is not None

    return ("recall", given, own), ("FPR", given, others), ("selection", given, processed)


def of_rows(
    rates: Iterable[Mapping[str, Any]],
    seed: int = SEED,
    *,
    contrasts: Sequence[Pair] = (),
    reference: str | None = None,
) -> Parts:
    """How far groups are apart in finished rows of `rates`: searches, published counts, FTE.

    Cases are independent where each is another subject's. Where there are fewer subjects than
    trials, or nobody knows how many, intervals are named as too narrow, and nothing is tested.
    """
    tables: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rates:
        # Drawn galleries search the same probes again and again: their rows are no cases.
        if row.get("kind") == "drawn":
            continue
        if row["axes"] and row.get("group_b") in (None, row["group_a"]):
            extra = tuple((name, row[name]) for name in CARRIED if name in row)
            key = (row["metric"], row.get("threshold"), tuple(row["axes"]), extra)
            tables.setdefault(key, []).append(row)
    known = [{row["group_a"] for row in rows} for rows in tables.values()]
    check_names(contrasts, reference, known)
    made: list[tuple[Cells, ...]] = []
    for (metric, threshold, axes, extra), rows in tables.items():
        kept = [
            row
            for row in rows
            if row["adequacy"] != Adequacy.TOO_FEW.value and row["errors"] is not None
        ]
        errors, trials = (
            np.array([row[name] for row in kept], dtype=np.int64) for name in ("errors", "trials")
        )
        once = all((row["subjects"] or 0) >= row["trials"] for row in kept)
        whole = Cells(
            metric, list(axes), threshold, [row["group_a"] for row in kept], errors, trials,
            left_out=len(rows) - len(kept), independent=True, has_subjects=once,
            extra=dict(extra), every=frozenset(row["group_a"] for row in rows),
        )  # fmt: skip
        made.append((cases(whole, seed),))
    return parts_of(made, contrasts, reference)


def parts_of(
    tables: Sequence[tuple[Cells, ...]],
    named: Sequence[Pair],
    reference: str | None,
    gone: Gone = (),
) -> Parts:
    """The three parts from tables; those of one tuple are of the same groups and threshold."""
    parts: Parts = {"differentials": [], "contrasts": [], "bands": []}
    for whole in tables:
        cells = tuple(part.without(gone) for part in whole)
        for part in cells:
            if len(part.every) > 1:
                missing = unmeasured(part, named, reference)
                parts["differentials"] += summaries.of_one(part, missing)
                parts["contrasts"] += of_cells(part, named, reference)
                limits = band(part)
                parts["bands"] += [limits] if limits else []
        if len(cells) > 1:
            parts["differentials"] += summaries.of_two(*cells)
    adjusted(parts["contrasts"])
    return parts


def joined(*parts: Parts) -> Parts:
    """The parts of one report together: all its p-values are adjusted as one family."""
    whole = {name: [row for part in parts for row in part[name]] for name in parts[0]}
    adjusted(whole["contrasts"])
    return whole
