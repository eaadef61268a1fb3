"""Findings: sentences with counts and intervals, the caveat beside each, people named as people."""

import copy
import re

import pytest

from recognition_audit import findings
from recognition_audit.findings import of_document, people, percent
from recognition_audit.readers.predictions import NOT_FOUND, UNKNOWN
from tests.recognition_audit import documents

NAMES = ("comparison", "search", "classification", "published", "dlib", "skin", "deepface")
OPTIONAL = (
    "groups", "summaries", "shifts", "differentials", "contrasts", "bands", "equality", "curves",
)  # fmt: skip


@pytest.fixture
def document():
    return copy.deepcopy(documents.comparison())


def sentences(document):
    return {one["id"]: one["text"] for one in of_document(document)}


def systems(document):
    named = {row["system"] for row in document["rates"] if "system" in row}
    return named or {document["system"].get("name") or "does not name it"}


@pytest.mark.parametrize(
    ("group", "axes", "words"),
    [
        ("Black", ["race"], "Black people"),
        ("Black · Female", ["race", "gender"], "Black women"),
        ("M · White", ["sex", "ethnicity"], "White men"),
        ("Latino_Hispanic · Male", ["race", "gender"], "Latino / Hispanic men"),
        ("6", ["skin"], "people of skin type 6"),
        ("VI · female", ["Fitzpatrick", "Gender"], "women of skin type VI"),
        ("Darker · Female", ["skin", "gender"], "darker-skinned women"),
        ("20-29", ["age"], "people aged 20–29"),
        ("Black · Female · 3-9", ["race", "gender", "age"], "Black girls aged 3–9"),
        ("Male · 10-19", ["gender", "age"], "boys and men aged 10–19"),
        ("70+", ["age_group"], "people aged 70 and over"),
        ("Sweden", ["country"], "people from Sweden"),
        ("North", ["region"], "people of region North"),
        ("Group 7", ["group"], "people of Group 7"),
        ("non-binary", ["gender"], "non-binary people"),
        ("people of colour", ["race"], "people of colour"),
        ("all", [], "people"),
        ("Female", [], "women"),
        ("Black", [], "people labelled Black"),
    ],
)
def test_a_group_is_named_as_one_would_name_its_people(group, axes, words):
    assert people(group, axes) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"), (1, "100 %"), (0.248, "24.8 %"), (0.0265, "2.65 %"), (0.014, "1.4 %"),
        (0.00054, "0.054 %"), (0.00001, "0.001 %"), (1e-7, "0.00001 %"), (0.9997, "99.97 %"),
        (0.99996, "99.996 %"), (0.1, "10 %"), (2 / 3, "66.7 %"),
    ],
)  # fmt: skip
def test_a_share_is_written_in_plain_percent(share, words):
    assert percent(share) == words


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_has_counts_an_interval_and_the_system(name):
    document = documents.every()[name]
    found = of_document(document)

    assert found
    for finding in found:
        assert re.search(r"\d of [\d,]+|over \d+ groups and [\d,]+|[\d,]+ mated", finding["text"])
        assert re.search(
            r"[\d.]+ % to [\d.]+ %|\([\d.]+ to [\d.]+\)|interval [\d.]+ to", finding["text"]
        )
        assert any(name in finding["text"] for name in systems(document))
        assert "bias" not in (finding["text"] + finding["caveat"]).lower()


def test_the_highest_and_the_lowest_are_said_with_their_ratio(document):
    assert sentences(document)["highest-and-lowest-fmr-0.6"] == (
        "FaceMatch 4.2, at the threshold 0.6 (vendor default), took two different Asian women for "
        "one person in 5,650 of 10,000 comparisons (56.5 %, 95 % interval 55.5 to 57.5 %), and two "
        "different White men in 140 of 10,000 (1.4 %, 1.19 to 1.65 %). That is 40.4 times as often "
        "(31.4 to 52.2)."
    )


def test_a_contrast_the_other_way_round_is_turned(document):
    row = document["contrasts"][2]
    row |= {"a": row["b"], "b": row["a"], "ratio": 0.025, "ci": documents.interval(0.02, 0.04)}

    assert sentences(document)["highest-and-lowest-fmr-0.6"].endswith(
        "40 times as often (25 to 50)."
    )


def test_what_chance_gives_stands_beside_the_measured_ratio(document):
    finding = next(one for one in of_document(document) if one["id"].startswith("shuffled"))

    assert finding["text"].startswith(
        "Shuffling the group labels gives a largest-to-smallest ratio of 1.7 (in 95 of 100 "
        "shuffles at most 2.1); the measured one is 40.4 (31.4 to 52.2), over 6 groups and 60,000"
    )
    assert "999 shuffles; p = 0.001." in finding["caveat"]


def test_a_ratio_within_chance_says_so(document):
    document["differentials"][0] |= {"value": 1.9, "ci": documents.interval(1.2, 2.8)}

    assert "chance alone can explain it" in " ".join(sentences(document).values())


def test_where_no_ratio_to_the_smallest_exists_the_mean_takes_its_place(document):
    ratio, mean, _garbe = document["differentials"]
    mean["null_model"] = ratio["null_model"]
    ratio["value"] = None

    assert "largest-to-mean ratio of 1.7" in " ".join(sentences(document).values())


