"""Charts: what is drawn is in the table, nothing hidden is in either, any page may hold them."""

import copy
import itertools
import json
import re
from xml.etree import ElementTree as ET

import pytest

from recognition_audit import charts
from recognition_audit.charts.scale import Scale, around, labelled, steps
from tests.recognition_audit import documents
from tests.recognition_audit.documents import DOCUMENTS as NAMES

SVG = "{http://www.w3.org/2000/svg}"
EXPECTED = {
    "comparison": ["forest", "matrix", "misses", "det", "sweep", "enrolment", "adequacy"],
    "search": ["forest", "misses", "gallery", "adequacy"],
    "classification": ["forest", "misses", "enrolment", "adequacy"],
    "published": ["forest", "adequacy"],
    "pairing": ["paired"],
    "dlib": ["forest", "matrix", "enrolment", "adequacy"],
    "skin": ["forest", "matrix", "misses", "adequacy"],
    # Every face was processed: both denominators are the same, and no face was missed.
    "deepface": ["forest", "adequacy"],
}
CLASSES = {"chart", "axis", "mark", "ci", "q", "ghost", "rule"}


@pytest.fixture(params=NAMES)
def document(request):
    return documents.every()[request.param]


def drawn():
    return [
        pytest.param(name, chart, id=f"{name}-{chart}")
        for name in ("comparison", "search", "classification", "published", "pairing")
        for chart in EXPECTED[name]
    ]


def tree(name, chart):
    return ET.fromstring(charts.draw(chart, documents.every()[name]))


def texts(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES)
def test_each_document_has_its_charts_in_the_order_of_a_page(name):
    found = list(charts.all_charts(documents.every()[name]))

    # The engine gives curves of the real scores since the schema /2.
    made = {"det", "sweep"} if name in ("dlib", "skin") else set()
    assert [chart for chart in found if chart not in made] == EXPECTED[name]


@pytest.mark.parametrize(("name", "chart"), drawn())
def test_a_chart_has_title_description_and_role(name, chart):
    svg = tree(name, chart)
    title, words = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert title.text
    assert len(words.text) > 40


@pytest.mark.parametrize(("name", "chart"), drawn())
def test_a_chart_stands_under_a_strict_policy_and_takes_the_pages_colours(name, chart):
    svg = tree(name, chart)

    for element in svg.iter():
        assert element.tag.removeprefix(SVG) not in ("script", "style", "foreignObject")
        assert "style" not in element.attrib
        assert not [key for key in element.attrib if key.startswith("on")]
        assert element.get("fill") in (None, "none")
        assert element.get("stroke") in (None, "currentColor")
        assert {element.get("class", "chart")} <= CLASSES


@pytest.mark.parametrize(("name", "chart"), drawn())
def test_nothing_is_drawn_outside_of_the_width_of_a_phone(name, chart):
    svg = tree(name, chart)
    _x, _y, width, height = map(float, svg.get("viewBox").split())

    assert width == 360
    for element in svg.iter():
        for key in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.get(key, 0)) <= width
        for key in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.get(key, 0)) <= height
        for point in (element.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


@pytest.mark.parametrize(("name", "chart"), drawn())
def test_the_words_of_a_line_do_not_run_into_each_other(name, chart):
    lines = {}
    for element in tree(name, chart).iter(f"{SVG}text"):
        x, wide = float(element.get("x")), 6.4 * len(element.text)
        left = x - {"middle": wide / 2, "end": wide}.get(element.get("text-anchor"), 0)
        lines.setdefault(element.get("y"), []).append((left, left + wide, element.text))
    for words in lines.values():
        words.sort()
        for (_l, right, one), (left, _r, other) in itertools.pairwise(words):
            assert right <= left + 2, (one, other)


def test_a_chart_has_a_table_and_a_heading(document):
    names = list(charts.all_charts(document))

    assert list(charts.tables(document)) == names
    assert all(figure.heading for figure in charts.figures(document))
    for table in charts.tables(document).values():
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.head)}


def test_the_same_document_gives_the_same_bytes(document):
    assert charts.all_charts(document) == charts.all_charts(copy.deepcopy(document))


def test_a_suppressed_group_stands_in_no_chart_and_in_no_table():
    document = copy.deepcopy(documents.comparison())
    # Even when a curve or a cross rate of it slipped in.
    extra = {"axes": documents.AXES, "group": documents.SMALL, "points": [[0.4, 0.1], [0.9, 0.9]]}
    document["curves"]["det"].append(extra)
    document["curves"]["sweep"].append(extra)
    cross = {"group_b": documents.SMALL, "subjects": 209}
    document["rates"].append(documents.row("FMR", "Asian · Male", 900, 1800, **cross))

    whole = "".join(charts.all_charts(document).values()) + str(charts.tables(document))

    assert "unknown" not in whole.lower()
    assert whole == "".join(charts.all_charts(documents.comparison()).values()) + str(
        charts.tables(documents.comparison())
    )


def test_a_forest_says_the_rates_with_their_intervals_the_highest_first():
    words = texts(tree("comparison", "forest"))

    assert words[5:9] == ["Asian women", "56.5 % (55.5 to 57.5 %)", "Black women",
                         "24.8 % (24 to 25.7 %)"]  # fmt: skip


def test_every_rate_of_a_forest_has_its_interval():
    svg = tree("comparison", "misses")

    marks = list(svg.iter(f"{SVG}circle"))
    assert len(marks) == 6
    assert len([e for e in svg.iter(f"{SVG}line") if e.get("class") == "ci"]) >= 6


