"""Two systems, or two versions of one, on the same people: where one errs more than the other.

Both are measured on the same subjects, so what makes a person hard for both cancels out: the
interval of a difference leaves one subject out of both systems at a time. It is narrower than the
two systems' own intervals would let one think, and honest.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from os import PathLike
from typing import Any

import numpy as np

from recognition_audit.cells import ByUnit, Ints, View
from recognition_audit.comparison_checks import checks
from recognition_audit.concealment import Name, OfNames, conceal, hidden_groups
from recognition_audit.differentials import by_unit_of
from recognition_audit.engine import Engine, Progress, Threads
from recognition_audit.errors import BadInput
from recognition_audit.limits import Adequacy, adequacy
from recognition_audit.multiplicity import benjamini_hochberg
from recognition_audit.paired_intervals import by_subject, change_of
from recognition_audit.paired_words import findings_of
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.opening import Opened, opened
from recognition_audit.readers.sniffing import known
from recognition_audit.readers.units import Units
from recognition_audit.report import SCHEMA, Hashing, Report, input_entry, manifest, rounded
from recognition_audit.tally import Tally
from recognition_audit.thresholds import Threshold
from recognition_audit.verification import _Asked, _count, _Counted
from recognition_audit.views import Group, views

PathInput = str | PathLike[str]
Row = dict[str, Any]
# What is compared of the two systems' measures; the others follow from the rates themselves.
MEASURES_COMPARED = ("max_over_gm", "max_over_min", "gini")


@dataclass(frozen=True)
class System:
    """One of the two: its scores, which way they go, and where it is measured.

    path : as of `verify`: a file, a folder of shards, or these.
    """

    path: PathInput | Sequence[PathInput]
    name: str
    polarity: str | None = None
    thresholds: tuple[Threshold, ...] = ()
    at_fmr: tuple[float, ...] = ()


def compare(
    a: System,
    b: System,
    *,
    subjects: PathInput | None = None,
    layout: str | None = None,
    groups: Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: Mapping[str, str] | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Report:
    """Compare two systems' scores, paired by subject; raises BadInput.

    Each is measured at as many thresholds as the other: the first of `a` stands beside the first
    of `b`. A difference is b less a: above zero, b errs more often.
    """
    if len(a.thresholds) + len(a.at_fmr) != len(b.thresholds) + len(b.at_fmr):
        raise BadInput("name as many thresholds for one system as for the other")
    files = [opened(s.path, layout, subjects, s.polarity, groups, columns) for s in (a, b)]
    counted, inputs = [], []
    for role, found, system in zip("ab", files, (a, b), strict=True):
        with Hashing(found.files) as hashing:
            counted.append(_counted(found, system, engine or Threads(), progress))
            inputs += hashing.entries(role, counted[-1].comparisons.rows)
    inputs += [input_entry("subjects", known(subjects), None)] if subjects else []
    first, second = (one.comparisons for one in counted)
    if first.units.axes != second.units.axes:
        raise BadInput("the two systems' groups are on different axes: name them with --groups")
    parameters = {
        "systems": [_told(system, found) for system, found in zip((a, b), files, strict=True)],
        "layout": layout,
        "groups": list(first.units.axes),
        "columns": dict(columns or {}),
        "labels": dict(labels or {}),
        "source": dict(source or {}),
    }
    return _report(a, b, counted, manifest("compare", inputs, parameters))


def _report(
    a: System, b: System, counted: Sequence[_Counted], made_by: Mapping[str, Any]
) -> Report:
    """What was counted of both, paired."""
    units, tallies = _aligned(counted[0], counted[1])
    labels = made_by["parameters"]["labels"]
    document: Row = {
        "schema": SCHEMA,
        "task": "pairing",
        "manifest": made_by,
        "system": {"name": f"{a.name} / {b.name}"},
        "labels": labels | {"axes": units.axes},
        "checks": [
            *_checks_of(a, counted[0]), *_checks_of(b, counted[1]),
            *_differing(a, b, tallies),
        ],
        "thresholds": [
            asdict(step) | {"name": f"{system.name}: {step.name}", "value": step.value}
            for system, one in zip((a, b), counted, strict=True)
            for step in one.steps
        ],
        "rates": [],
    }  # fmt: skip
    steps = list(zip(counted[0].steps, counted[1].steps, strict=True))
    document |= paired(tallies, units, (a.name, b.name), steps)
    document["findings"] = findings_of(document, (a.name, b.name))
    document["limits"] = list(_limits(document, labels))
    return Report(document)


def _counted(found: Opened, system: System, engine: Engine, progress: Progress | None) -> _Counted:
    if not found.source.has_subjects:
        raise BadInput("two systems are paired by subject: there are no subject ids",
                       file=found.files[0].name)  # fmt: skip
    asked = _Asked(list(system.thresholds), list(system.at_fmr), None)
    return _count(found.source, asked, engine, progress)


def _limits(document: Mapping[str, Any], labels: Mapping[str, str] | None) -> Iterator[str]:
    if labels and labels.get("limits"):
        yield labels["limits"]
    yield "It says how the two differ on these people and pictures, and on no others."
    if any(check["id"].startswith("subjects-") for check in document["checks"]):
        yield "The two were not scored on the same comparisons: that is part of the difference."
    if any(step["tuned"] for step in document["thresholds"]):
        yield (
            "Thresholds that were fixed on these very data are taken as given: the intervals do "
            "not hold what other data would have made of them."
        )


def _told(system: System, found: Opened) -> Row:
    """A system in the manifest's parameters."""
    return {
        "name": system.name,
        "polarity": found.source.polarity,
        "thresholds": [asdict(step) for step in system.thresholds],
        "at_fmr": list(system.at_fmr),
    }


