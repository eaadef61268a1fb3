"""Two classifiers on the same faces: which of the two gives more wrong labels, by group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from recognition_audit.concealment import hidden_groups
from recognition_audit.errors import BadInput
from recognition_audit.limits import Adequacy, adequacy
from recognition_audit.paired_intervals import of_cases
from recognition_audit.paired_words import findings_of
from recognition_audit.pairing import NUMBERS, adjust, concealed
from recognition_audit.readers import tables, values
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.subjects import id_column, read_labels
from recognition_audit.report import SCHEMA, Report, input_entry, manifest, rounded
from recognition_audit.views import views

PathInput = str | PathLike[str]
Row = dict[str, Any]
Group = tuple[str, ...]
# (group, whether a is wrong, whether b is) -> faces; None: not processed
Faces = Counter[tuple[Group, bool | None, bool | None]]


def compare_predictions(
    a: PathInput,
    b: PathInput,
    *,
    truth: PathInput,
    names: tuple[str, str],
    attribute: str = "gender",
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
) -> Report:
    """Compare two classifiers' predictions of the same faces by id; raises BadInput.

    `error` is over the faces that both processed; `error_of_all`, where a face is missing from
    either, over all faces, a missing one counted as wrong. A difference is b less a.
    """
    files = [known(path) for path in (a, b)]
    table = known(truth)
    axes = list(groups or ["race", "gender"])
    offered, labels_of = read_labels(table, [*axes, attribute])
    # An axis may be the attribute itself, and then stands in the labels once.
    places = [offered.index(name) for name in (*axes, attribute)]
    by_id = {one: tuple(label[place] for place in places) for one, label in labels_of.items()}
    given = [_predictions(path, attribute, columns) for path in files]
    faces, checks = _faces(by_id, given, names)
    parameters = {
        "attribute": attribute, "groups": axes, "columns": dict(columns or {}),
        "systems": [{"name": name} for name in names],
        "labels": dict(labels or {}), "source": dict(source or {}),
    }  # fmt: skip
    inputs = [
        input_entry(role, path, len(found))
        for role, path, found in zip("ab", files, given, strict=True)
    ]
    inputs.append(input_entry("truth", table, len(by_id)))
    people: Counter[Group] = Counter()
    for (group, _a, _b), number in faces.items():
        people[group] += number
    rows = concealed(_rows(faces, axes), hidden_groups(people, axes, total=True))
    adjust(rows)
    document: Row = {
        "schema": SCHEMA,
        "task": "pairing",
        "manifest": manifest("compare", inputs, parameters),
        "system": {"name": " / ".join(names), "attribute": attribute},
        "labels": dict(labels or {}) | {"axes": axes},
        "checks": checks,
        "thresholds": [],
        "rates": [],
        "paired_rates": rows,
        "paired_measures": [],
    }
    document["findings"] = findings_of(document, names)
    document["limits"] = [
        "This is classification of an attribute, not face recognition.",
        "It says how the two differ on these faces, and on no others.",
    ]
    return Report(document)


def _predictions(
    path: Path, attribute: str, columns: Mapping[str, str] | None
) -> dict[str, str | None]:
    """The prediction of each face by its id; raises BadInput."""
    told = dict(columns or {})
    key = told.get("id") or id_column(path)
    offered = tables.columns_of(path)
    column = told.get("predicted") or ("predicted" if "predicted" in offered else attribute)
    found: dict[str, str | None] = {}
    for row, cells in tables.chunks(path, [key, column]):
        pairs = zip(values.texts(cells[key]), values.texts(cells[column]), strict=True)
        for place, (one, got) in enumerate(pairs):
            if one is None:
                raise BadInput("the id is missing", file=path.name, row=row + place, column=key)
            if found.setdefault(one, got) != got:
                words = f"the id {one[:40]} stands twice with two predictions"
                raise BadInput(words, file=path.name, row=row + place, column=key)
    return found


def _faces(
    by_id: Mapping[str, tuple[str, ...]],
    given: Sequence[Mapping[str, str | None]],
    names: tuple[str, str],
) -> tuple[Faces, list[Row]]:
    """The faces with a label that stand in either file, and what was passed over."""
    faces: Faces = Counter()
    told: Counter[str] = Counter()
    for one, label in by_id.items():
        there = [one in found for found in given]
        if not any(there) or None in label:
            told["labels that are missing or without a prediction"] += 1
            continue
        for name, here in zip(names, there, strict=True):
            told[f"faces that {name} does not hold"] += not here
        wrong = [None if (got := found.get(one)) is None else got != label[-1] for found in given]
        faces[label[:-1], wrong[0], wrong[1]] += 1
    for name, found in zip(names, given, strict=True):
        told[f"predictions of {name} without a label"] += len(found.keys() - by_id.keys())
    if not faces:
        raise BadInput("no face with a label stands in either file")
    return faces, [
        {"id": f"pairing-{number}", "severity": "warning", "message": kind, "count": count}
        for number, (kind, count) in enumerate(sorted(told.items()))
        if count
    ]


def _rows(faces: Faces, axes: Sequence[str]) -> list[Row]:
    groups = sorted({group for group, _a, _b in faces})
    metrics = ["error"]
    if any(a is None or b is None for _group, a, b in faces):
        metrics.append("error_of_all")
    rows = []
    for view_axes, members in views(axes, groups):
        for metric in metrics:
            for name, codes in members.items():
                chosen = {groups[code] for code in codes}
                cells: Counter[tuple[bool, bool]] = Counter()
                for (group, a, b), n in faces.items():
                    missing = a is None or b is None
                    if group in chosen and not (missing and metric == "error"):
                        cells[a is not False, b is not False] += n
                about = {"metric": metric, "axes": view_axes, "group": name}
                rows.append(about | _row(cells))
    return rows


def _row(cells: Mapping[tuple[bool, bool], int]) -> Row:
    """cells : faces by whether a and b are wrong."""
    both, only_a, only_b, neither = (
        cells.get(key, 0) for key in ((True, True), (True, False), (False, True), (False, False))
    )
    n = both + only_a + only_b + neither
    told = [adequacy(both + only, n, n) for only in (only_a, only_b)]
    row: Row = {"threshold_a": None, "threshold_b": None} | dict.fromkeys(NUMBERS)
    if Adequacy.TOO_FEW in told:
        return row | {"adequacy": Adequacy.TOO_FEW.value}
    worst = Adequacy.INDICATIVE if Adequacy.INDICATIVE in told else Adequacy.ENOUGH
    return row | {
        "errors_a": both + only_a, "trials_a": n, "value_a": rounded((both + only_a) / n),
        "errors_b": both + only_b, "trials_b": n, "value_b": rounded((both + only_b) / n),
        "adequacy": worst.value,
    } | of_cases(both, only_a, only_b, neither)  # fmt: skip
