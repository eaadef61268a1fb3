"""What stands beside the rates: faces that were not found, growing galleries, descriptions."""

from recognition_audit.findings.phrases import (
    CHOSEN_AFTER,
    Finding,
    at,
    caveats,
    counts,
    refs,
    share,
    system,
    tested,
)
from recognition_audit.limits import ERRORS_FOR_A_RATE
from recognition_audit.metrics.verification import FNMR_OF_ALL
from recognition_audit.reading import (
    Document,
    Row,
    main_axes,
    metric_of_enrolment,
    within,
)
from recognition_audit.reading import threshold as threshold_named
from recognition_audit.views import EVERYBODY
from recognition_audit.words import counted, people, score, title

# What happened to everybody, and to a group.
WORDS_OF_ENROLMENT = {
    "FTE": ("did not find {n} faces", "{n} faces of {who}"),
    "FTE_of_people": ("enrolled no picture of {n} people", "of {n} {who}"),
}
ONE_FOR_ALL = (
    "A description without an interval, read off these data: one threshold is measured for all, "
    "and a system does not know whose face it is before it compares. The rate wanted is that of "
    "the reference group, else the lowest of a group with 30 errors or more."
)
FEW_THERE = "Fewer than 30 errors would stand behind a rate there: it is indicative."
NO_COST = "Whom the system would then miss is not known: nobody was compared with themselves."
LEFT_OUT = "Rates over the faces that were found leave these out."


def enrolment(document: Document) -> list[Finding]:
    """Failures to enrol, and both denominators where the faces were classified."""
    metric = metric_of_enrolment(document)
    everybody = _of_all(document, metric)
    if not everybody or not everybody["errors"]:
        return []
    did, of_group = WORDS_OF_ENROLMENT[metric]
    text = f"{tested(document, everybody)} {did.format(n=counts(everybody))} "
    text += share(everybody, first=True)
    rows = [everybody, *_ends(document, metric)]
    if len(rows) > 1:
        parts = []
        for row in rows[1:]:
            who = people(row["group_a"], row["axes"])
            parts.append(f"{of_group.format(n=counts(row), who=who)} {share(row)}")
        text += f": {' and '.join(parts)}"
    text += "."
    processed, whole = _of_all(document, "error"), _of_all(document, "error_of_all")
    if processed and whole:
        text += (
            f" Of the faces that it processed {counts(processed)} were wrong {share(processed)}; "
            f"of all faces {counts(whole)} were wrong or had no answer {share(whole)}."
        )
    else:
        text += f" Its rates are over the other {everybody['trials'] - everybody['errors']:,}"
        over_all = within(document, FNMR_OF_ALL.name)
        text += f", but for the {title(FNMR_OF_ALL.name).lower()}." if over_all else "."
    finding = {
        "id": "failure-to-enrol",
        "text": text,
        "caveat": caveats(
            document,
            rows,
            LEFT_OUT,
            CHOSEN_AFTER.format(n=_groups(document, rows)) if len(rows) > 1 else "",
        ),
        "refs": refs(rows),
    }
    return [finding]


def _groups(document: Document, rows: list[Row]) -> int:
    return len(within(document, rows[0]["metric"], axes=rows[-1]["axes"]))


def _ends(document: Document, metric: str) -> list[Row]:
    """The groups of which most and fewest were not found, over as few axes as there are."""
    groups = [row for row in within(document, metric) if row["axes"]]
    few = min((len(row["axes"]) for row in groups), default=0)
    first = next((row["axes"] for row in groups if len(row["axes"]) == few), None)
    same = [row for row in groups if row["axes"] == first]
    if len(same) < 2:  # noqa: PLR2004 - one group is no comparison
        return []
    same.sort(key=lambda row: (row["value"], row["group_a"]))
    return [same[-1], same[0]]


def _of_all(document: Document, metric: str) -> Row | None:
    return next(iter(within(document, metric, group_a=EVERYBODY)), None)


