"""A limit that a contract sets, judged on a report: `max_over_gm(FMR) > 3` breaks it.

    clause  = name "(" metric { "," metric } ")" [ ".lo" | ".hi" ]
              [ "at" threshold ] [ "by" axis { "," axis } ] compare number [ "%" ]
    compare = ">" | ">=" | "<" | "<="

name is a measure (`max_over_gm`, `gini`, …), or `max` or `min` of a rate over the groups; of two
systems compared, `increase` is by how much a group's rate is higher with the second. `.lo` and
`.hi` are the ends of its interval: `max_over_gm(FMR).lo > 1` is not broken where chance alone, by
shuffled labels, sets groups as far apart.
Without `at` and `by` every threshold and every view of the report is judged. A threshold with
blanks in its name stands in quotes.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recognition_audit.errors import BadInput
from recognition_audit.measures import MEASURES

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
OF_RATES: dict[str, Callable[..., Any]] = {"max": max, "min": min}
INCREASE = "increase"
# What keeps rows of one view apart: the highest rate is of one system, not over all of a table.
APART = ("threshold", "gallery", "rank", "kind", "system")
ENDS = {"lo": "lower end", "hi": "upper end"}
CLAUSE_CHARACTERS_MAX = 300
_WORD = r"""[^\s"',()<>=]+"""
_CLAUSE = re.compile(
    rf"""\s*(?P<name>\w+)\s*\(\s*(?P<metrics>\w+(?:\s*,\s*\w+)*)\s*\)
    (?:\.(?P<end>lo|hi))?
    (?:\s+at\s+(?:"(?P<quoted>[^"]+)"|(?P<threshold>{_WORD})))?
    (?:\s+by\s+(?P<axes>{_WORD}(?:\s*,\s*{_WORD})*))?
    \s*(?P<compare>>=|<=|>|<)\s*(?P<number>\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*(?P<percent>%)?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Clause:
    """A parsed limit; `text` as it was written."""

    text: str
    name: str
    metrics: tuple[str, ...]
    end: str | None
    threshold: str | None
    axes: tuple[str, ...] | None
    compare: str
    number: float


@dataclass(frozen=True)
class Verdict:
    """What a clause met in a report. broken, kept : of what, with the value and the limit;
    unknown : of what, where there is too little data for a value."""

    clause: Clause
    broken: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: tuple[str, ...]


def parse(text: str) -> Clause:
    """Read a clause; raises BadInput that says what can be written.

    >>> parse("max_over_gm(FMR) > 3").number
    3.0
    """
    found = _CLAUSE.fullmatch(text) if len(text) <= CLAUSE_CHARACTERS_MAX else None
    if found is None:
        raise BadInput(
            f"the limit {text[:60]!r} cannot be read. Write it like max_over_gm(FMR) > 3, "
            "max(FMR) at 0.6 by race, gender > 1 %, or gini(FMR).lo >= 0.2"
        )
    name = found["name"]
    if name not in (*MEASURES, *OF_RATES, INCREASE):
        raise BadInput(f"there is no measure {name[:40]}. Measures: {_names()}")
    return Clause(
        text=text.strip(),
        name=name,
        metrics=tuple(_listed(found["metrics"])),
        end=found["end"],
        threshold=found["quoted"] or found["threshold"],
        axes=tuple(_listed(found["axes"])) if found["axes"] else None,
        compare=found["compare"],
        number=float(found["number"]) / (100 if found["percent"] else 1),
    )


def judge(clause: Clause, document: Mapping[str, Any]) -> Verdict:
    """Judge a report by a clause; raises BadInput where the report has nothing of that name, or no
    value at all: a limit that cannot be judged is not kept."""
    if clause.name == INCREASE:
        rows = _of_pairs(clause, document)
    elif clause.name in OF_RATES:
        rows = _of_rates(clause, document)
    else:
        rows = _of_measures(clause, document)
    broken: list[str] = []
    kept: list[str] = []
    unknown: list[str] = []
    for place, value in rows:
        if value is None:
            unknown.append(place)
            continue
        met = COMPARE[clause.compare](value, clause.number)
        told = f"{place}: {value:.4g}, limit {clause.number:.4g}"
        (broken if met else kept).append(told)
    if not broken and not kept:
        raise BadInput(
            f"the limit {clause.text} cannot be judged: too little data for {'; '.join(unknown)}"
        )
    return Verdict(clause, tuple(broken), tuple(kept), tuple(unknown))


def _of_measures(clause: Clause, document: Mapping[str, Any]) -> list[tuple[str, float | None]]:
    every = document.get("differentials", [])
    named = [row for row in every if row["measure"] == clause.name]
    rows = [row for row in named if tuple(row["metrics"]) == clause.metrics]
    if not rows:
        offered = sorted({f"{row['measure']}({', '.join(row['metrics'])})" for row in every})
        raise BadInput(
            f"this report has no {clause.name}({', '.join(clause.metrics)}). It has: "
            f"{', '.join(offered) or 'no measures'}"
        )
    found = []
    for row in _narrowed(clause, rows):
        ends = [f"{end} {row[end]}" for end in ("worst", "best") if row.get(end)]
        found.append((_place(clause, row, document, of="; ".join(ends)), _value(clause, row)))
    return found


def _of_rates(clause: Clause, document: Mapping[str, Any]) -> list[tuple[str, float | None]]:
    """The highest or lowest rate of a metric over the groups of each view, threshold and system."""
    every = [row for row in document["rates"] if row["axes"]]
    metric = clause.metrics[0]
    rows = [
        row for row in every if row["metric"] == metric and row["group_b"] in (None, row["group_a"])
    ]
    if not rows or len(clause.metrics) > 1:
        offered = sorted({row["metric"] for row in every})
        raise BadInput(
            f"this report has no rate {', '.join(clause.metrics)} by group. It has: "
            f"{', '.join(offered) or 'no rates'}"
        )
    cells: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in _narrowed(clause, rows):
        key = (tuple(row["axes"]), *(row.get(name) for name in APART))
        cells.setdefault(key, []).append(row)
    result: list[tuple[str, float | None]] = []
    for part in cells.values():
        values = [(value, row) for row in part if (value := _value(clause, row)) is not None]
        if not values:
            result.append((_place(clause, part[0], document), None))
            continue
        value, row = OF_RATES[clause.name](values, key=operator.itemgetter(0))
        result.append((_place(clause, row, document, group=row["group_a"]), value))
    return result


def _of_pairs(clause: Clause, document: Mapping[str, Any]) -> list[tuple[str, float | None]]:
    """The differences of two systems' rates, group by group."""
    every = [
        row | {"threshold": row["threshold_b"], "value": row["difference"]}
        for row in document.get("paired_rates", [])
    ]
    rows = [row for row in every if (row["metric"],) == clause.metrics]
    if not rows:
        offered = sorted({row["metric"] for row in every})
        raise BadInput(
            f"this report has no {clause.name}({', '.join(clause.metrics)}). It has: "
            f"{', '.join(offered) or 'one system only'}"
        )
    return [
        (_place(clause, row, document, group=row["group"]), _value(clause, row))
        for row in _narrowed(clause, rows)
    ]


def _narrowed(clause: Clause, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those at the clause's threshold and by its axes; raises BadInput when there are none."""
    for name, wanted in (("threshold", clause.threshold), ("axes", clause.axes)):
        if wanted is None:
            continue
        kept = [row for row in rows if _plain(row[name]) == _plain(wanted)]
        if not kept:
            offered = sorted({_plain(row[name]) for row in rows})
            raise BadInput(
                f"the limit {clause.text}: no {name} {_plain(wanted)}. There are: "
                f"{'; '.join(offered)}"
            )
        rows = kept
    return list(rows)


def _value(clause: Clause, row: Mapping[str, Any]) -> float | None:
    of = {"value": row["value"]} if clause.end is None else row["ci"] or {}
    value = of.get(clause.end or "value")
    return None if value is None else float(value)


def _place(
    clause: Clause,
    row: Mapping[str, Any],
    document: Mapping[str, Any],
    *,
    group: str | None = None,
    of: str = "",
) -> str:
    """What a value is of: the metric or measure, its group, threshold, view and system.

    of : more about the groups, in brackets.
    """
    told = f"{ENDS[clause.end]} of " if clause.end else ""
    metrics = ", ".join(clause.metrics)
    told += metrics if clause.name in OF_RATES else f"{clause.name}({metrics})"
    told += f" of {group}" if group is not None else ""
    told += f" at {row['threshold']}" if row["threshold"] else ""
    told += f" in {row['gallery']:,}" if row.get("gallery") is not None else ""
    told += f" at rank {row['rank']}" if row.get("rank") is not None else ""
    told += f" by {', '.join(row['axes'])}"
    system = row.get("system") or document.get("system", {}).get("name")
    told += f" with {system}" if system else ""
    return told + (f" ({of})" if of else "")


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str) or value is None else ", ".join(value)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _names() -> str:
    return ", ".join([*sorted(MEASURES), *sorted(OF_RATES), INCREASE])
