"""The audit of searches in galleries drawn from all pairs of some people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from recognition_audit import findings
from recognition_audit.concealment import checks_of_hidden, conceal, hidden_groups
from recognition_audit.documents import Row, checks_of, document_of, groups_part, views
from recognition_audit.errors import BadInput
from recognition_audit.galleries import AllPairs, Drawn, draw, projected
from recognition_audit.intervals import Interval, subject_jackknife
from recognition_audit.limits import SUBJECTS_MIN
from recognition_audit.metrics.identification import FPIR
from recognition_audit.readers.columns import SUBJECTS
from recognition_audit.readers.opening import opened
from recognition_audit.report import Report, input_entry, manifest, rate_row, rounded
from recognition_audit.thresholds import Threshold

# How far one gallery is from another: the middle 90 % of the draws.
BETWEEN_GALLERIES = 0.9
METHOD = "probe jackknife on the logit, over the galleries drawn"


def identify_drawn(
    data: Path,
    extras: Sequence[tuple[str, Path]],
    thresholds: Sequence[Threshold],
    groups: Sequence[str] | None,
    parameters: Row,
    progress: Callable[[int, int], None] | None,
) -> Report:
    """Draw galleries and measure FPIR in them; raises BadInput."""
    if not extras:
        words = "all pairs need the table of their subjects: --subjects FILE"
        raise BadInput(words, file=data.name)
    if not thresholds:
        raise BadInput("name a threshold: --threshold VALUE", file=data.name)
    if any(role.startswith(SUBJECTS) for role in parameters["columns"]):
        words = "the columns of a matrix's subjects are not mapped; name them as in the manual"
        raise BadInput(words, file=data.name)
    source: Any = opened(
        data, parameters["layout"], extras[0][1], parameters["polarity"], groups, None
    ).source
    people: AllPairs = source
    drawn = draw(
        people,
        [step.value for step in thresholds],
        parameters["sizes"],
        draws=parameters["draws"],
        seed=parameters["seed"],
        progress=progress,
    )
    told = parameters | {"polarity": people.polarity, "groups": people.units.axes}
    told["sizes"] = list(drawn.sizes)
    inputs = [input_entry("data", data, people.rows)]
    inputs += [input_entry(role, extra, None) for role, extra in extras]
    return _report(drawn, people, thresholds, manifest("identify", inputs, told))


def _report(
    drawn: Drawn, people: AllPairs, thresholds: Sequence[Threshold], made_by: Mapping[str, Any]
) -> Report:
    axes = people.units.axes
    document = document_of("search", made_by, axes)
    document["system"]["score"] = people.polarity
    document["checks"] = checks_of(people.oddities.counts)
    document["thresholds"] = [asdict(step) | {"value": step.value} for step in thresholds]
    groups = people.units.group_list()
    counts = np.bincount(drawn.group_of[drawn.group_of >= 0], minlength=len(groups))
    sizes = {group: int(n) for group, n in zip(groups, counts, strict=True)}
    hidden = hidden_groups(sizes, axes)
    numbers = {group: {"subjects": n} for group, n in sizes.items()}
    document["checks"] += checks_of_hidden(hidden, sizes, axes)
    document["groups"] = groups_part(numbers, axes, hidden)
    document["rates"] = conceal(list(_rates(drawn, people, thresholds)), hidden)
    document["curves"]["gallery"] = list(
        _curves(document["rates"], drawn, people, thresholds, made_by["parameters"]["project"])
    )
    document["findings"] = findings.of_document(document)
    document["limits"] = findings.limits_of_document(document)
    return Report(document)


def _views(people: AllPairs) -> Iterator[tuple[list[str], str, list[int]]]:
    """Axes, the group's name and the codes in it."""
    for names, name_of in views(people.units.axes):
        members: dict[str, list[int]] = {}
        for code, group in enumerate(people.units.group_list()):
            members.setdefault(name_of(group), []).append(code)
        for name, codes in sorted(members.items()):
            yield names, name, codes


def _rates(drawn: Drawn, people: AllPairs, thresholds: Sequence[Threshold]) -> Iterator[Row]:
    for step, threshold in enumerate(thresholds):
        for place, size in enumerate(drawn.sizes):
            for names, name, codes in _views(people):
                there = np.isin(drawn.group_of, codes)
                errors_of = drawn.errors_of[step, place][there]
                trials_of = drawn.trials_of[step, place][there]
                errors, trials = int(errors_of.sum()), int(trials_of.sum())
                row = rate_row(
                    FPIR,
                    errors=errors,
                    trials=trials,
                    subjects=int((trials_of > 0).sum()),
                    interval=_interval(errors_of, trials_of, errors, trials),
                    group_a=name,
                    threshold=threshold.name,
                    axes=names,
                )
                row |= {"gallery": size, "kind": "drawn", "draws": drawn.draws}
                row["between_galleries"] = None
                if row["value"] is not None:
                    row["between_galleries"] = _between(drawn, step, place, codes)
                yield row


def _interval(errors_of: Any, trials_of: Any, errors: int, trials: int) -> Interval | None:
    if not trials:
        return None
    found = subject_jackknife(errors_of, trials_of, errors, trials)
    if found.method.startswith("subject jackknife"):
        return Interval(found.lo, found.hi, METHOD, found.level)
    return found


def _between(drawn: Drawn, step: int, place: int, codes: Sequence[int]) -> Row:
    errors = drawn.errors_in[step, place][:, codes].sum(axis=1)
    trials = drawn.trials_in[step, place][:, codes].sum(axis=1)
    shares = errors[trials > 0] / trials[trials > 0]
    tail = (1 - BETWEEN_GALLERIES) / 2
    lo, hi = np.quantile(shares, [tail, 1 - tail])
    return {"lo": rounded(float(lo)), "hi": rounded(float(hi)), "share": BETWEEN_GALLERIES}


def _curves(
    rates: Sequence[Row],
    drawn: Drawn,
    people: AllPairs,
    thresholds: Sequence[Threshold],
    project: bool,
) -> Iterator[Row]:
    """Drawn curves; where asked for, beside each what its 1:1 rate alone would predict."""
    points: dict[tuple[tuple[str, ...], str, str], list[list[float]]] = {}
    for row in rates:
        if row["value"] is not None:
            key = (tuple(row["axes"]), row["group_a"], row["threshold"])
            points.setdefault(key, []).append([row["gallery"], row["value"]])
    for step, threshold in enumerate(thresholds):
        for names, name, codes in _views(people):
            found = points.get((tuple(names), name, threshold.name))
            if not found:
                continue
            curve: Row = {"axes": names, "group": name, "threshold": threshold.name}
            yield curve | {"kind": "drawn", "points": found}
            there = np.isin(drawn.group_of, codes)
            if project and there.sum() >= SUBJECTS_MIN:
                fmr = float(drawn.matches[step][there].sum() / (there.sum() * drawn.others))
                predicted = [[size, rounded(p)] for size, p in projected(fmr, drawn.sizes)]
                yield curve | {"kind": "projected", "note": findings.PROJECTED, "points": predicted}
