"""What a report says, in the order in which it is read, as texts: one for all its forms."""

import json
from dataclasses import dataclass
from typing import Any

from recognition_audit import charts
from recognition_audit.charts import Figure, Table
from recognition_audit.findings.phrases import system
from recognition_audit.reading import Document, systems
from recognition_audit.rendering import tables
from recognition_audit.report import Report

TASKS = {
    "comparison": "Face comparison, one to one",
    "search": "Face search, one to many",
    "classification": "Classification of an attribute; not face recognition",
    "counts": "Published counts",
    "rates": "Published rates",
    "pairing": "Two audits, paired",
}
SCORES = {
    "distance": "a distance: small means alike",
    "similarity": "a similarity: large means alike",
}
NOTHING_SHOWN = "Nothing was measured that may be shown."
ONLY_PRINTED = (
    "The rates below are as others printed them; they come without counts, so nothing was tested."
)
SYSTEMS_OF_A_TITLE = 3
REPEAT = "recognition-audit reproduce REPORT.json"


@dataclass(frozen=True)
class Content:
    """Texts only; nothing in it is escaped. nothing : what is said where there is no finding."""

    title: str
    kicker: str
    findings: tuple[dict[str, Any], ...]
    nothing: str
    limits: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    hidden: str
    repeat: str
    parameters: str
    sha256: str


def content_of(report: Report) -> Content:
    document = report.document
    return Content(
        title=f"Audit of {tested(document)}",
        kicker=f"Audit report · {TASKS.get(document['task'], document['task'])}",
        findings=tuple(document["findings"]),
        nothing=ONLY_PRINTED if document.get("printed") else NOTHING_SHOWN,
        limits=tuple(document["limits"]),
        facts=tuple(facts(document)),
        figures=tuple(charts.figures(document)),
        tables=tuple(tables.every(document)),
        hidden=hidden(document),
        repeat=REPEAT,
        parameters=json.dumps(document["manifest"]["parameters"], indent=1, ensure_ascii=False),
        sha256=report.sha256,
    )


def tested(document: Document) -> str:
    """The system or systems, as a title has room for them."""
    named = systems(document)
    if len(named) > SYSTEMS_OF_A_TITLE:
        return f"{len(named)} systems"
    if not named:
        return "a system that is not named"
    return system(document) if named == [document["system"].get("name")] else ", ".join(named)


def hidden(document: Document) -> str:
    """How many figures rest on too little data; which ones is not said."""
    few = sum(1 for row in document["rates"] if row["value"] is None)
    if not few:
        return ""
    one = few == 1
    return (
        f"{few:,} figure{'' if one else 's'} {'rests' if one else 'rest'} on too little data or on "
        f"none and {'is' if one else 'are'} not shown."
    )


def facts(document: Document) -> list[tuple[str, str]]:
    """What was tested, on what, and from which files."""
    told, labels, made = document["system"], document["labels"], document["manifest"]
    source = made["parameters"].get("source") or {}
    found = [
        ("System", ", ".join(systems(document)) or "not named"),
        ("Version", told.get("version", "")),
        ("Vendor", told.get("vendor", "")),
        ("Task", TASKS.get(document["task"], document["task"])),
        ("Attribute", told.get("attribute", "")),
        ("Score", SCORES.get(told.get("score", ""), "")),
    ]
    for step in document["thresholds"]:
        tuned = "; fixed on these very data" if step.get("tuned") else ""
        value = "" if step["value"] is None else f" = {step['value']:g}"
        name = "" if f" = {step['name']}" == value else f"{step['name']}{value}"
        found.append(("Threshold", f"{name or step['name']}, {step['origin']}{tuned}"))
    found += [
        ("Groups by", ", ".join(labels["axes"])),
        ("Labels", labels.get("source", "")),
        ("Data", source.get("citation", "")),
        ("Licence", source.get("licence", "")),
    ]
    for one in made["inputs"]:
        rows = "" if one["rows"] is None else f"{one['rows']:,} rows, "
        found.append((f"File: {one['role']}", f"{rows}SHA-256 {one['sha256'][:12]}…"))
    versions = ", ".join(f"{name} {value}" for name, value in sorted(made["versions"].items()))
    found.append(("Made with", f"{made['command']}; {versions}"))
    return [(name, str(value)) for name, value in found if value]
