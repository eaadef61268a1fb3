"""The audit of 1:1 comparison scores: false matches and false non-matches by group."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from recognition_audit import findings, metrics
from recognition_audit.errors import BadInput
from recognition_audit.intervals import independent
from recognition_audit.metrics.classification import FTE
from recognition_audit.metrics.verification import FMR, FNMR, impostor_cell, mated_cell
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.matrix import Matrix
from recognition_audit.readers.pairs import Pairs, PairsColumns, polarity_by_name
from recognition_audit.readers.sniffing import known, matrix_polarity, sniff
from recognition_audit.readers.subjects import count_labels, read_labels
from recognition_audit.readers.tables import columns_of
from recognition_audit.report import SCHEMA, Report, input_entry, manifest, rate_row, rounded
from recognition_audit.tally import Scores, Tally, each
from recognition_audit.thresholds import Threshold, at_fixed_rate

PathInput = str | PathLike[str]
Row = dict[str, Any]
WORSE_THAN_CHANCE = 0.5
MATRIX_GROUPS_MAX = 40


def verify(
    path: PathInput,
    *,
    layout: str | None = None,
    subjects: PathInput | None = None,
    failed: PathInput | None = None,
    polarity: str | None = None,
    thresholds: Sequence[Threshold] = (),
    at_fmr: float | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Audit comparison scores; raises BadInput.

    polarity: "distance" (a small score means alike) or "similarity"; by the column's name if None.
    thresholds, at_fmr: at which scores to measure; at_fmr fixes one on the pooled impostors within
    groups. failed: a table of the faces that could not be enrolled, with their group labels.
    """
    data = known(path)
    comparisons = _open(data, layout, subjects, polarity, groups, columns)
    steps = _steps(comparisons, thresholds, at_fmr, progress)
    tally = Tally(tuple(step.value for step in steps), comparisons.polarity)
    for batch in each(comparisons.batches(), comparisons.rows, progress):
        tally.add(batch, len(comparisons.units), len(comparisons.units.groups))
    inputs = [input_entry("data", data, comparisons.rows)]
    inputs += [
        input_entry(role, known(extra), None)
        for role, extra in (("subjects", subjects), ("failed", failed))
        if extra
    ]
    told = {"system": system, "labels": labels, "source": source}
    parameters = {
        "polarity": comparisons.polarity,
        "thresholds": [step.__dict__ for step in thresholds],
        "at_fmr": at_fmr,
        "groups": comparisons.units.axes,
        "columns": dict(columns or {}),
    } | {name: dict(words or {}) for name, words in told.items()}
    enrolment = _failures(comparisons, known(failed)) if failed else []
    return _report(tally, comparisons, steps, enrolment, manifest("verify", inputs, parameters))


def _report(
    tally: Tally,
    comparisons: Comparisons,
    steps: Sequence[Threshold],
    enrolment: list[Row],
    made_by: dict[str, Any],
) -> Report:
    told = made_by["parameters"]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "task": "comparison",
        "manifest": made_by,
        "system": told["system"] | {"score": comparisons.polarity},
        "labels": told["labels"] | {"axes": comparisons.units.axes},
        "checks": _checks(comparisons),
        "thresholds": [
            {"name": step.name, "value": rounded(step.value), "origin": step.origin}
            for step in steps
        ],
        "rates": [*_rates(tally, comparisons, steps), *enrolment],
    }
    document["findings"] = findings.of_comparison(document, tally, comparisons)
    document["limits"] = findings.limits_of_comparison(document, comparisons)
    return Report(document)


def _open(
    data: Path,
    layout: str | None,
    subjects: PathInput | None,
    polarity: str | None,
    groups: Sequence[str] | None,
    columns: Mapping[str, str] | None,
) -> Comparisons:
    if (layout or sniff(data).layout) == "matrix":
        if subjects is None:
            raise BadInput("a matrix needs the table of its subjects", file=data.name)
        name = columns_of(data)[0]
        kind = _polarity(polarity, matrix_polarity(name), data.name)
        return Matrix(data, subjects=known(subjects), polarity=kind, axes=groups)
    found = PairsColumns(data, columns, groups, axes_inline=subjects is None)
    kind = _polarity(polarity, polarity_by_name(found.score), data.name)
    if subjects is None:
        return Pairs(data, polarity=kind, columns=found)
    axes, by_id = read_labels(known(subjects), groups)
    return Pairs(data, polarity=kind, columns=found, subjects=by_id, axes=axes)


def _polarity(given: str | None, by_name: str | None, file: str) -> str:
    polarity = given or by_name
    if polarity not in ("distance", "similarity"):
        words = "say whether a small score means alike (distance) or a large one (similarity)"
        raise BadInput(words, file=file)
    return polarity


def _steps(
    comparisons: Comparisons,
    thresholds: Sequence[Threshold],
    at_fmr: float | None,
    progress: Callable[[int, int], None] | None,
) -> list[Threshold]:
    """The thresholds, after a first reading that finds the scores that fix one of them."""
    if not thresholds and at_fmr is None:
        raise BadInput("name a threshold, or a false match rate at which to fix one")
    scores, within = Scores(), []
    for batch in each(comparisons.batches(), comparisons.rows, progress):
        if batch.mated.any():
            scores.add(batch)
        if at_fmr is not None:
            same = ~batch.mated & (batch.group_a == batch.group_b) & (batch.group_a >= 0)
            within.append(batch.scores[same])
    _refuse_wrong_way_round(scores, comparisons.polarity)
    steps = list(thresholds)
    if at_fmr is not None:
        value = at_fixed_rate(np.concatenate(within or [np.zeros(0)]), at_fmr, comparisons.polarity)
        origin = f"fixed at a pooled false match rate of {at_fmr * 100:g} % within groups"
        steps.append(Threshold(f"FMR {at_fmr:g}", value, origin))
    return steps


