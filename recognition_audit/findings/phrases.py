"""What happened to whom, in words: the verbs of each metric."""

from collections.abc import Sequence
from typing import Any

from recognition_audit.metrics import METRICS
from recognition_audit.reading import Document, Row, threshold
from recognition_audit.words import interval, is_too_narrow, number, people, percent, title

Finding = dict[str, Any]
SURE = 0.05
NAMELESS = "the system tested (the report does not name it)"
CHOSEN_AFTER = "The two groups were chosen after looking: the highest and the lowest of {n}."
TUNED = "The threshold was fixed on these very data, so elsewhere the rates will differ."
TOO_NARROW = "Without subject ids the true intervals are wider than those given."
CLASSIFICATION = "This is {attribute} classification, not face recognition."

# What is said of one group; {who}: its people, {n}: errors of trials.
ACTIVE = {
    "FMR": "took two different {who} for one person in {n} comparisons",
    "FNMR": "took one person for two in {n} comparisons of {who} with themselves",
    "FPIR": "gave a false hit in {n} searches for {who} who are not in the gallery",
    "FNIR": "missed {who} who are in the gallery in {n} searches",
    "error": "gave {n} {who} a wrong {attribute}",
    "error_of_all": "gave {n} {who} a wrong {attribute} or none",
    "FTE": "did not find {n} faces of {who}",
    "FTE_of_people": "enrolled no picture of {n} {who}",
    "FNMR_of_all": (
        "took one person for two, or could not compare them, in {n} comparisons of {who} with "
        "themselves"
    ),
}
# The same of the second group, shorter.
SECOND = {
    "FMR": "two different {who} in {n}",
    "FNMR": "in {n} of {who}",
    "FPIR": "for {who} in {n}",
    "FNIR": "{who} in {n}",
    "error": "{n} {who}",
    "error_of_all": "{n} {who}",
    "FTE": "{n} of {who}",
    "FTE_of_people": "of {n} {who}",
    "FNMR_of_all": "in {n} of {who}",
}
# For a ratio: {who} … as often as {whom}.
PASSIVE = {
    "FMR": ("two different {who} were taken for one person", "two different {whom}"),
    "FNMR": ("{who} were taken for somebody else", "{whom}"),
    "FPIR": ("a search for {who} who are not in the gallery gave a false hit", "one for {whom}"),
    "FNIR": ("{who} who are in the gallery were not found", "{whom}"),
    "error": ("{who} were given a wrong {attribute}", "{whom}"),
    "error_of_all": ("{who} were given a wrong {attribute} or none", "{whom}"),
    "FTE": ("{who} were not found in their pictures", "{whom}"),
    "FTE_of_people": ("{who} were found in none of their pictures", "{whom}"),
    "FNMR_of_all": ("{who} were taken for somebody else or not compared", "{whom}"),
}


def times(ratio: float) -> str:
    """“17.7 times as often”."""
    told = number(ratio)
    return "as often" if told == "1" else f"{told} times as often"


def is_classification(document: Document) -> bool:
    """Whether labels were given to faces, here or in a published table."""
    return document["task"] == "classification" or bool(document["system"].get("attribute"))


def attribute_of(document: Document) -> str:
    return str(document["system"].get("attribute") or "label").replace("_", " ")


def system(document: Document) -> str:
    """The system tested; always said."""
    told = document["system"]
    name, version = told.get("name", ""), told.get("version", "")
    if not name:
        return NAMELESS
    return name if not version or version in name else f"{name} {version}"


def tested(document: Document, row: Row) -> str:
    """The system and where it was used, as a sentence begins with them."""
    name = system(document)
    whole = name if name != NAMELESS else name[:1].upper() + name[1:]
    return f"{whole}{at(document, row)}"


def at(document: Document, row: Row) -> str:
    """“, at the threshold 0.6 (vendor default)”, with the gallery searched."""
    step = threshold(document, row["threshold"])
    said = []
    if row.get("gallery"):
        drawn = f" (drawn {row['draws']:,} times)" if row.get("draws") else ""
        said.append(f"searching a gallery of {row['gallery']:,}{drawn}{_candidates(row)}")
    if row["threshold"]:
        origin = f" ({step['origin']})" if step else ""
        said.append(f"at the threshold {row['threshold']}{origin}")
    return "".join(f", {one}" for one in said) + ("," if said else "")


def _candidates(row: Row) -> str:
    rank = row.get("rank")
    if not rank:
        return ""
    return f" and looking at the first {'candidate' if rank == 1 else f'{rank} candidates'}"


def counts(row: Row) -> str:
    """What the rate is the share of: errors, or of recall and precision what was right."""
    is_right = row["metric"] in METRICS and METRICS[row["metric"]].of_hits
    number = row["trials"] - row["errors"] if is_right else row["errors"]
    return f"{number:,} of {row['trials']:,}"


def share(row: Row, *, first: bool = False) -> str:
    """The rate with its interval, in brackets; the first of a sentence names the level."""
    ci = row["ci"]
    level = "" if is_too_narrow(ci) or not first else f"{ci['level'] * 100:g} % interval "
    return f"({percent(row['value'])}, {level}{interval(ci)})"


def active(document: Document, row: Row) -> str:
    """What the system did to a group, with counts, rate and interval."""
    verb = ACTIVE.get(row["metric"])
    if verb is None:
        who = people(row["group_a"], row["axes"])
        verb = f"has a {title(row['metric']).lower()} of {{n}} among {who}"
    return f"{_filled(verb, document, row)} {share(row, first=True)}"


def second(document: Document, row: Row) -> str:
    verb = SECOND.get(row["metric"], "{n} among {who}")
    return f"{_filled(verb, document, row)} {share(row)}"


def _filled(verb: str, document: Document, row: Row) -> str:
    who = people(row["group_a"], row["axes"])
    return verb.format(who=who, n=counts(row), attribute=attribute_of(document))


def compared(document: Document, metric: str, who: str, whom: str) -> tuple[str, str]:
    """Both sides of “… times as often as …”."""
    first, other = PASSIVE.get(metric, ("errors among {who} were found", "among {whom}"))
    words = {"who": who, "whom": whom, "attribute": attribute_of(document)}
    return first.format(**words), other.format(**words)


def caveats(document: Document, rows: Sequence[Row], *said: str) -> str:
    """What stands beside a sentence: its own caveats, then what the rows ask for."""
    every = [one for one in said if one]
    if any(row["ci"] and is_too_narrow(row["ci"]) for row in rows):
        every.append(TOO_NARROW)
    few = [row for row in rows if row["adequacy"] != "enough"]
    if few:
        who = list(dict.fromkeys(people(row["group_a"], row["axes"]) for row in few))
        rates = "the rate of" if len(who) == 1 else "each of the rates of"
        it = "it is" if len(who) == 1 else "they are"
        listed = " and of ".join(who)
        every.append(f"Fewer than 30 errors stand behind {rates} {listed}: {it} indicative.")
    steps = [threshold(document, row["threshold"]) for row in rows]
    if any(step and step.get("tuned") for step in steps):
        every.append(TUNED)
    if is_classification(document):
        every.append(CLASSIFICATION.format(attribute=attribute_of(document)))
    return " ".join(every)


def refs(rows: Sequence[Row]) -> dict[str, Any]:
    first = rows[0]
    return {
        "metric": first["metric"],
        "threshold": first["threshold"],
        "axes": list(first["axes"]),
        "groups": list(dict.fromkeys(row["group_a"] for row in rows)),
    }
