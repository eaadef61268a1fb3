"""Reading a report's document: which rows belong together, and which groups stay hidden."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from recognition_audit.limits import ERRORS_FOR_A_RATE

Document = Mapping[str, Any]
Row = Mapping[str, Any]
# Axes and name of a group.
Key = tuple[tuple[str, ...], str]

# The rate that a task is about, and the one that a stricter threshold raises.
HEADLINES = {
    "comparison": ("FMR", "FNMR"),
    "search": ("FPIR", "FNIR"),
    "classification": ("error", "error_of_all"),
}
# Tables that others published, each with the metrics that it has.
PUBLISHED_TASKS = ("counts", "rates")
# Failures to enrol stand beside other rates; the first that a report has is the one told.
OF_ENROLMENT = ("FTE_of_people", "FTE")
TOO_FEW = "too few"


def key_of(axes: Iterable[str], group: str) -> Key:
    """Axes in the alphabet's order: canonical JSON sorts those of `groups`."""
    return tuple(sorted(axes)), group


def headline(document: Document) -> tuple[str, str]:
    """The main metric of the document and the second one; the second may have no rows.

    In a published table its own metrics decide.
    """
    found = {row["metric"] for row in document["rates"]}
    ways = [HEADLINES.get(document["task"], ("", "")), *HEADLINES.values()]
    for first, second in ways:
        if first in found:
            return first, second
    others = sorted(found - set(OF_ENROLMENT))
    return (others[0] if others else metric_of_enrolment(document)), ""


def metric_of_enrolment(document: Document) -> str:
    """The metric by which failures to enrol are told: of people, where these are known."""
    found = {row["metric"] for row in document["rates"]}
    return next((name for name in OF_ENROLMENT if name in found), OF_ENROLMENT[-1])


def systems(document: Document) -> list[str]:
    """The systems tested: those that a published table's rows name, else the document's own."""
    own = document["system"].get("name")
    rows = [*document["rates"], *document.get("printed", ())]
    return [name for name in dict.fromkeys(r.get("system") or own for r in rows or [{}]) if name]


def by_system(document: Document) -> list[Document]:
    """A published table of several systems as a document for each; else the document alone."""
    names = list(dict.fromkeys(row.get("system") for row in document["rates"]))
    if names in ([], [None]):
        return [document]
    return [
        dict(document)
        | {
            part: [row for row in document.get(part, ()) if row.get("system") == name]
            for part in ("rates", "differentials", "contrasts", "bands")
        }
        | {"system": dict(document["system"]) | ({"name": name, "version": ""} if name else {})}
        for name in names
    ]


def within(document: Document, metric: str, **where: Any) -> list[Row]:
    """The shown rates within a group (not across two), narrowed by their fields."""
    gone = flagged(document)
    return [
        row
        for row in document["rates"]
        if row["metric"] == metric
        and row["value"] is not None
        and row["adequacy"] != TOO_FEW
        and row["group_b"] in (None, row["group_a"])
        and key_of(row["axes"], row["group_a"]) not in gone
        and all(row.get(name) == value for name, value in where.items())
    ]


def thresholds_of(document: Document, metric: str) -> list[str | None]:
    """The thresholds at which a metric was measured, in the document's order."""
    found = {row["threshold"] for row in document["rates"] if row["metric"] == metric}
    named: list[str | None] = [step["name"] for step in document["thresholds"]]
    return [name for name in named if name in found] + sorted(found - set(named), key=str)


def threshold(document: Document, name: str | None) -> Row | None:
    return next((step for step in document["thresholds"] if step["name"] == name), None)


def main_axes(document: Document, metric: str) -> list[str]:
    """The axes to show first: the document's own, or the longest that have rows."""
    own: list[str] = list(document["labels"]["axes"])
    found: list[list[str]] = [row["axes"] for row in document["rates"] if row["metric"] == metric]
    return own if own in found or not found else max(found, key=len)


def largest_gallery(rows: Sequence[Row]) -> list[Row]:
    """The rows of the largest gallery and its first rank; rows without a gallery stay."""
    if not any("gallery" in row for row in rows):
        return list(rows)
    most = max(row.get("gallery", 0) for row in rows)
    rows = [row for row in rows if row.get("gallery", 0) == most]
    first = min(row.get("rank") or 0 for row in rows)
    return [row for row in rows if (row.get("rank") or 0) == first]


def flagged(document: Document) -> frozenset[Key]:
    """The groups that the document itself calls too few."""
    return frozenset(
        key_of(group["axes"], group["id"])
        for group in document.get("groups", ())
        if group["adequacy"] == TOO_FEW
    )


class Hidden:
    """`hidden` for one document, each choice of metrics looked up once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: dict[tuple[str, ...], frozenset[Key]] = {}

    def has(self, axes: Iterable[str], group: str, *metrics: str) -> bool:
        if metrics not in self.found:
            self.found[metrics] = hidden(self.document, *metrics)
        return key_of(axes, group) in self.found[metrics]


def hidden(document: Document, *metrics: str) -> frozenset[Key]:
    """The groups of which nothing may be shown, for one of these metrics or at all."""
    found = set(flagged(document))
    for metric in metrics:
        rows = [
            row
            for row in document["rates"]
            if row["metric"] == metric and row["group_b"] in (None, row["group_a"])
        ]
        shown = {key_of(r["axes"], r["group_a"]) for r in rows if r["value"] is not None}
        found |= {key_of(r["axes"], r["group_a"]) for r in rows} - shown
    return frozenset(found)


def curves(document: Document, name: str, *metrics: str) -> list[Row]:
    """The curves of a kind over the main axes, without those of hidden groups."""
    every = document.get("curves", {}).get(name, ())
    own = main_axes(document, metrics[0])
    gone = hidden(document, *metrics)
    return [
        curve
        for curve in every
        if curve["axes"] == own and key_of(curve["axes"], curve["group"]) not in gone
    ]


def smallest_rates(document: Document) -> dict[str, float]:
    """By group the false match rate of 30 errors: a lower one cannot be told from chance."""
    axes = main_axes(document, "FMR")
    trials = {row["group_a"]: row["trials"] for row in within(document, "FMR", axes=axes)}
    trials |= {group["id"]: group["impostors"] for group in groups(document, axes)}
    return {name: ERRORS_FOR_A_RATE / number for name, number in trials.items() if number}


def groups(document: Document, axes: Sequence[str]) -> Iterator[Row]:
    """The groups of some axes that are not hidden."""
    for group in document.get("groups", ()):
        if set(group["axes"]) == set(axes) and group["adequacy"] != TOO_FEW:
            yield group
