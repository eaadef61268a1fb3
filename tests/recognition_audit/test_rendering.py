"""The forms of a report: the same figures in each, hostile words stay words, pages are for all."""

import copy
import csv
import io
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st

from config.embedded import ROOT
from recognition_audit import findings, rendering
from recognition_audit.cli import main
from tests.recognition_audit import documents
from tests.recognition_audit.documents import DOCUMENTS as NAMES

HOSTILE = (
    '<script>alert(1)</script> #set page(fill: red) $x$ *b* _i_ `c` @cite [l](javascript:x) "&'
)


def finished(document):
    """A report with its findings, as an engine hands it out."""
    told = dict(document) | {"findings": findings.of_document(document)}
    return documents.report_of(told | {"limits": findings.limits_of_document(document)})


@pytest.fixture(params=NAMES)
def report(request):
    return finished(documents.every()[request.param])


@pytest.fixture
def comparison():
    return finished(documents.comparison())


def renamed(words):
    """A report in which a stranger chose every name."""
    document = copy.deepcopy(documents.comparison())
    document["system"] = {"name": words, "version": words, "vendor": words}
    document["labels"]["source"] = words
    document["limits"] = [words]
    return documents.report_of(document | {"findings": findings.of_document(document)})


@pytest.fixture
def hostile():
    """Every word that a stranger may choose is hostile."""
    document = copy.deepcopy(documents.classification())
    text = json.dumps(document, ensure_ascii=False)
    for word in ("FaceTell", "passports", "Black", "duplicate rows", "vendor default", "Acme"):
        text = text.replace(json.dumps(word)[1:-1], json.dumps(HOSTILE)[1:-1])
    document = json.loads(text)
    document["limits"] = [HOSTILE]
    document["manifest"]["parameters"]["source"] = {"citation": HOSTILE, "licence": HOSTILE}
    return finished(document)


class Page(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


def rows(report):
    return list(csv.DictReader(io.StringIO(rendering.csv(report), newline="")))


# HTML


def test_a_page_holds_every_finding_caveat_and_limit(report):
    words = "".join(Page(rendering.html(report)).words).replace("\xa0", " ")

    for finding in report.document["findings"]:
        assert finding["text"] in words
        assert finding["caveat"] in words
    for limit in report.document["limits"]:
        assert limit in words
    assert report.sha256 in words


def test_a_page_needs_nothing_else(report):
    page = Page(rendering.html(report))

    assert "script" not in page.tags
    assert not [value for name, value in page.attributes if name in ("src", "style", "onload")]
    links = [value for name, value in page.attributes if name == "href"]
    assert all(link.startswith("#") for link in links)


def test_every_chart_of_a_page_has_its_table_below(report):
    text = rendering.html(report)

    assert text.count("<svg") == text.count("<summary>The same as a table</summary>") > 0
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_page_is_light_dark_and_printed(comparison):
    style = rendering.html(comparison).split("<style>")[1].split("</style>")[0]

    assert "color-scheme: light dark" in style
    assert "@media print" in style


def test_hostile_words_stay_words_in_html(hostile):
    text = rendering.html(hostile)

    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "script" not in Page(text).tags


def test_a_suppressed_group_is_in_no_form(comparison):
    everything = rendering.html(comparison) + rendering.markdown(comparison)

    assert "unknown" not in everything.lower()


def test_numbers_of_a_suppressed_row_are_not_in_the_csv():
    document = copy.deepcopy(documents.comparison())
    small = next(row for row in document["rates"] if row["adequacy"] == "too few")
    small |= {"errors": 7, "trials": 9, "value": 7 / 9}
    found = [row for row in rows(documents.report_of(document)) if row["adequacy"] == "too few"]

    assert found
    assert {found[0][name] for name in ("errors", "trials", "subjects", "rate", "ci_low")} == {""}


@pytest.mark.parametrize("form", [rendering.html, rendering.markdown, rendering.csv])
def test_the_same_report_gives_the_same_bytes(report, form):
    assert form(report) == form(documents.report_of(copy.deepcopy(report.document)))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_is_accessible_fits_and_says_nothing_to_the_console(
    browser, comparison, theme, width
):
    said = []
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    page.on("console", lambda message: said.append(message.text))
    page.set_content(rendering.html(comparison))
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert said == []
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    opened = page.evaluate("document.documentElement.scrollWidth")
    # axe itself is a script, which the page's own policy refuses.
    page.evaluate("document.querySelector('meta[http-equiv]').remove()")
    found = Axe().run(page)
    page.close()

    assert (wide, opened) == (width, width)
    assert found.violations_count == 0, found.generate_report()


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_name_gives_every_form(words):
    report = renamed(words)

    page = Page(rendering.html(report))
    assert not {"script", "img", "iframe", "a", "form"} & set(page.tags)
    assert rendering.markdown(report)
    assert len(rows(report)) == len(report.document["rates"])


@pytest.mark.parametrize(
    "words", ["\0", "a\x1bb", "\u202e", "نظام", "面部识别", "#let x = 1", "\ue123"]
)
def test_any_name_gives_a_pdf_and_charts(words):
    pytest.importorskip("typst")
    document = copy.deepcopy(documents.classification())
    for row in document["rates"]:
        row["group_a"] = row["group_a"].replace("Black", words)
    document["system"]["name"] = words

    assert rendering.pdf(finished(document)).startswith(b"%PDF-")


# Markdown


def test_markdown_holds_findings_and_a_table_of_each_part(comparison):
    text = rendering.markdown(comparison)

    assert "5,650 of 10,000 comparisons" in text
    for heading in ("Differentials over all groups", "Group against group", "The files"):
        assert f"### {heading}" in text


def test_what_equality_would_need_has_a_row_a_group_with_both_misses(comparison):
    text = rendering.markdown(comparison)

    table = text[text.index("What equal false match rates would need") :]
    lines = [line for line in table.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:3]]
    wanted = "1.4 %, of White men"
    assert cells == [
        ["Asian women", "0.6", "5,650 of 10,000 (56.5 %)", wanted, "0.42",
         "140 of 10,000 (1.4 %)", "51 of 2,000 (2.55 %)", "620 of 2,000 (31 %)"],
        ["Black women", "0.6", "2,480 of 10,000 (24.8 %)", wanted, "0.49",
         "120 of 10,000 (1.2 %)", "44 of 2,000 (2.2 %)", "24 of 2,000 (1.2 %, indicative)"],
        ["White women", "0.6", "265 of 10,000 (2.65 %)", wanted, "too few errors",
         "", "40 of 2,000 (2 %)", ""],
    ]  # fmt: skip
    assert "A smaller distance is stricter." in table
    assert "one threshold is measured for all" in table


