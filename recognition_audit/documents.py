"""The parts that every report has, and groups seen as intersections, parents and everybody."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from recognition_audit.limits import SUBJECTS_MIN, Adequacy
from recognition_audit.report import SCHEMA
from recognition_audit.views import Group, looks

Row = dict[str, Any]
# What no audit of this kind can fill is an empty list, so that readers find every key.
LISTS = ("summaries", "shifts", "differentials", "contrasts", "bands")


def document_of(task: str, made_by: Mapping[str, Any], axes: Sequence[str]) -> Row:
    """A report without results. made_by : the manifest, with system and labels as parameters."""
    told = made_by["parameters"]
    empty: Row = {name: [] for name in LISTS}
    return empty | {
        "schema": SCHEMA,
        "task": task,
        "manifest": dict(made_by),
        "system": dict(told["system"]),
        "labels": dict(told["labels"]) | {"axes": list(axes)},
        "checks": [],
        "thresholds": [],
        "groups": [],
        "rates": [],
        "curves": {"det": [], "sweep": [], "gallery": []},
        "findings": [],
        "limits": [],
    }


def check(message: str, count: int, severity: str = "info") -> Row:
    """One line of `checks`; its id is the message with hyphens."""
    name = "".join(c if c.isalnum() else " " for c in message)
    return {
        "id": "-".join(name.split()[:10]),
        "severity": severity,
        "message": message,
        "count": int(count),
    }


def checks_of(counts: Mapping[str, int], warnings: Sequence[str] = ()) -> list[Row]:
    """Every kind that was met, in the order of its name."""
    return [
        check(kind, count, "warning" if kind in warnings else "info")
        for kind, count in sorted(counts.items())
        if count
    ]


def views(axes: Sequence[str]) -> Iterator[tuple[list[str], Callable[[Group], str]]]:
    """The intersection, then each axis alone, then everybody: the axes, and a group's name."""
    return looks(axes, everybody=True)


def groups_part(
    counts: Mapping[Group, Mapping[str, int]],
    axes: Sequence[str],
    hidden: Container[tuple[tuple[str, ...], str]] = (),
) -> list[Row]:
    """The part `groups`: subjects and samples of every view; numbers of small ones are left out.

    counts : for each group of the intersection, numbers by name (subjects, samples, …).
    hidden : other groups whose numbers are left out, as view and name.
    """
    rows: list[Row] = []
    for names, name_of in views(axes):
        if not names:
            continue
        members: dict[str, list[Group]] = {}
        for group in counts:
            members.setdefault(name_of(group), []).append(group)
        for name, groups in sorted(members.items()):
            labels = [groups[0][axes.index(axis)] for axis in names]
            row = _group_row(name, dict(zip(names, labels, strict=True)), groups, counts)
            if (tuple(names), name) in hidden:
                gone = dict.fromkeys(key for key in row if key not in ("id", "axes"))
                row |= gone | {"adequacy": Adequacy.TOO_FEW.value}
            rows.append(row)
    return rows


def _group_row(
    name: str,
    labels: Mapping[str, str],
    groups: Sequence[Group],
    counts: Mapping[Group, Mapping[str, int]],
) -> Row:
    sums: dict[str, int] = {}
    for group in groups:
        for kind, number in counts[group].items():
            sums[kind] = sums.get(kind, 0) + number
    few = sums.get("subjects", 0) < SUBJECTS_MIN
    numbers: dict[str, int | None] = {"mated": None, "impostors": None}
    numbers |= {kind: None if few else number for kind, number in sums.items()}
    adequacy = Adequacy.TOO_FEW if few else Adequacy.ENOUGH
    return {"id": name, "axes": dict(labels), "adequacy": adequacy.value} | numbers
