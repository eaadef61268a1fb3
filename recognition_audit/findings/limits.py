"""What an audit cannot say."""

from recognition_audit.answers import BESIDE_SMALL
from recognition_audit.concealment import BESIDE
from recognition_audit.findings.phrases import CLASSIFICATION, attribute_of, is_classification
from recognition_audit.readers.comparisons import Comparisons
from recognition_audit.readers.predictions import NOT_FOUND, UNKNOWN
from recognition_audit.reading import OF_ENROLMENT, PUBLISHED_TASKS, Document
from recognition_audit.words import is_too_narrow

THESE_AND_NO_OTHERS = "It tests the system and the pictures named here, and no others."
NOT_SEPARATED = (
    "Groups may also differ in how their pictures were taken, in age, or in where the pictures "
    "come from; the audit does not separate these from the system."
)
NOBODY_TWICE = (
    "Nobody is known to appear twice, so missed matches were not measured, and a few of the pairs "
    "may be one person."
)
FACES_OF_PEOPLE = (
    "Failures to enrol are the faces that were not found, of these and of the people who were. "
    "Somebody found in several pictures counts once, so with such people the rate is too high. "
    "With a column subject in the table of failures people would be counted."
)
PEOPLE_NOT_PICTURES = (
    "Failures to enrol are the people of whom no picture was enrolled. How many pictures of each "
    "person were enrolled is not counted, so there is no rate over pictures."
)
NOTHING_OF_ALL = (
    "Faces that were not found stand in no comparison. The rates are over the comparisons that "
    "were processed; over all that were to be made they are not known."
)
LOST_AS_TOLD = (
    "How many comparisons of people with themselves could not be made is what the table of "
    "failures says; nothing else in the files shows it."
)
NOT_COMPARED = (
    "Faces that were not found stand in no comparison. The false non-match rate is over the "
    "comparisons that were processed; it would be higher over all, with a face that was not found "
    "counted as a non-match, but which comparisons it was to be in is not in the files. The "
    "columns subject and mated in the table of failures would say it."
)
UNKNOWN_ANSWER = (
    "{n} answers are none of the true labels, and each counts as wrong: where the system divides "
    "people in another way than the labels do, that is no error of the system."
)
FOUND_NOWHERE = (
    "For {n} answers the system found no face and classified the whole picture. They count as "
    "answers here; as faces not found they would, with --confidence-zero-is-missing, be left out "
    "of the error rate and stand as failures to enrol."
)
LABELS_UNTOLD = "The report does not say who gave the group labels, nor how."
NOBODY_THERE = "Nobody searched for is in the gallery, so missed people were not measured."
ALL_THERE = "Everybody searched for is in the gallery, so false hits were not measured."
DRAWN = (
    "The galleries are drawn from the people of these data; a gallery in use holds other people, "
    "other pictures and other numbers of each group."
)
PROJECTED = (
    "A projection, not a measurement: 1 − (1 − FMR)^N from this group's false match rate against "
    "everybody. It takes comparisons to be independent, and they are not."
)
PUBLISHED = "Others published these figures; their pictures and answers were not seen."
PRINTED = "Rates as printed come without counts, so no interval can be given for them."
NO_SUBJECTS = "Without subject ids the true intervals are wider than those shown."


def limits_of_document(document: Document) -> list[str]:
    """Sentences for the reader, the data's own limits first."""
    said = [document["labels"]["limits"]] if document["labels"].get("limits") else []
    rates = document["rates"]
    if is_classification(document):
        said.append(CLASSIFICATION.format(attribute=attribute_of(document)))
    said += _of_answers(document)
    said += _of_comparisons(document) if document["task"] == "comparison" else []
    said += _of_searches(document) if document["task"] == "search" else []
    said += [PUBLISHED] if document["task"] in PUBLISHED_TASKS else []
    said += [PRINTED] if document.get("printed") else []
    if any(row["ci"] and is_too_narrow(row["ci"]) for row in rates):
        said.append(NO_SUBJECTS)
    said += [
        f"The threshold {step['name']} was fixed on these very data."
        for step in document["thresholds"]
        if step.get("tuned")
    ]
    few = sum(1 for row in rates if row["value"] is None)
    if few:
        rest = "figure rests" if few == 1 else "figures rest"
        shown = "is not shown" if few == 1 else "are not shown"
        beside = any(check["message"] in (BESIDE, BESIDE_SMALL) for check in document["checks"])
        other = ", or would give away one that does," if beside else ""
        said.append(f"{few:,} {rest} on too little data or on none{other} and {shown}.")
    tested = [row.get("system") for row in [*rates, *document.get("printed", ())]]
    if document["labels"]["axes"] and not document["labels"].get("source"):
        said.append(LABELS_UNTOLD)
    if not document["system"].get("name") and (None in tested or not tested):
        said.append("The report does not name the system tested.")
    return [*said, NOT_SEPARATED, THESE_AND_NO_OTHERS]


def _of_answers(document: Document) -> list[str]:
    """Answers that are none of the true labels, and answers about faces that were not found."""
    counts = {check["message"]: check["count"] for check in document["checks"]}
    missing = bool(document["manifest"]["parameters"].get("confidence_zero_is_missing"))
    told = {UNKNOWN: UNKNOWN_ANSWER} | ({} if missing else {NOT_FOUND: FOUND_NOWHERE})
    return [
        words.format(n=f"{counts[message]:,}")
        for message, words in told.items()
        if counts.get(message)
    ]


def _of_comparisons(document: Document) -> list[str]:
    metrics = {row["metric"] for row in document["rates"]}
    some_failed = bool(metrics & set(OF_ENROLMENT))
    told = {
        NOBODY_TWICE: "FNMR" not in metrics,
        FACES_OF_PEOPLE: "FTE" in metrics,
        PEOPLE_NOT_PICTURES: "FTE_of_people" in metrics,
        NOTHING_OF_ALL: some_failed and "FNMR" not in metrics,
        NOT_COMPARED: some_failed and "FNMR" in metrics and "FNMR_of_all" not in metrics,
        LOST_AS_TOLD: "FNMR_of_all" in metrics,
    }
    return [words for words, holds in told.items() if holds]


def _of_searches(document: Document) -> list[str]:
    metrics = {row["metric"] for row in document["rates"]}
    lines = document.get("curves", {}).get("gallery", ())
    told = {
        NOBODY_THERE: "FNIR" not in metrics,
        ALL_THERE: "FPIR" not in metrics,
        DRAWN: any(row.get("kind") == "drawn" for row in document["rates"]),
        PROJECTED: any(line.get("kind") == "projected" for line in lines),
    }
    return [words for words, holds in told.items() if holds]


def limits_of_comparison(document: Document, comparisons: Comparisons) -> list[str]:
    """As `limits_of_document`; says too that there were no subject ids where no rate is shown."""
    said = limits_of_document(document)
    if not comparisons.has_subjects and NO_SUBJECTS not in said:
        said.insert(0, NO_SUBJECTS)
    return said


def limits_of_classification(document: Document) -> list[str]:
    return limits_of_document(document)