def _aligned(a: _Counted, b: _Counted) -> tuple[Units, tuple[Tally, Tally]]:
    """Both tallies under the same codes, in alphabetical order."""
    joined = Units(a.comparisons.units.axes)
    codes = [joined.absorb(one.comparisons.units) for one in (a, b)]
    units, unit_of, group_of = joined.settled()
    tallies = [
        one.tally.recoded(unit_of[unit], group_of[group], len(units), len(units.groups))
        for one, (unit, group) in zip((a, b), codes, strict=True)
    ]
    return units, (tallies[0], tallies[1])


def _checks_of(system: System, counted: _Counted) -> list[Row]:
    comparisons: Comparisons = counted.comparisons
    return [
        row | {"message": f"{system.name}: {row['message']}"}
        for row in checks(comparisons.oddities, counted.histograms)
    ]


def _differing(a: System, b: System, tallies: tuple[Tally, Tally]) -> list[Row]:
    """Subjects that the two were not measured on alike."""
    parts = [np.column_stack([tally.impostors, tally.mated]) for tally in tallies]
    there = [part.any(axis=1) for part in parts]
    unlike = (parts[0] != parts[1]).any(axis=1) & there[0] & there[1]
    told = {
        f"subjects scored by {a.name} only": there[0] & ~there[1],
        f"subjects scored by {b.name} only": there[1] & ~there[0],
        "subjects with more comparisons in one than in the other": unlike,
    }
    if not (there[0] & there[1]).any():
        raise BadInput("no subject stands in both: two systems are paired by subject")
    ids = ("subjects-of-a-only", "subjects-of-b-only", "subjects-unlike")
    return [
        {"id": name, "severity": "warning", "message": kind, "count": int(which.sum())}
        for name, (kind, which) in zip(ids, told.items(), strict=True)
        if which.any()
    ]


