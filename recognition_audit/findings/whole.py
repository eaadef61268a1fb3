"""All findings of a document, the most telling first."""

from recognition_audit.findings.beside import enrolment, equality, growth
from recognition_audit.findings.chance import named, shuffled, worst
from recognition_audit.findings.extremes import RatioOf, extremes, ratio_from
from recognition_audit.findings.phrases import Finding
from recognition_audit.metrics.verification import FMR, FNMR_OF_ALL
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.reading import (
    OF_ENROLMENT,
    PUBLISHED_TASKS,
    Document,
    Row,
    by_system,
    headline,
    main_axes,
    thresholds_of,
    within,
)
from recognition_audit.tally import Tally


def of_document(document: Document, *, ratio_of: RatioOf | None = None) -> list[Finding]:
    """What stands out, from the document alone; parts that are absent give no sentence.

    ratio_of : the ratio of two rates with its interval, where the document holds no contrasts.
    """
    parts = by_system(document)
    if len(parts) == 1:
        return _of_one(parts[0], ratio_of)
    return [
        finding | {"id": f"{finding['id']}-system-{number}"}
        for number, part in enumerate(parts, start=1)
        for finding in _of_one(part, ratio_of)
    ]


def _of_one(document: Document, ratio_of: RatioOf | None) -> list[Finding]:
    first, second = headline(document)
    steps = thresholds_of(document, first)
    if not steps:
        return enrolment(document)
    main = steps[0]
    result = extremes(document, first, main, ratio_of)
    result += shuffled(document, first, main)
    result += worst(document, first, main)
    result += named(document, first, main)
    missed = thresholds_of(document, second)
    if missed and _says_more(document, first, second):
        result += extremes(document, second, missed[0], ratio_of)
    if first == FMR.name:
        for step in thresholds_of(document, FNMR_OF_ALL.name)[:1]:
            result += extremes(document, FNMR_OF_ALL.name, step, ratio_of)
    for other in steps[1:]:
        result += extremes(document, first, other, ratio_of)
    for metric in _more(document, first, second):
        for step in thresholds_of(document, metric):
            result += extremes(document, metric, step, ratio_of)
    result += growth(document, first, main)
    result += enrolment(document) if first not in OF_ENROLMENT else []
    return result + equality(document, main)


def of_comparison(document: Document, tally: Tally, comparisons: Comparisons) -> list[Finding]:
    """As `of_document`; a ratio that no contrast gives is taken from the tally."""
    return of_document(document, ratio_of=ratio_from(document, tally, comparisons))


def of_classification(document: Document, attribute: str) -> list[Finding]:
    """As `of_document`. attribute : what was classified, where the document does not say it."""
    told = {"attribute": attribute} | dict(document["system"])
    return of_document(dict(document) | {"system": told})


def _more(document: Document, *said: str) -> list[str]:
    """What else a published table has, in its order: there nothing is the main thing."""
    if document["task"] not in PUBLISHED_TASKS:
        return []
    found = dict.fromkeys(row["metric"] for row in document["rates"])
    return [metric for metric in found if metric not in (*said, *OF_ENROLMENT)]


def _main(document: Document, metric: str) -> list[Row]:
    return within(document, metric, axes=main_axes(document, metric))


def _says_more(document: Document, first: str, second: str) -> bool:
    """Whether the second metric counts other cases: with every face processed it does not."""
    counts = [
        {(r["group_a"], r["errors"], r["trials"]) for r in _main(document, metric)}
        for metric in (first, second)
    ]
    return counts[0] != counts[1]
