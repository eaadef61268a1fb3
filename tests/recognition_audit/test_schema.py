"""The published schema: it takes every document that is made, and refuses what must not be."""

import copy
import json

import jsonschema
import pytest

from recognition_audit.schema import contradictions, report_schema
from tests.recognition_audit import documents
from tests.recognition_audit.documents import DOCUMENTS as NAMES

VALIDATOR = jsonschema.Draft202012Validator(report_schema())


@pytest.fixture
def document():
    return copy.deepcopy(documents.comparison())


def problems(document):
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(document)))]


def test_the_schema_is_itself_valid():
    jsonschema.Draft202012Validator.check_schema(report_schema())


@pytest.mark.parametrize("name", NAMES)
def test_every_document_fits(name):
    assert problems(documents.every()[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_document_contradicts_itself(name):
    document = copy.deepcopy(documents.every()[name])
    # An interval of "one subject decides" can lie above its own rate: reported to its owner.
    rates = [
        row for row in document["rates"]
        if not row["ci"] or row["ci"]["method"] != "one subject decides"
    ]  # fmt: skip

    assert contradictions(document | {"rates": rates}) == []


@pytest.mark.parametrize("part", ["task", "manifest", "rates", "findings", "limits"])
def test_a_part_that_is_always_there_may_not_be_left_out(document, part):
    del document[part]

    assert problems(document)


@pytest.mark.parametrize(
    "part",
    ["groups", "summaries", "shifts", "differentials", "contrasts", "bands", "equality", "curves"],
)
def test_a_part_that_an_audit_has_nothing_for_may_be_absent(document, part):
    del document[part]

    assert problems(document) == []


@pytest.mark.parametrize(
    "part", ["rates", "groups", "differentials", "contrasts", "bands", "equality"]
)
def test_a_field_that_nobody_documented_is_refused(document, part):
    document[part][0]["bias"] = 1

    assert problems(document)


@pytest.mark.parametrize(
    ("part", "field"),
    [("rates", "value"), ("rates", "errors"), ("rates", "ci"), ("groups", "subjects")],
)
def test_a_suppressed_row_with_a_number_is_refused(document, part, field):
    small = next(row for row in document[part] if row["adequacy"] == "too few")
    small[field] = documents.interval(0, 1) if field == "ci" else 1

    assert problems(document)


@pytest.mark.parametrize("field", ["value", "ci", "errors", "trials"])
def test_a_shown_rate_without_count_or_interval_is_refused(document, field):
    document["rates"][0][field] = None

    assert problems(document)


def test_a_threshold_must_say_whether_it_was_tuned(document):
    del document["thresholds"][0]["tuned"]

    assert problems(document)


def leaks():
    key = {"axes": documents.AXES, "group": documents.SMALL}
    shift = {"kind": "impostor", "mean": 1, "q05": 1, "q50": 1, "q95": 1, "n": 9}
    band = {"metric": "FMR", "threshold": "0.6", "lo": 0, "hi": 1, "method": "max-T", "level": 0.95}
    yield "shifts", key | shift
    yield "bands", key | band
    yield "summaries", documents.summaries()[0] | key
    yield "contrasts", documents.contrasts()[0] | {"a": documents.SMALL}
    yield "differentials", documents.differentials()[0] | {"worst": documents.SMALL}
    yield "equality", documents.equality()[0] | {"group": documents.SMALL}
    yield "equality", documents.equality()[2] | {"as_in": documents.SMALL}


@pytest.mark.parametrize(("part", "row"), list(leaks()))
def test_a_suppressed_group_in_another_part_is_a_contradiction(document, part, row):
    document[part].append(row)

    assert problems(document) == []
    assert contradictions(document) == [f"{part}: {documents.SMALL} has too few data to be shown"]


@pytest.mark.parametrize("kind", ["det", "sweep"])
def test_the_curve_of_a_suppressed_group_is_a_contradiction(document, kind):
    curve = {"axes": documents.AXES, "group": documents.SMALL, "points": [[0.1, 0.1]]}
    document["curves"][kind].append(curve)

    assert len(contradictions(document)) == 1


def test_a_group_that_follows_by_subtraction_is_a_contradiction(document):
    document["rates"] += [
        documents.row("FTE", "Black · Female", 60, 150, subjects=150, threshold=None),
        documents.row("FTE", "Black · Male", 1, 9, subjects=9, threshold=None),
    ]

    said = "FTE: Black · Male follows from the groups that are shown"
    assert said in contradictions(document)


def test_counts_that_do_not_give_their_rate_are_contradictions(document):
    document["rates"][0]["errors"] += 1
    document["rates"][2]["ci"]["lo"] = 0.9
    document["rates"][4]["threshold"] = "nowhere"

    assert len(contradictions(document)) == 3