def equal_error_rate(
    impostors: "np.typing.NDArray[np.floating[Any]]",
    mated: "np.typing.NDArray[np.floating[Any]]",
    polarity: str,
) -> float:
    """Where false matches and false non-matches are as frequent; arrays of shape (n,)."""
    sign = -1 if polarity == "distance" else 1
    impostors, mated = np.sort(sign * impostors), np.sort(sign * mated)
    cuts = np.unique(np.concatenate([impostors, mated]))
    fmr = 1 - np.searchsorted(impostors, cuts, side="left") / impostors.size
    fnmr = np.searchsorted(mated, cuts, side="left") / mated.size
    place = int(np.argmin(np.abs(fmr - fnmr)))
    return float((fmr[place] + fnmr[place]) / 2)


def _refuse_wrong_way_round(scores: Scores, polarity: str) -> None:
    if not scores.mated:
        return
    impostors, mated = np.concatenate(scores.impostors), np.concatenate(scores.mated)
    if not impostors.size or not mated.size:
        return
    rate = equal_error_rate(impostors, mated, polarity)
    if rate > WORSE_THAN_CHANCE:
        other = "similarity" if polarity == "distance" else "distance"
        raise BadInput(
            f"read as a {polarity}, the scores are wrong more often than chance (equal error "
            f"rate {rate:.2f}). They are a {other}: say --{other}."
        )


def views(
    axes: Sequence[str], groups: Sequence[tuple[str, ...]]
) -> Iterator[tuple[list[str], dict[str, set[int]]]]:
    """The groups of the intersection, then those of each axis alone, by their codes."""
    places = [list(range(len(axes)))]
    if len(axes) > 1:
        places += [[place] for place in range(len(axes))]
    for chosen in places:
        members: dict[str, set[int]] = {}
        for code, group in enumerate(groups):
            name = " · ".join(group[place] for place in chosen) or "all"
            members.setdefault(name, set()).add(code)
        yield [axes[place] for place in chosen], dict(sorted(members.items()))


def _rates(tally: Tally, comparisons: Comparisons, steps: Sequence[Threshold]) -> Iterator[Row]:
    group_of = comparisons.units.group_of_unit()
    for step, threshold in enumerate(steps):
        for axes, members in views(comparisons.units.axes, comparisons.units.group_list()):
            for name, codes in members.items():
                within = impostor_cell(tally, step, group_of, codes, codes)
                yield _row(FMR, within, comparisons, threshold, axes, name, name)
                mated = mated_cell(tally, step, group_of, codes)
                if tally.mated.any():
                    yield _row(FNMR, mated, comparisons, threshold, axes, name, None)
        yield from _across(tally, step, comparisons, threshold)


def _across(
    tally: Tally, step: int, comparisons: Comparisons, threshold: Threshold
) -> Iterator[Row]:
    """False matches between the groups of the intersection, each pair of groups once."""
    group_of = comparisons.units.group_of_unit()
    axes, members = next(views(comparisons.units.axes, comparisons.units.group_list()))
    if len(members) > MATRIX_GROUPS_MAX:
        return
    for first, second in combinations_with_replacement(members, 2):
        if first != second:
            cell = impostor_cell(tally, step, group_of, members[first], members[second])
            yield _row(FMR, cell, comparisons, threshold, axes, first, second)


def _row(  # type: ignore[no-untyped-def]
    metric: metrics.Metric, cell, comparisons, threshold, axes, group_a, group_b
) -> Row:
    return rate_row(
        metric,
        errors=cell.errors,
        trials=cell.trials,
        subjects=cell.subjects if comparisons.has_subjects else None,
        interval=cell.interval(has_subjects=comparisons.has_subjects),
        group_a=group_a,
        group_b=group_b,
        threshold=threshold.name,
        axes=axes,
    )


def _failures(comparisons: Comparisons, failed: Path) -> list[Row]:
    """Failures to enrol by group: a rate over found faces alone would hide them."""
    axes = comparisons.units.axes
    missed = count_labels(failed, axes)
    group_of = comparisons.units.group_of_unit()
    found = {
        group: int((group_of == code).sum()) for group, code in comparisons.units.groups.of.items()
    }
    everybody = sorted(set(found) | set(missed))
    rows = [_failure_row("all", [], everybody, found, missed)]
    for names, members in views(axes, everybody):
        for name, codes in members.items():
            chosen = [everybody[code] for code in codes]
            rows.append(_failure_row(name, names, chosen, found, missed))
    return rows


def _failure_row(  # type: ignore[no-untyped-def]
    name: str, axes: Sequence[str], groups, found, missed
) -> Row:
    errors = sum(missed.get(group, 0) for group in groups)
    trials = errors + sum(found.get(group, 0) for group in groups)
    interval = independent(errors, trials) if trials else None
    return rate_row(
        FTE,
        errors=errors,
        trials=trials,
        subjects=trials,
        interval=interval,
        group_a=name,
        axes=axes,
    )


def _checks(comparisons: Comparisons) -> list[Row]:
    return [
        {"id": kind.replace(" ", "-"), "message": kind, "count": count}
        for kind, count in sorted(comparisons.oddities.counts.items())
    ]
