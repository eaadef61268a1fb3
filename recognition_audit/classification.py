"""The audit of predictions: which label of an attribute a face gets, by group."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from os import PathLike
from typing import Any

from recognition_audit import differentials, findings
from recognition_audit.bootstrap import SEED
from recognition_audit.errors import BadInput
from recognition_audit.intervals import independent
from recognition_audit.metrics.base import Metric
from recognition_audit.metrics.classification import ERROR, ERROR_OF_ALL, FTE, PRECISION, RECALL
from recognition_audit.readers import tables, values
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.subjects import id_column, read_labels
from recognition_audit.report import SCHEMA, Report, input_entry, manifest, rate_row

PathInput = str | PathLike[str]
Row = dict[str, Any]
# (group, truth, predicted or None) -> faces
Table = Counter[tuple[tuple[str, ...], str, str | None]]
CONFIDENCE_OF_A_FACE = "face_confidence"


def classify(
    path: PathInput,
    *,
    truth: PathInput,
    attribute: str = "gender",
    groups: Sequence[str] | None = None,
    system: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    seed: int | None = None,
    contrasts: Sequence[tuple[str, str]] | None = None,
    reference: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Audit predictions against a table of true labels, joined by id; raises BadInput.

    A missing prediction is a face that was not processed: it stands in the rates over all faces.
    contrasts, reference: pairs of groups, and a group against all others, named before looking.
    """
    data, table_of_truth = known(path), known(truth)
    axes = list(groups or ["race", "gender"])
    _names, by_id = read_labels(table_of_truth, [*axes, attribute])
    table, checks, rows = _count(data, by_id, attribute, progress)
    parameters = {
        "attribute": attribute,
        "groups": axes,
        "seed": SEED if seed is None else seed,
        "contrasts": [list(pair) for pair in contrasts or ()],
        "reference": reference,
        "system": dict(system or {}),
        "labels": dict(labels or {}),
        "source": dict(source or {}),
    }
    inputs = [input_entry("data", data, rows), input_entry("truth", table_of_truth, len(by_id))]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "task": "classification",
        "manifest": manifest("classify", inputs, parameters),
        "system": dict(system or {}) | {"attribute": attribute},
        "labels": dict(labels or {}) | {"axes": axes},
        "checks": [
            {"id": kind.replace(" ", "-"), "message": kind, "count": count}
            for kind, count in sorted(checks.items())
            if count
        ],
        "thresholds": [],
        "rates": list(_rates(table, axes)),
        **differentials.of_classification(
            table,
            axes,
            SEED if seed is None else seed,
            attribute=attribute,
            contrasts=contrasts or (),
            reference=reference,
        ),
    }
    document["findings"] = findings.of_classification(document, attribute)
    document["limits"] = findings.limits_of_classification(document)
    return Report(document)


def _count(
    data: Any,
    by_id: Mapping[str, tuple[str, ...]],
    attribute: str,
    progress: Callable[[int, int], None] | None,
) -> tuple[Table, Counter[str], int]:
    """One pass over the predictions."""
    key, names = id_column(data), tables.columns_of(data)
    column = "predicted" if "predicted" in names else attribute
    has_confidence = CONFIDENCE_OF_A_FACE in names
    wanted = [key, column, *([CONFIDENCE_OF_A_FACE] if has_confidence else [])]
    table: Table = Counter()
    checks: Counter[str] = Counter()
    seen: set[str] = set()
    for row, cells in tables.chunks(data, wanted):
        ids, predicted = values.texts(cells[key]), values.texts(cells[column])
        if has_confidence:
            confidence = values.numbers(
                cells[CONFIDENCE_OF_A_FACE], file=data.name, row=row, column=CONFIDENCE_OF_A_FACE
            )
            checks["faces that the detector did not find"] += int((confidence == 0).sum())
        for place, one in enumerate(ids):
            if one is None:
                raise BadInput("the id is missing", file=data.name, row=row + place, column=key)
            if one in seen:
                checks["duplicate rows"] += 1
                continue
            seen.add(one)
            _enter(table, checks, by_id.get(one), predicted[place])
        if progress:
            progress(len(seen), len(by_id))
    checks["labels without a prediction"] = len(by_id.keys() - seen)
    return table, checks, len(seen)


def _enter(
    table: Table, checks: Counter[str], label: tuple[str, ...] | None, predicted: str | None
) -> None:
    if label is None:
        checks["predictions without a label"] += 1
    elif None in label:
        checks["rows without a group label"] += 1
    else:
        table[label[:-1], label[-1], predicted] += 1


def _rates(table: Table, axes: Sequence[str]) -> Iterator[Row]:
    every: list[tuple[Sequence[str], Callable[[tuple[str, ...]], str]]] = [(axes, " · ".join)]
    if len(axes) > 1:
        every += [([axis], itemgetter(place)) for place, axis in enumerate(axes)]
    every.append(([], lambda _group: "all"))
    for names, name_of in every:
        for group in sorted({name_of(group) for group, _truth, _got in table}):
            rows = [(t, p, n) for (g, t, p), n in table.items() if name_of(g) == group]
            yield from _of_group(rows, group, names)
    yield from _of_labels(table)


def _of_group(
    rows: Sequence[tuple[str, str | None, int]], group: str, axes: Sequence[str]
) -> Iterator[Row]:
    everybody = sum(n for _t, _p, n in rows)
    missing = sum(n for _t, p, n in rows if p is None)
    wrong = sum(n for t, p, n in rows if p is not None and p != t)
    yield _row(ERROR, wrong, everybody - missing, group, axes)
    yield _row(ERROR_OF_ALL, wrong + missing, everybody, group, axes)
    yield _row(FTE, missing, everybody, group, axes)


def _of_labels(table: Table) -> Iterator[Row]:
    """Recall and precision of each label over everybody."""
    for label in sorted({truth for _group, truth, _got in table}):
        of_label = [(p, n) for (_g, t, p), n in table.items() if t == label and p is not None]
        given = [(t, n) for (_g, t, p), n in table.items() if p == label]
        missed = sum(n for p, n in of_label if p != label)
        yield _row(RECALL, missed, sum(n for _p, n in of_label), label, [], hits=True)
        false = sum(n for t, n in given if t != label)
        yield _row(PRECISION, false, sum(n for _t, n in given), label, [], hits=True)


def _row(
    metric: Metric,
    errors: int,
    trials: int,
    group: str,
    axes: Sequence[str],
    *,
    hits: bool = False,
) -> Row:
    return rate_row(
        metric,
        errors=errors,
        trials=trials,
        subjects=trials,
        interval=independent(errors, trials) if trials else None,
        group_a=group,
        axes=list(axes),
        hits=hits,
    )
