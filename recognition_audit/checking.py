"""A look at a file before it is audited: schema, polarity, oddities, adequacy, and what could be
said of it. Nothing is measured and no threshold is needed."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from recognition_audit import checking_comparisons
from recognition_audit.documents import Row, check, checks_of, groups_part
from recognition_audit.errors import BadInput
from recognition_audit.limits import SUBJECTS_MIN
from recognition_audit.readers import tables
from recognition_audit.readers.columns import of_subjects
from recognition_audit.readers.comparisons import Oddities
from recognition_audit.readers.counts import Counts
from recognition_audit.readers.predictions import read_predictions
from recognition_audit.readers.rates import Rates
from recognition_audit.readers.searches import Searches
from recognition_audit.readers.sniffing import LAYOUTS, known, sniff
from recognition_audit.readers.subjects import read_labels
from recognition_audit.report import input_entry

PathInput = str | PathLike[str]
SCHEMA = "countersign.recognition-check/1"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """What was found.

    document : {schema, layout, input, columns, axes, polarity, groups, checks, audits}; an audit
    is {audit, ready, says, needs, command}.
    """

    document: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """JSON: keys sorted, UTF-8, one newline at the end."""
        text = json.dumps(self.document, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return text.encode() + b"\n"


@dataclass(frozen=True)
class Asked:
    """What the caller said of the file."""

    data: Path
    subjects: Path | None
    groups: Sequence[str] | None
    columns: Mapping[str, str]
    polarity: str | None
    attribute: str
    progress: Progress | None

    def command(self, audit: str, *more: str) -> str:
        """What to type for an audit: with all that the caller said of the file, and more."""
        words = ["recognition-audit", audit, self.data.name]
        if self.subjects:
            words += ["--truth" if audit == "classify" else "--subjects", self.subjects.name]
        words += ["--attribute", self.attribute] if audit == "classify" else []
        words += ["--groups", ",".join(self.groups)] if self.groups else []
        for role, column in self.columns.items():
            words += ["--column", f"{role}={column}"]
        return shlex.join([*words, *more])


def check_file(
    path: PathInput,
    *,
    layout: str | None = None,
    subjects: PathInput | None = None,
    polarity: str | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    attribute: str = "gender",
    progress: Progress | None = None,
) -> Checked:
    """Read a file whole and say what it holds; raises BadInput where it cannot be read.

    layout : one of LAYOUTS, by the columns' names if None. subjects : the table of subjects or of
    true labels, where there is one.
    """
    if layout is None and Path(path).suffix.lower() == ".npy":
        layout = "embeddings"
    data = known(path, any_name=layout in WITHOUT_ENDING)
    is_table = data.suffix.lower() in tables.SUFFIXES
    sniffed = sniff(data) if is_table else None
    found = layout or (sniffed.layout if sniffed else "")
    asked = Asked(
        data,
        known(subjects) if subjects else None,
        groups,
        dict(columns or {}),
        polarity,
        attribute,
        progress,
    )
    document: Row = {
        "schema": SCHEMA,
        "layout": found,
        "columns": sniffed.columns if sniffed else [],
        "axes": [],
        "polarity": {"by_name": None, "by_data": None},
        "groups": [],
        "checks": [],
        "audits": [],
    }
    rows = LOOKS[found](asked, document)
    inputs = [input_entry("data", data, rows)]
    if asked.subjects:
        inputs.append(input_entry("subjects", asked.subjects, None))
    document["inputs"] = inputs
    return Checked(document)


def _labels(asked: Asked) -> tuple[list[str], dict[str, tuple[str, ...]]] | None:
    if asked.subjects is None:
        return None
    return read_labels(asked.subjects, asked.groups, columns=of_subjects(asked.columns))


def _searches(asked: Asked, document: Row) -> int:
    gallery = None if _has_gallery(asked) else 1
    of = Searches(
        asked.data,
        columns=asked.columns,
        groups=asked.groups,
        labels=_labels(asked),
        gallery=gallery,
    )
    counts: dict[tuple[str, ...], dict[str, Any]] = {}
    strangers = mates = 0
    for search in of.searches():
        both = counts.setdefault(search.group, {"people": set(), "searches": 0})
        both["people"].add(search.person)
        both["searches"] += 1
        strangers += not search.mated
        mates += search.mated
    numbers = {
        group: {"subjects": len(both["people"]), "searches": both["searches"]}
        for group, both in counts.items()
    }
    _fill(document, of.axes, of.oddities, numbers)
    says = [f"false hits (FPIR) over {strangers:,} searches for strangers"] if strangers else []
    says += [f"people not found (FNIR) over {mates:,} searches"] if mates else []
    needs = [] if gallery is None else ["--gallery N: how many people were searched"]
    if of.kind == "scores" and not of.of["threshold"]:
        needs.append("--threshold VALUE")
    _audit(document, "identify", says, needs, asked)
    return of.rows


def _has_gallery(asked: Asked) -> bool:
    names = {name.lower() for name in tables.columns_of(asked.data)}
    return "gallery" in names or "gallery" in asked.columns


def _predictions(asked: Asked, document: Row) -> int:
    try:
        found = read_predictions(
            asked.data,
            asked.subjects,
            attribute=asked.attribute,
            groups=asked.groups,
            columns=asked.columns,
            progress=asked.progress,
        )
    except BadInput as problem:
        if asked.subjects or "no column for the truth" not in problem.words:
            raise
        needs = ["--truth LABELS: a table of true labels and groups, by id"]
        rows = _read_all(asked, document)
        _audit(document, "classify", [], needs, asked)
        return rows
    faces: dict[tuple[str, ...], int] = {}
    missing = 0
    for (group, _truth, got), n in found.table.items():
        faces[group] = faces.get(group, 0) + n
        missing += n if got is None else 0
    numbers = {group: {"subjects": n, "samples": n} for group, n in faces.items()}
    _fill(document, found.axes, found.oddities, numbers)
    says = [f"error of {asked.attribute} over {sum(faces.values()):,} faces"]
    says += [f"failures to process: {missing:,}"] if missing else []
    _audit(document, "classify", says, [], asked)
    return found.rows


def _counts(asked: Asked, document: Row) -> int:
    of = Counts(asked.data, metric="error", columns=asked.columns, groups=asked.groups)
    found = list(of.counts())
    small = sum(one.n < SUBJECTS_MIN for one in found)
    _fill(document, of.axes, of.oddities, {})
    if small:
        document["checks"].append(check("cells of too few trials to be shown", small, "warning"))
    systems = {one.system for one in found}
    says = [f"rates and intervals of {len(found):,} cells, {len(systems):,} systems"]
    _audit(document, "counts", says if found else [], [], asked)
    return of.rows


def _rates(asked: Asked, document: Row) -> int:
    percent = _looks_like_percent(asked)
    of = Rates(asked.data, columns=asked.columns, groups=asked.groups, percent=percent)
    found = list(of.rates())
    _fill(document, of.axes, of.oddities, {})
    systems = {one.algorithm for one in found}
    says = [f"{len(found):,} printed rates of {len(systems):,} systems, without intervals"]
    needs = ["--percent: the rates are percentages"] if percent else []
    _audit(document, "counts", says if found else [], needs, asked)
    return of.rows


def _looks_like_percent(asked: Asked) -> bool:
    """Whether some rate is above 1, so that the table must print percentages."""
    of = Rates(asked.data, columns=asked.columns, groups=asked.groups, percent=True)
    return any(one.value > 1 / 100 for one in of.rates()) and _not_shares(asked)


def _not_shares(asked: Asked) -> bool:
    try:
        of = Rates(asked.data, columns=asked.columns, groups=asked.groups)
        for _rate in of.rates():
            pass
    except BadInput:
        return True
    return False


def _unknown(asked: Asked, document: Row) -> int:
    """A table that no audit knows: read it to its end, and say what would make it one."""
    rows = _read_all(asked, document)
    needs = [
        "columns that say what it is: see docs/audit-inputs.md, and --columns MAP.toml for others"
    ]
    _audit(document, "none", [], needs, asked)
    return rows


def _read_all(asked: Asked, document: Row) -> int:
    noted, rows = Oddities(), 0
    # One column shows every fault of the table's shape; what unknown cells hold is not judged.
    columns = tables.columns_of(asked.data)[:1]
    for _row, cells in tables.chunks(asked.data, columns, noted.add):
        rows += len(next(iter(cells.values())))
    document["checks"] += checks_of(noted.counts)
    return rows


def _comparisons(asked: Asked, document: Row) -> int:
    return checking_comparisons.look(asked, document, _labels(asked))


def _fill(
    document: Row,
    axes: Sequence[str],
    oddities: Oddities,
    counts: Mapping[tuple[str, ...], Mapping[str, int]],
) -> None:
    document["axes"] = list(axes)
    document["checks"] += checks_of(oddities.counts)
    document["groups"] = groups_part(counts, axes)


def _audit(
    document: Row, name: str, says: Sequence[str], needs: Sequence[str], asked: Asked
) -> None:
    # What is needed begins with the option that gives it.
    more = [need.partition(":")[0].split() for need in needs if need.startswith("--")]
    command = asked.command(name, *(word for words in more for word in words))
    document["audits"].append(
        {
            "audit": name,
            "ready": bool(says) and not needs,
            "says": list(says),
            "needs": list(needs),
            "command": command if name != "none" else "",
        }
    )


# Their files are no tables by their names.
WITHOUT_ENDING = ("bob", "embeddings")
LOOKS: Mapping[str, Callable[[Asked, Row], int]] = {
    "pairs": _comparisons,
    "matrix": _comparisons,
    "bob": _comparisons,
    "embeddings": _comparisons,
    "searches": _searches,
    "predictions": _predictions,
    "counts": _counts,
    "rates": _rates,
    "": _unknown,
}
assert set(LAYOUTS) < set(LOOKS)  # noqa: S101 - a layout without a look would be a KeyError