def paired(
    tallies: tuple[Tally, Tally],
    units: Units,
    names: tuple[str, str],
    steps: Sequence[tuple[Threshold, Threshold]],
) -> dict[str, list[Row]]:
    """The parts `paired_rates` and `paired_measures`; units carry the same codes in both."""
    group_of: Ints = units.group_of_unit()
    metrics = ("FMR", "FNMR") if all(tally.mated.any() for tally in tallies) else ("FMR",)
    rates: list[Row] = []
    sides: list[tuple[Row, ByUnit, ByUnit, int]] = []
    for step, thresholds in enumerate(steps):
        said = {
            f"threshold_{side}": f"{name}: {threshold.name}"
            for side, name, threshold in zip("ab", names, thresholds, strict=True)
        }
        for axes, members in views(units.axes, units.group_list()):
            view = View.of(axes, members)
            for metric in metrics:
                one, other = (by_unit_of(t, metric, step, view, group_of) for t in tallies)
                about: Row = {"metric": metric, "axes": view.axes} | said
                rates += rates_of(one, other, view.names, about)
                sides.append((about, one, other, len(view.names)))
    rates = concealed(rates, hidden_groups(_people(tallies, units), units.axes))
    measures, place = [], 0
    for about, one, other, groups in sides:
        shown = rates[place : place + groups]
        kept = [number for number, row in enumerate(shown) if row["value_a"] is not None]
        changes = (change_of(name, one, other, groups, kept) for name in MEASURES_COMPARED)
        measures += [about | made for made in changes if made is not None]
        place += groups
    adjust(rates)
    return {"paired_rates": rates, "paired_measures": measures}


def _people(tallies: tuple[Tally, Tally], units: Units) -> dict[Group, int]:
    """The subjects of each group of the intersection that stand in either."""
    there = np.any([t.impostors.any(axis=1) | (t.mated > 0) for t in tallies], axis=0)
    groups = units.group_list()
    counts = np.bincount(units.group_of_unit()[there], minlength=len(groups))
    return {group: int(n) for group, n in zip(groups, counts, strict=True)}


def concealed(rows: Sequence[Row], hidden: Collection[Name]) -> list[Row]:
    """Without the numbers of hidden groups, nor of any by which one would follow.

    Within a group as they are, false matches are not the sum of its parts' (those across the parts
    are there too); they are taken to be, since subjects are and pairs across may not be there.
    """
    gone: set[int] = set()
    for side in "ab":
        told = conceal(
            [
                {
                    "metric": row["metric"],
                    "threshold": (row["threshold_a"], row["threshold_b"]),
                    "axes": row["axes"],
                    "group_a": row["group"],
                    "errors": row[f"errors_{side}"],
                    "trials": row[f"trials_{side}"],
                    "value": None if place in gone else row[f"value_{side}"],
                }
                for place, row in enumerate(rows)
            ],
            hidden,
            partial(OfNames, total=True),
        )
        gone |= {place for place, row in enumerate(told) if row["value"] is None}
    empty = dict.fromkeys(NUMBERS) | {"adequacy": Adequacy.TOO_FEW.value}
    return [row | empty if place in gone else row for place, row in enumerate(rows)]


def rates_of(one: ByUnit, other: ByUnit, names: Sequence[str], about: Row) -> list[Row]:
    """A row a group: both rates and their difference; nulls where either has too few data."""
    totals = [side.totals(len(names)) for side in (one, other)]
    rows = []
    for group, name in enumerate(names):
        (errors, trials, subjects), (errors_b, trials_b, subjects_b) = (
            tuple(int(part[group]) for part in total) for total in totals
        )
        told = [adequacy(errors, trials, subjects), adequacy(errors_b, trials_b, subjects_b)]
        row = about | {"group": name} | dict.fromkeys(NUMBERS)
        if Adequacy.TOO_FEW in told:
            rows.append(row | {"adequacy": Adequacy.TOO_FEW.value})
            continue
        worst = Adequacy.INDICATIVE if Adequacy.INDICATIVE in told else Adequacy.ENOUGH
        rows.append(
            row
            | {
                "errors_a": errors, "trials_a": trials, "value_a": rounded(errors / trials),
                "errors_b": errors_b, "trials_b": trials_b, "value_b": rounded(errors_b / trials_b),
                "adequacy": worst.value,
            }
            | by_subject(one, other, len(names), group)
        )  # fmt: skip
    return rows


NUMBERS = (
    "errors_a", "trials_a", "value_a", "errors_b", "trials_b", "value_b",
    "subjects", "difference", "ci", "p", "p_adjusted",
)  # fmt: skip


def adjust(rows: Sequence[Row]) -> None:
    """All p-values of the report by Benjamini and Hochberg: nobody named a group beforehand."""
    family = [row for row in rows if row["p"] is not None]
    if family:
        adjusted = benjamini_hochberg(np.array([row["p"] for row in family]))
        for row, value in zip(family, adjusted, strict=True):
            row["p_adjusted"] = rounded(float(value))