def growth(document: Document, metric: str, threshold: str | None) -> list[Finding]:
    """How the false hits of the highest group grow with the gallery."""
    axes = main_axes(document, metric)
    rows = [r for r in within(document, metric, threshold=threshold, axes=axes) if "gallery" in r]
    sizes = sorted({row["gallery"] for row in rows})
    if len(sizes) < 2:  # noqa: PLR2004 - one size shows no growth
        return []
    largest = [row for row in rows if row["gallery"] == sizes[-1]]
    high = max(largest, key=lambda row: (row["value"], row["group_a"]))
    same = [row for row in rows if row["group_a"] == high["group_a"]]
    low = min(same, key=lambda row: row["gallery"])
    if low is high or low["gallery"] == high["gallery"]:
        return []
    step = {name: value for name, value in low.items() if name not in ("gallery", "rank")}
    text = (
        f"Searching for {people(high['group_a'], axes)} who are not in the gallery, "
        f"{system(document)}{at(document, step)} gave a false hit in {counts(low)} "
        f"searches {share(low, first=True)} with {low['gallery']:,} people in the gallery, and in "
        f"{counts(high)} {share(high)} with {high['gallery']:,}."
    )
    caveat = "False hits grow with the number of people searched; a larger gallery gives more."
    return [
        {
            "id": f"growth-{metric}-{threshold}".lower().replace(" ", "-"),
            "text": text,
            "caveat": caveats(document, [low, high], caveat),
            "refs": refs([high]),
        }
    ]


def equality(document: Document, threshold: str | None) -> list[Finding]:
    """At which threshold the group with the highest rate would have that of another."""
    axes = main_axes(document, "FMR")
    rates = {row["group_a"]: row for row in within(document, "FMR", threshold=threshold, axes=axes)}
    if not rates:
        return []
    high = max(rates.values(), key=lambda row: (row["value"], row["group_a"]))
    needed = _needed(document, high)
    low = rates.get(needed["as_in"]) if needed else None
    if not needed or not low:
        return []
    who, whom = people(high["group_a"], axes), people(low["group_a"], axes)
    missed = _missed(document, high, needed)
    text = (
        f"{tested(document, high)} would need the threshold {_scores(document, needed)} for {who} "
        f"to have the false match rate of {whom}, {counts(low)} {share(low, first=True)}, instead "
        f"of {counts(high)} {share(high)}. There it would be {counted(needed['fmr'])}.{missed}"
    )
    few = [part for part in (needed["fmr"], needed["fnmr"]) if part]
    said = FEW_THERE if any(part["errors"] < ERRORS_FOR_A_RATE for part in few) else ""
    finding = {
        "id": f"equality-{threshold}".lower().replace(" ", "-"),
        "text": text,
        "caveat": caveats(document, [high, low], ONE_FOR_ALL, said, "" if missed else NO_COST),
        "refs": refs([high, low]),
    }
    return [finding]


def _needed(document: Document, high: Row) -> Row | None:
    for row in document.get("equality", ()):
        same = (row["axes"], row["group"], row["threshold"])
        if same == (high["axes"], high["group_a"], high["threshold"]) and row["value"] is not None:
            return row
    return None


def _scores(document: Document, needed: Row) -> str:
    """“0.42 instead of 0.6”."""
    step = threshold_named(document, needed["threshold"])
    now = step["value"] if step else None
    told = score(needed["value"], now, document["system"].get("score", ""))
    return told if now is None else f"{told} instead of {now:.6g}"


def _missed(document: Document, high: Row, needed: Row) -> str:
    """What the other threshold would cost, where mated comparisons were made."""
    where = {"axes": high["axes"], "threshold": high["threshold"], "group_a": high["group_a"]}
    rows = within(document, "FNMR", **where)
    if not rows or needed["fnmr"] is None:
        return ""
    return (
        f" One person would be taken for two in {counted(needed['fnmr'])} comparisons of "
        f"{people(high['group_a'], high['axes'])} with themselves, instead of {counts(rows[0])} "
        f"{share(rows[0])}."
    )