def test_the_worst_group_has_its_band(document):
    text = sentences(document)["worst-group-fmr-0.6"]

    assert text.startswith("Of 6 groups Asian women have the highest false match rate")
    assert text.endswith("Allowing for the choice of the highest, it lies between 48 % and 64 %.")


def test_named_contrasts_say_when_they_show_nothing(document):
    sure, unsure = (one for one in of_document(document) if one["id"].startswith("named"))

    assert "17.7 times as often as two different White men" in sure["text"]
    assert sure["caveat"].startswith(
        "2 comparisons were named before looking; Holm-adjusted p below"
    )
    assert unsure["text"].endswith("This does not show a differential: the interval holds 1.")


def test_a_threshold_tuned_on_these_data_is_flagged(document):
    tuned = [one for one in of_document(document) if "FMR 0.01" in one["text"]]

    assert tuned
    assert all("fixed on these very data" in one["caveat"] for one in tuned)
    assert "fixed on these very data" in " ".join(findings.limits_of_document(document))


def test_failure_to_enrol_gives_both_denominators():
    document = copy.deepcopy(documents.classification())
    for metric, errors, trials in (("error", 192, 432), ("error_of_all", 224, 464)):
        document["rates"].append(
            documents.row(metric, "all", errors, trials, subjects=trials, threshold=None, axes=[])
        )
    text = sentences(document)["failure-to-enrol"]

    assert "did not find 32 of 464 faces" in text
    assert "Of the faces that it processed 192 of 432 were wrong" in text
    assert "of all faces 224 of 464 were wrong or had no answer" in text


def test_comparisons_with_failures_say_what_their_rates_leave_out():
    document = documents.comparison()
    told = findings.limits_of_document(document)
    without = [row for row in document["rates"] if row["metric"] != "FTE"]
    mated_left_out = [row for row in document["rates"] if row["metric"] != "FNMR"]

    said = "stand in no comparison"
    assert said in " ".join(told)
    assert "several pictures counts once" in " ".join(told)
    assert said not in " ".join(findings.limits_of_document(document | {"rates": without}))
    told = findings.limits_of_document(document | {"rates": mated_left_out})
    assert "Nobody is known to appear twice" in " ".join(told)
    assert f"{said}. The rates are over the comparisons that were processed" in " ".join(told)


def test_a_search_says_what_its_galleries_cannot():
    document = copy.deepcopy(documents.search())
    document["rates"] = [row | {"kind": "drawn"} for row in document["rates"]]
    document["curves"]["gallery"][0]["kind"] = "projected"
    said = " ".join(findings.limits_of_document(document))

    assert "drawn from the people of these data" in said
    assert "A projection, not a measurement" in said
    assert "false hits were not measured" not in said


def test_false_hits_grow_with_the_gallery():
    text = sentences(documents.search())["growth-fpir-0.6"]

    assert "60 of 1,000 searches" in text
    assert "with 100 people in the gallery, and in 540 of 1,000" in text


def test_classification_is_never_called_recognition():
    for one in of_document(documents.classification()):
        assert "recognition" not in one["text"]
        assert "This is gender classification, not face recognition." in one["caveat"]


def test_what_equality_would_need_is_told_of_the_highest_group_with_its_cost(document):
    (found,) = (one for one in of_document(document) if one["id"] == "equality-0.6")

    assert (
        "would need the threshold 0.42 instead of 0.6 for Asian women to have the false match rate "
        "of White men, 140 of 10,000 (1.4 %, 95 % interval 1.19 to 1.65 %), instead of 5,650 of "
        "10,000 (56.5 %, 55.5 to 57.5 %). There it would be 140 of 10,000 (1.4 %). One person "
    ) in found["text"]
    assert found["text"].endswith(
        " would be taken for two in 620 of 2,000 (31 %) comparisons of Asian women with "
        "themselves, instead of 51 of 2,000 (2.55 %, 1.94 to 3.34 %)."
    )
    assert "one threshold is measured for all" in found["caveat"]
    assert "indicative" not in found["caveat"]


def test_few_errors_at_the_threshold_needed_are_indicative(document):
    document["equality"][0]["fnmr"]["errors"] = 29

    (found,) = (one for one in of_document(document) if one["id"] == "equality-0.6")
    assert "Fewer than 30 errors would stand behind a rate there" in found["caveat"]


def test_where_nobody_was_compared_with_themselves_the_cost_is_not_known(document):
    document["equality"][0]["fnmr"] = None
    (found,) = (one for one in of_document(document) if one["id"] == "equality-0.6")

    assert found["text"].endswith("There it would be 140 of 10,000 (1.4 %).")
    assert "Whom the system would then miss is not known" in found["caveat"]
    document["equality"][0]["value"] = None
    assert "equality-0.6" not in sentences(document)


