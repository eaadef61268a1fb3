"""The audit of predictions: which label of an attribute a face gets, by group."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

from recognition_audit import differentials, findings
from recognition_audit.answers import checks_beside, conceal_answers, count, gone_of_labels
from recognition_audit.concealment import checks_of_hidden, conceal, gone_from, hidden_groups
from recognition_audit.documents import (
    Group,
    Row,
    checks_of,
    document_of,
    groups_part,
    views,
)
from recognition_audit.errors import BadInput
from recognition_audit.intervals import independent
from recognition_audit.limits import SEED
from recognition_audit.metrics.base import Metric
from recognition_audit.metrics.classification import (
    ERROR,
    ERROR_OF_ALL,
    FDR_OF_PREDICTIONS,
    FPR,
    FTE,
    PRECISION,
    RECALL,
    SELECTION,
)
from recognition_audit.readers.predictions import (
    NO_LABEL,
    NOT_FOUND,
    UNKNOWN,
    Predictions,
    read_predictions,
)
from recognition_audit.readers.sniffing import known
from recognition_audit.report import Report, input_entry, manifest, rate_row

PathInput = str | PathLike[str]
# (group, truth, predicted or None) -> faces
Table = Counter[tuple[Group, str, str | None]]
# (truth, predicted or None, faces) of one group
Answers = Sequence[tuple[str, str | None, int]]
LABEL_AXIS = "label"
REPEATED_PEOPLE = (
    "Every face is counted as one person. Where people appear more than once, the true intervals "
    "are wider."
)


def classify(
    path: PathInput,
    *,
    truth: PathInput | None = None,
    attribute: str = "gender",
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    confidence_zero_is_missing: bool | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    seed: int | None = None,
    contrasts: Sequence[tuple[str, str]] | None = None,
    reference: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Audit predictions against true labels; raises BadInput.

    truth : a table of true labels and groups, joined by id; None where they stand inline.
    A missing prediction is a face that was not processed: it stands in the rates over all faces.
    confidence_zero_is_missing : a face_confidence of 0 says that no face was found (DeepFace);
    count its prediction as missing. Otherwise a check tells how many there are.
    contrasts, reference : pairs of groups, and a group against all others, named before looking.
    """
    data = known(path)
    table_of_truth = known(truth) if truth else None
    found = read_predictions(
        data,
        table_of_truth,
        attribute=attribute,
        groups=groups,
        columns=columns,
        confidence_zero_is_missing=bool(confidence_zero_is_missing),
        progress=progress,
    )
    if not found.table:
        raise BadInput("no prediction has a true label and a group", file=data.name)
    parameters: Row = {
        "attribute": attribute,
        "groups": found.axes,
        "columns": dict(columns or {}),
        "confidence_zero_is_missing": bool(confidence_zero_is_missing),
        "seed": SEED if seed is None else seed,
        "contrasts": [list(pair) for pair in contrasts or ()],
        "reference": reference,
        "system": dict(system or {}),
        "labels": dict(labels or {}),
        "source": dict(source or {}),
    }
    inputs = [input_entry("data", data, found.rows)]
    if table_of_truth:
        inputs.append(input_entry("truth", table_of_truth, found.labelled))
    return _report(found, attribute, manifest("classify", inputs, parameters))


def _report(found: Predictions, attribute: str, made_by: Mapping[str, Any]) -> Report:
    axes, table = found.axes, found.table
    document = document_of("classification", made_by, axes)
    document["system"]["attribute"] = attribute
    document["checks"] = checks_of(found.oddities.counts, (NOT_FOUND, UNKNOWN, NO_LABEL))
    faces: Counter[Group] = Counter()
    for (group, _truth, _got), n in table.items():
        faces[group] += n
    counts = {group: {"subjects": n, "samples": n} for group, n in faces.items()}
    hidden = hidden_groups(faces, axes, total=True)
    document["checks"] += checks_of_hidden(hidden, faces, axes)
    document["groups"] = groups_part(counts, axes, hidden)
    rates = [*_rates(table, axes), *_rates_of_labels(table, axes, attribute)]
    first = conceal(rates, hidden)
    document["rates"], document["confusion"] = conceal_answers(
        table, axes, attribute, hidden, (rates, first)
    )
    document["checks"] += checks_beside(first, document["rates"])
    told = made_by["parameters"]
    document |= differentials.of_classification(
        table,
        axes,
        told["seed"],
        attribute=attribute,
        contrasts=[(first, second) for first, second in told["contrasts"]],
        reference=told["reference"],
        gone=gone_from(document["rates"]) | gone_of_labels(rates, document["rates"]),
    )
    document["findings"] = findings.of_classification(document, attribute)
    document["limits"] = [
        *findings.limits_of_classification(document),
        REPEATED_PEOPLE,
    ]
    return Report(document)


def _by_group(table: Table, axes: Sequence[str]) -> Iterator[tuple[list[str], str, Answers]]:
    """The answers of each group of each view."""
    for names, name_of in views(axes):
        members: dict[str, list[tuple[str, str | None, int]]] = {}
        for (group, truth, got), n in table.items():
            members.setdefault(name_of(group), []).append((truth, got, n))
        for name, answers in sorted(members.items()):
            yield names, name, answers


def _rates(table: Table, axes: Sequence[str]) -> Iterator[Row]:
    for names, group, answers in _by_group(table, axes):
        for metric in (ERROR, ERROR_OF_ALL, FTE):
            yield _row(metric, *count(metric.name, answers), group, names)


def _rates_of_labels(table: Table, axes: Sequence[str], attribute: str) -> Iterator[Row]:
    """Rates of each label, by the axes that are not the attribute itself, then over everybody.

    Within one true gender the precision of a predicted gender says nothing.
    """
    others = [axis for axis in axes if axis != attribute]
    places = [axes.index(axis) for axis in others]
    merged: Table = Counter()
    for (labels, truth, got), n in table.items():
        merged[tuple(labels[place] for place in places), truth, got] += n
    every = sorted({truth for _labels, truth, _got in table})
    for names, group, answers in _by_group(merged, others):
        for label in every:
            # The label stands among the axes, so that rows of one group can be told apart.
            name, of = (f"{group} · {label}", [*names, LABEL_AXIS]) if names else (label, [])
            yield from _of_label(label, answers, name, of)


def _of_label(label: str, answers: Answers, group: str, axes: Sequence[str]) -> Iterator[Row]:
    for metric in (RECALL, PRECISION, FDR_OF_PREDICTIONS, FPR, SELECTION):
        errors, trials = count(metric.name, answers, label)
        if trials:
            yield _row(metric, errors, trials, group, axes) | {"label": label}


def _row(
    metric: Metric,
    errors: int,
    trials: int,
    group: str,
    axes: Sequence[str],
) -> Row:
    return rate_row(
        metric,
        errors=errors,
        trials=trials,
        subjects=trials,
        interval=independent(errors, trials) if trials else None,
        group_a=group,
        axes=list(axes),
    )