def test_a_rate_from_few_errors_has_an_open_mark_and_says_so():
    svg = tree("classification", "forest")

    assert [e.get("fill") for e in svg.iter(f"{SVG}circle")] == [None, "none"]
    assert "Open mark: fewer than 30 errors, indicative." in texts(svg)


def test_the_default_is_drawn_into_the_sweep():
    svg = tree("comparison", "sweep")

    rules = [e for e in svg.iter(f"{SVG}line") if e.get("class") == "rule"]
    assert len(rules) == 6
    assert "the threshold 0.6 (vendor default)" in " ".join(texts(svg))


def test_a_det_begins_at_thirty_errors():
    # 10,000 impostor comparisons: nothing below 0.3 %, though the curve begins at 0.1 %.
    rows = charts.tables(documents.comparison())["det"].rows

    assert {row[1] for row in rows} == {"10 %", "1 %"}


def test_panels_show_the_other_groups_once_and_reuse_them():
    svg = tree("comparison", "det")

    assert len(list(svg.iter(f"{SVG}use"))) == 5
    assert len([e for e in svg.iter(f"{SVG}polyline") if e.get("class") == "ghost"]) == 6


def test_lines_of_several_thresholds_have_their_names_and_differ_without_colour():
    document = copy.deepcopy(documents.search())
    second = copy.deepcopy(document["curves"]["gallery"][0]) | {"threshold": "FMR 0.01"}
    document["curves"]["gallery"].append(second)

    svg = ET.fromstring(charts.draw("gallery", document))

    lines = [e for e in svg.iter(f"{SVG}polyline") if e.get("class") == "ci"]
    assert len({line.get("stroke-dasharray") for line in lines}) == 2
    assert {"0.6", "FMR 0.01"} <= set(texts(svg))


def test_a_projection_is_named_and_has_no_measured_mark():
    document = copy.deepcopy(documents.search())
    lines = document["curves"]["gallery"]
    lines.append(copy.deepcopy(lines[0]) | {"kind": "projected"})
    before = charts.draw("gallery", documents.search())

    drawn = charts.draw("gallery", document)

    assert "projected from comparisons, not measured" in " ".join(texts(ET.fromstring(drawn)))
    assert "0.6 projected" in str(charts.tables(document)["gallery"])
    assert drawn.count("<circle") == before.count("<circle")


def test_groups_of_several_systems_are_told_apart():
    words = texts(tree("published", "forest"))

    assert "Darker-skinned women, Amazon" in words
    assert "Darker-skinned women, Kairos" in words


def test_the_band_of_one_system_is_not_drawn_at_anothers_group():
    document = copy.deepcopy(documents.published())
    band = documents.comparison()["bands"][0] | {"system": "Amazon", "metric": "error"}
    document["bands"] = [band | {"threshold": None, "axes": ["skin", "gender"]}]
    document["bands"][0]["group"] = "darker · F"

    assert charts.draw("forest", document) == charts.draw("forest", documents.published())


def test_two_systems_stand_by_their_difference_the_worse_first():
    words = texts(tree("pairing", "paired"))

    assert "White men" in words
    assert words.index("White men") < words.index("Black women")
    assert "24.8 → 10.1 %" in words
    assert "v2 errs more often than v1" in " ".join(words)
    assert charts.tables(documents.pairing())["paired"].rows[1][3:5] == ("−14.7", "−16.7 to −12.7")


def test_long_names_are_cut_in_the_drawing_and_whole_in_the_table():
    name = "of the northern and the southern islands and all that lies between them" * 2
    document = json.loads(json.dumps(documents.comparison()).replace("Black", name))
    tables = charts.tables(document)

    for chart, svg in charts.all_charts(document).items():
        assert max(len(words) for words in texts(ET.fromstring(svg))) < 60
        if chart != "enrolment":
            assert f"O{name[1:]} women" in str(tables[chart])


def test_hostile_names_stay_words():
    document = copy.deepcopy(documents.classification())
    for row in document["rates"]:
        row["group_a"] = row["group_a"].replace("Black", '<script>alert("1")</script>')
    document["rates"] = [row for row in document["rates"] if row["axes"]]

    for svg in charts.all_charts(document).values():
        assert "<script" not in svg
        ET.fromstring(svg)


def test_ids_begin_with_what_the_page_asks_for():
    for svg in charts.all_charts(documents.comparison(), prefix="first-").values():
        assert all(name.startswith("first-") for name in re.findall(r' id="([^"]+)"', svg))


def test_nothing_to_draw_draws_nothing():
    empty = documents.base("comparison")

    assert charts.all_charts(empty) == {}
    assert charts.tables(empty) == {}


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.02, 0.05], (0.01, 0.1)),
        ([0.0, 0.5], (0.3, 1.0)),
        ([0.01], (0.003, 0.01)),
        ([], (0.3, 1.0)),
    ],
)
def test_an_axis_spans_its_values(values, ends):
    assert around(values) == ends


def test_a_log_axis_places_decades_evenly_and_keeps_zeros_at_its_edge():
    scale = Scale(0.001, 1.0, 0, 300)

    assert [round(scale.place(v)) for v in (0.0, 0.001, 0.01, 0.1, 1.0)] == [0, 0, 100, 200, 300]


def test_labels_that_would_touch_are_left_out():
    scale = Scale(0.001, 1.0, 0, 60)

    assert [words for _x, words, _a in labelled(scale, [0.001, 0.01, 0.1, 1.0])] == ["0.1 %"]


def test_steps_are_round():
    assert steps(0.2, 1.0) == [0.2, 0.4, 0.6, 0.8, 1.0]
