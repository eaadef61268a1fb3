"""The audit of 1:1 comparison scores: false matches and false non-matches by group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import numpy as np

from recognition_audit import curves, differentials, equality, findings
from recognition_audit.comparison_checks import checks, refuse_wrong_way_round
from recognition_audit.comparison_rates import people_of, shown_rates, untold_of
from recognition_audit.concealment import Name, checks_of_hidden, gone_from, hidden_groups
from recognition_audit.engine import Count, Engine, Plan, Progress, Threads, engine_named
from recognition_audit.errors import BadInput
from recognition_audit.failures import (
    Attempts,
    attempts_of,
    checks_of_failed,
    failures,
    rates_of_all,
    refuse_other_labels,
)
from recognition_audit.fixed_rates import Sample, Wanted, expected, find, settle_inside, within_one
from recognition_audit.groups import Size, View, all_views, sizes
from recognition_audit.histogram import Histograms, sign_of
from recognition_audit.limits import SEED
from recognition_audit.metrics.verification import FMR
from recognition_audit.readers.comparisons import Comparisons, Source
from recognition_audit.readers.opening import opened
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.subjects import Failed, read_failed
from recognition_audit.reading import OF_ENROLMENT
from recognition_audit.report import SCHEMA, Hashing, Report, input_entry, manifest, rounded
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold

PathInput = str | PathLike[str]
Row = dict[str, Any]


def verify(
    path: PathInput | Sequence[PathInput],
    *,
    layout: str | None = None,
    subjects: PathInput | None = None,
    failed: PathInput | None = None,
    impostors: PathInput | None = None,
    polarity: str | None = None,
    thresholds: Sequence[Threshold] = (),
    at_fmr: float | Sequence[float] | None = None,
    reference: str | None = None,
    contrasts: Sequence[tuple[str, str]] | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    seed: int | None = None,
    engine: str | Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Audit comparison scores; raises BadInput.

    path : a file, or a folder (or its URL) of Parquet shards, or these shards.
    layout : "pairs", "matrix", "embeddings", "bob" or "pyeer"; by the columns if None. impostors :
    the second file of "pyeer". polarity : "distance" (a
    small score means alike) or "similarity"; by the column's name if None. Of embeddings it is
    the Euclidean distance or the cosine of the angle.
    thresholds, at_fmr : at which scores to measure; at_fmr fixes one at each rate on the pooled
    impostors within groups and, where a reference group is named, one on it.
    failed : a table of the pictures that could not be enrolled, with their group labels; with
    their subjects people are counted, and with the mated comparisons that fell out all attempts.
    contrasts, reference : pairs of groups, or one against all, named before looking.
    engine : "threads" (if None), or one that `engine_named` made. It changes no byte of the report.
    """
    found = opened(path, layout, subjects, polarity, groups, columns, impostors)
    at = [] if at_fmr is None else [at_fmr] if isinstance(at_fmr, int | float) else list(at_fmr)
    asked = _Asked(list(thresholds), at, reference)
    chosen = engine_named(engine) if isinstance(engine, str) else engine or Threads()
    with Hashing(found.files) as hashing:
        counted = _count(found.source, asked, chosen, progress)
        comparisons = counted.comparisons
        inputs = hashing.entries("data", comparisons.rows)
    extras = {"impostors": impostors, "subjects": subjects, "failed": failed}
    for role, extra in extras.items():
        inputs += [input_entry(role, known(extra, any_name=True), None)] if extra else []
    told = {"system": system, "labels": labels, "source": source}
    parameters = {
        "layout": found.layout,
        "polarity": comparisons.polarity,
        "thresholds": [asdict(step) for step in thresholds],
        "at_fmr": at,
        "reference": reference,
        "contrasts": [list(pair) for pair in contrasts or ()],
        "groups": comparisons.units.axes,
        "columns": dict(columns or {}),
        "seed": SEED if seed is None else seed,
    } | {name: dict(words or {}) for name, words in told.items()}
    missed = _missed(failed, comparisons) if failed else Failed()
    return _report(counted, missed, manifest("verify", inputs, parameters))


def _missed(failed: PathInput, comparisons: Comparisons) -> Failed:
    """The pictures that were not enrolled; raises BadInput."""
    if not comparisons.has_subjects:
        words = "failures to enrol are of all faces; without subject ids it is not known how many "
        raise BadInput(f"{words}were found. Name the subjects, or leave --failed out.")
    found = read_failed(known(failed), comparisons.units.axes)
    refuse_other_labels(found, comparisons)
    return found