def test_hostile_words_stay_words_in_markdown(hostile):
    text = rendering.markdown(hostile)

    assert "<script" not in text.replace("\\<", "")
    assert "](" not in text.replace("\\]", "")
    assert not re.search(r"(?<!\\)[*`$]", text.replace("    recognition-audit", ""))
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("a|b", "a\\|b"), ("a\nb", "a b"), ("- a", "\\- a"), ("1. a", "1\\. a"),
        ("http://x.y", "http&#58;//x.y"), ("www.x.y", "www&#46;x.y"), ("56.5 %", "56.5 %"),
    ],
)  # fmt: skip
def test_markdown_escapes_what_would_be_markup(words, escaped):
    from recognition_audit.rendering.marked import plain

    assert plain(words) == escaped


# CSV


@pytest.mark.parametrize("report", sorted({*NAMES} - {"pairing"}), indirect=True)
def test_csv_has_one_row_a_rate_with_the_documents_numbers(report):
    found = rows(report)

    assert len(found) == len(report.document["rates"])
    for row, rate in zip(found, report.document["rates"], strict=True):
        assert None not in row
        assert row["errors"] == ("" if rate["errors"] is None else str(rate["errors"]))
        assert (float(row["rate"]) if row["rate"] else None) == rate["value"]


def test_the_csv_of_two_systems_has_one_row_a_difference():
    found = rows(finished(documents.pairing()))

    assert [row["people"] for row in found][:2] == ["Black women", "White men"]
    assert {(row["system_a"], row["system_b"]) for row in found} == {("v1", "v2")}
    assert found[0]["difference"] == "-0.147"
    assert (found[0]["errors_a"], found[0]["rate_b"]) == ("2480", "0.101")
    assert found[-1]["adequacy"] == "too few"
    assert not any(found[-1][name] for name in rendering.spreadsheet.NUMBERS & found[-1].keys())


