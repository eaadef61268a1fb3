"""Published studies as data: every number has its source, and disagreements are kept."""

import json
from decimal import Decimal

import pytest

from recognition_audit import studies
from recognition_audit.cli import main
from recognition_audit.errors import BadInput
from recognition_audit.intervals import independent, wilson

EVERY = [(name, number) for name in studies.names() for number in studies.load(name).numbers()]

SMALL = """
title = "A test of ours"
authors = "Nobody"
published = "2020"
task = "search"
about = "For tests."

[sources.page]
title = "A page"
date = "2020"
where = "here"

[[numbers]]
id = "hits"
what = "False hits"
unit = "people"
as_printed = "3"
source = "page"
date = "2020-01-01"
mark = "R"
"""


def test_the_studies_of_the_issue_are_there():
    assert set(studies.names()) == {
        "gender-shades", "actionable-auditing", "aclu-congress-2018", "aclu-california-2019",
        "aclu-massachusetts-2019", "nistir-8280", "moratorium-press",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "number"), EVERY, ids=[f"{n}:{x.id}" for n, x in EVERY])
def test_every_number_has_source_date_mark_and_what_was_printed(name, number):
    sources = studies.load(name).sources
    for reading in number.readings:
        assert reading.as_printed.strip()
        assert reading.date.strip()
        assert reading.mark in studies.MARKS
        source = sources[reading.source]
        assert source.title
        assert source.where
    assert number.what
    assert number.unit
    assert number.corrected is None or (number.why and number.corrected != number.as_printed)


@pytest.mark.parametrize("name", studies.names())
def test_every_source_of_a_file_is_used(name):
    study = studies.load(name)
    numbers = list(study.numbers())
    used = {reading.source for number in numbers for reading in number.readings}
    used |= {number.corrected_source for number in numbers if number.corrected is not None}
    assert used == set(study.sources)


def test_a_number_that_rests_on_memory_keeps_its_mark():
    kairos = studies.load("actionable-auditing").number("table-1/Kairos/error/DM")
    assert [reading.mark for reading in kairos.readings] == ["M"]
    assert studies.load("aclu-california-2019").number("probes").readings[0].mark == "M"


@pytest.mark.parametrize(
    ("name", "number", "printed"),
    [
        ("aclu-massachusetts-2019", "false-hits", ["27", "28", "28"]),
        ("aclu-california-2019", "probes", ["120", "125"]),
        ("aclu-congress-2018", "threshold.recommended", ["99 or above", "95"]),
        ("gender-shades", "table-4/Face++/PPV/LF", ["90.2", "94.0"]),
        ("gender-shades", "table-4/Face++/Error/LF", ["9.8", "6.0"]),
    ],
)
def test_both_values_stand_where_sources_disagree(name, number, printed):
    one = studies.load(name).number(number)

    assert [reading.as_printed for reading in one.readings] == printed
    assert one.disputed
    assert len({reading.source for reading in one.readings}) == len(printed)


def test_what_was_printed_stands_beside_what_is_right():
    bill = studies.load("moratorium-press").number("laws.s3284.name")
    assert bill.as_printed == "Ethical Use of Artificial Intelligence Act"
    assert bill.value == bill.corrected == "Ethical Use of Facial Recognition Act"

    padded = studies.load("actionable-auditing").number("table-1/Kairos/error/all")
    assert (padded.as_printed, padded.value) == ("6.60", "6.61")


def test_a_printed_name_and_what_it_behaves_as_are_two_things():
    rows = studies.load("gender-shades").table("table-4").rows
    assert {(row.row, row.behaves_as) for row in rows} == {
        ("PPV", "recall"), ("Error", "error"), ("TPR", "precision"),
        ("FPR", "false_discovery_of_other"),
    }  # fmt: skip


WITH_INTERVAL = [
    (name, number)
    for name, number in EVERY
    if number.counts and "[" in number.as_printed and number.readings[0].mark == "V"
]


@pytest.mark.parametrize(
    ("name", "number"), WITH_INTERVAL, ids=[f"{n}:{x.id}" for n, x in WITH_INTERVAL]
)
def test_a_rate_worked_out_here_follows_from_its_counts(name, number):
    value, ends = number.as_printed.rstrip("]").split(" [")
    low, high = ends.split(", ")
    interval = wilson(*number.counts)

    assert round(100 * number.counts[0] / number.counts[1], 1) == float(value)
    assert (round(100 * interval.lo, 1), round(100 * interval.hi, 1)) == (float(low), float(high))


def test_the_intervals_of_amazons_groups_follow_from_their_counts():
    study = studies.load("actionable-auditing")
    women, men = (study.number(f"Amazon.{g}-interval") for g in ("DF", "LM"))
    interval, none_wrong = independent(*women.counts), wilson(*men.counts)

    assert women.as_printed == f"{100 * interval.lo:.1f} to {100 * interval.hi:.1f}"
    assert men.as_printed == f"{100 * none_wrong.lo:.0f} to {100 * none_wrong.hi:.2f}"