@dataclass(frozen=True)
class _Asked:
    """At which scores to measure."""

    given: list[Threshold]
    at_fmr: list[float]
    reference: str | None

    def __post_init__(self) -> None:
        if not self.given and not self.at_fmr:
            raise BadInput("name a threshold, or a false match rate at which to fix one")
        for rate in self.at_fmr:
            if not 0 < rate < 1:
                raise BadInput(f"a false match rate lies between 0 and 1; {rate:g} does not")
        names = [step.name for step in self.given]
        if len(set(names)) != len(names):
            raise BadInput(f"the threshold {max(names, key=names.count)} is named twice")

    def wanted(self, count: Count, *, sampled: bool = False) -> list[Wanted]:
        """The thresholds to be fixed: pooled, and on the reference group.

        sampled : the group may not be among those seen yet; the pooled rate stands in for it.
        """
        on: list[View | None] = [None]
        if self.reference is not None:
            views = list(all_views(count.units.axes, count.units.group_list()))
            named = [view for view in views if view.name == self.reference]
            if not named and not sampled:
                words = f"there is no group {self.reference}; there are: "
                raise BadInput(words + ", ".join(view.name for view in views))
            on.append(named[0] if named else None)
        return [Wanted(rate, view) for rate in self.at_fmr for view in on]


@dataclass
class _Counted:
    """What the passes over the data gave."""

    tally: Tally
    histograms: Histograms
    comparisons: Comparisons
    steps: list[Threshold]


def _count(source: Source, asked: _Asked, engine: Engine, progress: Progress | None) -> _Counted:
    """One pass where all thresholds are given, and mostly where some are to be fixed.

    With subject ids those need a second pass, for the errors of each subject at them.
    """

    def again(plan: Plan, of: Source = source) -> Count:
        return engine.count(of, plan, progress if of is source else None)

    given = tuple(step.value for step in asked.given)
    pairs = "across" if source.has_subjects else ""
    if not asked.at_fmr:
        first = again(Plan(given, histograms=True, first=True, pairs=pairs))
        _refuse(first, source)
        return _counted(source, first, first.tally, asked.given, again)
    sample = again(Plan(histograms=True), Sample(source, asked.at_fmr))
    seen = _histograms(sample)
    windows = expected(asked.wanted(sample, sampled=True), seen)
    sign = sign_of(source.polarity)
    # Without subject ids, errors at the ends of the windows are soon those at the thresholds.
    ends = () if source.has_subjects else tuple(sign * window.high for window in windows)
    plan = Plan(
        (*given, *ends), histograms=True, first=True, windows=tuple(windows), ends=seen.ends
    )
    del sample, seen
    first = again(plan)
    _refuse(first, source)
    fixed, held = find(asked.wanted(first), first, first.units.group_list(), again)
    steps = [*asked.given, *fixed]
    if held and not source.has_subjects:
        tally = settle_inside(first.tally, steps, len(given), first.windows)
    else:
        tally = again(Plan(tuple(step.value for step in steps), pairs=pairs)).tally
    return _counted(source, first, tally, steps, again)


def _counted(
    source: Source,
    first: Count,
    tally: Tally,
    steps: list[Threshold],
    again: Callable[[Plan], Count],
) -> _Counted:
    if source.has_subjects and tally.pair_counts is None and _any_across(tally, first):
        # Too many pairs of people across groups to hold; those within groups may fit.
        plan = Plan(tuple(step.value for step in steps), pairs="within")
        tally.pair_counts = again(plan).tally.pair_counts
    comparisons = Comparisons(
        source.polarity, source.has_subjects, first.units, first.oddities, first.rows
    )
    return _Counted(tally, _histograms(first), comparisons, steps)


def _any_across(tally: Tally, count: Count) -> bool:
    """Whether impostors of two groups were compared at all."""
    group_of = count.units.group_of_unit()
    labelled = np.flatnonzero(group_of >= 0)
    within = tally.impostors[labelled, group_of[labelled]].sum()
    return bool(within < tally.impostors.sum())


def _refuse(first: Count, source: Source) -> None:
    refuse_wrong_way_round(first.oddities, _histograms(first), source.polarity)


def _histograms(count: Count) -> Histograms:
    assert count.tally.histograms is not None  # noqa: S101 - the plan asked for them
    return count.tally.histograms