def test_csv_names_the_threshold_and_whether_it_was_tuned(comparison):
    found = {row["threshold"]: row for row in rows(comparison) if row["metric"] == "FMR"}

    assert found["FMR 0.01"]["threshold_tuned"] == "yes"
    assert found["0.6"]["threshold_origin"] == "vendor default"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(start):
    document = copy.deepcopy(documents.classification())
    document["system"]["name"] = f"{start}HYPERLINK(1)"
    document["rates"][0]["group_a"] = f"{start}cmd"

    first = rows(documents.report_of(document))[0]

    assert first["system"] == f"'{start}HYPERLINK(1)"
    assert first["group_a"] == f"'{start}cmd"
    assert first["people_a"][0] not in rendering.spreadsheet.FORMULA_STARTS


def test_a_negative_threshold_stays_a_number():
    document = copy.deepcopy(documents.comparison())
    document["thresholds"][0]["value"] = -0.5

    assert rows(documents.report_of(document))[0]["threshold_value"] == "-0.5"


def test_every_column_of_the_csv_is_documented():
    text = (ROOT / "docs" / "audit-report.md").read_text()

    for name in [*rendering.COLUMNS, *rendering.PAIRED_COLUMNS, "report_sha256"]:
        assert f"`{name}`" in text


def test_a_published_table_keeps_each_rows_system():
    found = rows(finished(documents.published()))

    assert [row["system"] for row in found] == ["Amazon", "Amazon", "Kairos", "Kairos"]


def test_rates_as_printed_and_answers_have_their_tables():
    text = rendering.markdown(finished(documents.published()))

    assert "| Darker-skinned women | IBM | Error rate |  | 34.7 % |" in text
    assert "| F | not processed | 3 |" in text
    assert "| X |" not in text


# PDF


def test_a_pdf_is_tagged_undated_and_the_same_twice(report):
    pytest.importorskip("typst")
    made = rendering.pdf(report)

    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/CreationDate" not in made
    assert made == rendering.pdf(report)


def test_hostile_words_stay_words_in_a_pdf(hostile):
    pytest.importorskip("typst")
    if shutil.which("gs") is None:
        pytest.skip("Ghostscript, which reads the text back, is not installed here")
    made = subprocess.run(
        ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=txtwrite", "-sOutputFile=-", "-"],
        input=rendering.pdf(hostile), capture_output=True, check=True,
    )  # fmt: skip
    text = re.sub(r"\s+", "", made.stdout.decode())

    assert "#setpage(fill:red)" in text
    assert "<script>alert(1)</script>" in text


def test_without_typst_a_pdf_says_what_to_install(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(rendering.NoTypesetter, match="pip install typst"):
        rendering.pdf(comparison)


# The command


@pytest.fixture
def file(tmp_path, comparison):
    path = tmp_path / "audit.json"
    path.write_bytes(comparison.to_bytes())
    return path


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_the_command_writes_each_form_to_a_file_or_to_its_output(
    file, tmp_path, capsysbinary, form
):
    out = tmp_path / f"audit.{form}"

    assert main(["report", str(file), f"--{form}", "--out", str(out)]) == 0
    assert capsysbinary.readouterr().out == b""
    assert main(["report", str(file), f"--{form}"]) == 0
    assert capsysbinary.readouterr().out == out.read_bytes() != b""


def test_json_passes_unchanged_even_when_it_is_not_canonical(file, capsysbinary):
    spaced = json.dumps(json.loads(file.read_bytes()), indent=2).encode()
    file.write_bytes(spaced)

    assert main(["report", str(file), "--json"]) == 0
    assert capsysbinary.readouterr().out == spaced


def test_a_pdf_is_written(file, tmp_path):
    pytest.importorskip("typst")
    out = tmp_path / "audit.pdf"

    assert main(["report", str(file), "--pdf", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("content", [b"{}", b"not json", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_report_is_refused_in_one_line(tmp_path, capsys, content):
    path = tmp_path / "x.json"
    path.write_bytes(content)

    assert main(["report", str(path), "--html"]) == 1
    assert "x.json: this is no finished report" in capsys.readouterr().err.replace("\n", " ")


def test_a_file_to_write_without_a_form_is_refused(file, tmp_path, capsys):
    assert main(["report", str(file), "--out", str(tmp_path / "x")]) == 1
    assert "say in which form" in capsys.readouterr().err