def test_the_four_groups_of_gender_shades_are_all_faces():
    study = studies.load("gender-shades")
    counted = [study.number(f"faces.{g}") for g in ("DF", "DM", "LF", "LM")]

    assert sum(int(one.as_printed) for one in counted) == 1270
    assert sum(int(one.value) for one in counted) == 1270
    sizes = study.table("table-4").sizes
    assert list(sizes.values()) == [int(one.value) for one in counted]
    for group, size in sizes.items():
        printed = Decimal(study.number(f"share.{group}").as_printed)
        assert round(Decimal(100 * size) / 1270, 1) == printed


def test_the_released_labels_add_up_by_country_and_by_skin_type():
    numbers = {one.id: one.as_printed for one in studies.load("gender-shades").numbers()}

    def faces(start):
        return [int(text) for name, text in numbers.items() if name.startswith(start)]

    assert sum(faces("country.")) == sum(faces("fitzpatrick.")) == 1270
    lighter = [int(numbers[f"fitzpatrick.{kind}"]) for kind in ("I", "II", "III")]
    assert sum(lighter) == int(numbers["faces.LF"]) + int(numbers["faces.LM"])


def test_the_small_study_can_be_read():
    assert studies.parse("small", SMALL).number("hits").as_printed == "3"


@pytest.mark.parametrize("field", ["as_printed", "source", "date", "mark", "unit", "what", "id"])
def test_an_incomplete_number_is_refused_by_name(field):
    head, entry = SMALL.split("[[numbers]]")
    lines = [line for line in entry.splitlines() if not line.startswith(f"{field} ")]

    with pytest.raises(BadInput, match=rf"small\.toml: .*{field} is missing"):
        studies.parse("small", head + "[[numbers]]" + "\n".join(lines))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('mark = "R"', 'mark = "X"', "the mark X is none of"),
        ('source = "page"', 'source = "rumour"', "there is no source rumour"),
        ('as_printed = "3"', "as_printed = 3", "not a text"),
        ('as_printed = "3"', 'as_printed = " "', "as_printed is missing"),
        ('mark = "R"', 'mark = "R"\ncorrected = "4"', "why is missing"),
        ('mark = "R"', 'mark = "R"\ncorrected = "4"\nwhy = "so"', "corrected_source is missing"),
        ('mark = "R"', 'mark = "R"\ncounts = [5, 4]', "counts are errors"),
        ('mark = "R"', 'mark = "R"\nvalu = "3"', "valu is not a field"),
        ('mark = "R"', 'mark = "R"\nalso = [{ as_printed = "4" }]', "source is missing"),
        ('task = "search"', 'task = "magic"', "the task magic"),
        ('title = "A test of ours"', "title = ", "small.toml"),
        ('date = "2020"\nwhere', "where", "page: date is missing"),
    ],
)
def test_a_wrong_entry_is_refused(old, new, words):
    assert old in SMALL
    with pytest.raises(BadInput, match=words):
        studies.parse("small", SMALL.replace(old, new, 1))


def test_the_same_id_twice_is_refused():
    entry = SMALL[SMALL.index("[[numbers]]") :]
    with pytest.raises(BadInput, match="two numbers have this id"):
        studies.parse("small", SMALL + entry)


def test_the_list_names_every_study(capsys):
    assert main(["evidence", "list", "--json"]) == 0

    listed = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in listed] == list(studies.names())


def test_show_prints_both_readings_with_their_sources(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["evidence", "show", "aclu-massachusetts-2019"]) == 0

    shown = capsys.readouterr().out
    assert "27 of 188" in shown
    assert "masslive" in shown
    assert "read at the source" in shown


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_show_prints_a_table_whole_and_marks_the_disputed_cell(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["evidence", "show", "gender-shades", "--table", "table-4"]) == 0

    shown = capsys.readouterr().out
    assert "90.2*" in shown
    assert "94.0 (S)" in shown
    assert "PPV behaves as recall" in shown
    assert "…" not in shown
    lines = [line.replace("*", "").split() for line in shown.splitlines()]
    for row in studies.load("gender-shades").table("table-4").rows:
        cells = [number.as_printed for number in row.numbers]
        assert [row.system, row.row, "M", *cells] in lines


def test_show_as_json_holds_every_reading(capsys):
    assert main(["evidence", "show", "aclu-california-2019", "--json"]) == 0

    study = json.loads(capsys.readouterr().out)
    probes = next(one for one in study["singles"] if one["id"] == "probes")
    assert [one["as_printed"] for one in probes["readings"]] == ["120", "125"]


def test_an_unknown_table_is_refused_with_those_there_are(capsys):
    assert main(["evidence", "show", "gender-shades", "--table", "nine"]) == 1
    assert "table-4" in capsys.readouterr().err