def test_of_the_highest_and_lowest_it_is_said_where_chance_alone_explains_them(document):
    assert "Chance alone" not in sentences(document)["highest-and-lowest-fmr-0.6"]
    row = document["differentials"][0] | {"measure": "any_differential", "p": 0.6}
    document["differentials"].append(row)

    assert sentences(document)["highest-and-lowest-fmr-0.6"].endswith(
        "Chance alone can explain it: that any group differs has p = 0.6."
    )


def test_of_equal_rates_the_first_stands_for_all_as_in_a_measure(document):
    low = [row for row in document["rates"] if row["metric"] == "FMR" and row["threshold"] == "0.6"
           and row["group_a"] == row["group_b"] and row["value"] is not None]  # fmt: skip
    for row in low[:2]:
        row |= {"errors": 100, "value": 0.01, "ci": documents.interval(0.008, 0.012)}

    (found,) = (one for one in of_document(document) if one["id"] == "highest-and-lowest-fmr-0.6")
    assert found["refs"]["groups"][1] == low[0]["group_a"]


def test_named_contrasts_are_told_by_their_size_and_how_many_more_there_are(document):
    base = document["contrasts"][0]
    document["contrasts"] = [
        base | {"a": name, "b": "White · Male", "ratio": ratio}
        for name, ratio in zip(documents.NAMES[:5] * 2, range(2, 12), strict=True)
    ]
    named = [one for one in of_document(document) if one["id"].startswith("named-")]

    assert len(named) == 5
    assert "11 times as often as" in named[0]["text"]
    assert "5 more that were named stand in the table" in named[0]["caveat"]


def test_answers_beside_the_labels_and_faces_not_found_are_limits():
    document = documents.classification()
    document["checks"] = [
        {"id": "x", "severity": "warning", "count": 900, "message": UNKNOWN},
        {"id": "y", "severity": "info", "count": 1036, "message": NOT_FOUND},
    ]
    said = " ".join(findings.limits_of_document(document))

    assert "900 answers are none of the true labels, and each counts as wrong" in said
    assert "For 1,036 answers the system found no face" in said
    document["manifest"]["parameters"]["confidence_zero_is_missing"] = True
    assert "1,036" not in " ".join(findings.limits_of_document(document))


def test_who_labelled_the_groups_is_missed_where_it_is_not_said(document):
    assert "who gave the group labels" not in " ".join(findings.limits_of_document(document))
    document["labels"].pop("source")

    assert "who gave the group labels" in " ".join(findings.limits_of_document(document))


def test_a_suppressed_group_is_never_named(document):
    document["contrasts"].append(document["contrasts"][0] | {"a": documents.SMALL})

    assert "nknown" not in str([one["text"] for one in of_document(document)])


@pytest.mark.parametrize("part", OPTIONAL)
@pytest.mark.parametrize("gone", [True, False])
def test_absent_or_empty_parts_leave_the_other_findings(document, part, gone):
    whole = len(of_document(document))
    document[part] = {} if part == "curves" else []
    if gone:
        del document[part]

    assert whole - 3 <= len(of_document(document)) <= whole


def test_nothing_measured_gives_no_finding():
    assert of_document(documents.base("comparison")) == []
    assert of_document(documents.base("classification")) == []


def test_one_group_gives_one_sentence_without_a_comparison(document):
    document |= {"rates": document["rates"][:1], "summaries": []}

    (text,) = sentences(document).values()
    assert text.endswith("5,650 of 10,000 comparisons (56.5 %, 95 % interval 55.5 to 57.5 %).")


def test_without_subject_ids_no_interval_is_called_one_of_95_percent(document):
    for row in document["rates"]:
        if row["ci"]:
            row["ci"]["method"] = "at least this wide (no subject ids)"
    document["contrasts"] = document["bands"] = document["differentials"] = []
    document["summaries"] = []
    found = of_document(document)

    assert all("95 %" not in one["text"] for one in found)
    assert "(56.5 %, at least 55.5 to 57.5 %)" in found[0]["text"]
    assert "wider than those given" in found[0]["caveat"]


def test_a_published_table_gets_its_findings_too():
    document = documents.classification() | {"task": "counts"}

    assert sentences(document)["highest-and-lowest-error"].startswith(
        "FaceTell gave 188 of 216 Black"
    )


def test_each_system_of_a_published_table_has_its_own_finding():
    amazon, kairos = (one["text"] for one in of_document(documents.published()))

    assert amazon.startswith("Amazon gave 85 of 271 darker-skinned women a wrong gender (31.4 %")
    assert amazon.endswith("and 0 of 386 lighter-skinned men (0 %, 0 to 0.95 %).")
    assert kairos.startswith("Kairos gave 61 of 271 darker-skinned women a wrong gender (22.5 %")


def test_few_errors_are_called_indicative():
    caveats = [one["caveat"] for one in of_document(documents.classification())]

    assert (
        "Fewer than 30 errors stand behind the rate of White men: it is indicative." in caveats[0]
    )


def test_todays_engine_still_gets_a_ratio_from_its_tally():
    # dlib's document holds no contrasts until the engine writes them; the known ratio is 40.5.
    text = documents.real()["dlib"]["findings"][0]["text"]

    assert re.search(r"That is 40\.5 times as often \(3\d\.\d to 5\d\.\d\)", text)