def _report(counted: _Counted, missed: Failed, made_by: dict[str, Any]) -> Report:
    told = made_by["parameters"]
    tally, comparisons, steps = counted.tally, counted.comparisons, counted.steps
    of_groups = sizes(tally, comparisons)
    histograms = counted.histograms
    people = people_of(of_groups, comparisons)
    hidden = hidden_groups(people, comparisons.units.axes)
    _refuse_hidden(told["reference"] if told["at_fmr"] else None, hidden)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "task": "comparison",
        "manifest": made_by,
        "system": told["system"] | _score(comparisons, histograms),
        "labels": told["labels"] | {"axes": comparisons.units.axes},
        "checks": [
            *checks(comparisons.oddities, histograms),
            *checks_of_hidden(hidden, people, comparisons.units.axes),
        ],
        "thresholds": [asdict(step) | {"value": step.value} for step in steps],
        "rates": shown_rates(tally, comparisons, steps, of_groups, hidden),
    }
    gone = gone_from(document["rates"])
    told_on = {(axes, name) for metric, axes, name in gone if metric == FMR.name}
    _refuse_hidden(told["reference"] if told["at_fmr"] else None, told_on)
    untold = {size.view: untold_of(size.view, hidden, gone) for size in of_groups}
    document["groups"] = [size.row(untold[size.view]) for size in of_groups]
    attempts = attempts_of(tally, comparisons, missed)
    if missed.pictures:
        shown = document["rates"]
        if attempts:
            shown += rates_of_all(attempts, comparisons, steps, shown, hidden)
        shown += failures(tally, comparisons, missed, hidden)
        document["checks"] += checks_of_failed(tally, comparisons, missed)
    kinds = [_kinds(size, histograms, untold[size.view]) for size in of_groups]
    document |= curves.of_groups(kinds, histograms.total(_pooled), histograms)
    document["equality"] = equality.of_groups(kinds, document, told["reference"], histograms)
    document |= _apart(counted, document["rates"], told, attempts)
    document["findings"] = findings.of_comparison(document, tally, comparisons)
    document["limits"] = findings.limits_of_comparison(document, comparisons)
    return Report(document)


def _apart(
    counted: _Counted, rates: Sequence[Row], told: Row, attempts: Attempts | None
) -> dict[str, list[Row]]:
    """How far the groups are apart in false matches, false non-matches and failures to enrol."""
    named = [(first, second) for first, second in told["contrasts"]]
    seed, gone = told["seed"], gone_from(rates)
    wanted = {"contrasts": named, "reference": told["reference"]}
    parts = [
        differentials.of_comparison(
            counted.tally, counted.comparisons, counted.steps, seed, counted.tally.pair_counts,
            **wanted, gone=gone,
        )
    ]  # fmt: skip
    if attempts:
        axes = counted.comparisons.units.axes
        parts.append(
            differentials.of_attempts(attempts, axes, counted.steps, seed, **wanted, gone=gone)
        )
    failed = [row for row in rates if row["metric"] in OF_ENROLMENT]
    if failed:
        parts.append(differentials.of_rows(failed, seed, **wanted))
    return differentials.joined(*parts)


def _refuse_hidden(reference: str | None, hidden: set[Name]) -> None:
    """A threshold fixed on a group tells its rate; raises BadInput where that is not shown."""
    if any(reference == name for _axes, name in hidden):
        raise BadInput(
            f"no threshold can be fixed on {reference}: too few people are in it to be shown, or "
            "they would give away another group. Name a larger one, or fewer axes (--groups)."
        )


def _score(comparisons: Comparisons, histograms: Histograms) -> Row:
    row: Row = {"score": comparisons.polarity}
    if histograms.scale is not None:
        ends = sorted((histograms.sign * histograms.low, histograms.sign * histograms.high))
        row["score_range"] = [rounded(end) + 0.0 for end in ends]
    return row


def _pooled(cell: Any) -> bool:
    return not cell[0] and within_one(cell)


def _kinds(size: Size, histograms: Histograms, untold: Sequence[str]) -> curves.Kinds:
    """The group's scores, and which of its figures may be shown."""
    view = size.view
    mated = histograms.total(lambda cell: cell[0] and view.holds(cell))
    return curves.Kinds(
        list(view.axes),
        view.name,
        histograms.total(lambda cell: not cell[0] and view.holds(cell)),
        mated,
        "impostors" not in untold,
        # Two samples of one person whose labels differ are in no histogram of either group: of
        # fewer comparisons than the rate is of, which may be too few, nothing is shown.
        "mated" not in untold and int(mated.sum()) == size.mated,
    )


def equal_error_rate(
    impostors: "np.typing.NDArray[np.floating[Any]]",
    mated: "np.typing.NDArray[np.floating[Any]]",
    polarity: str,
) -> float:
    """Where false matches and false non-matches are as frequent; arrays of shape (n,)."""
    sign = sign_of(polarity)
    impostors, mated = np.sort(sign * impostors), np.sort(sign * mated)
    cuts = np.unique(np.concatenate([impostors, mated]))
    fmr = 1 - np.searchsorted(impostors, cuts, side="left") / impostors.size
    fnmr = np.searchsorted(mated, cuts, side="left") / mated.size
    place = int(np.argmin(np.abs(fmr - fnmr)))
    return float((fmr[place] + fnmr[place]) / 2)
