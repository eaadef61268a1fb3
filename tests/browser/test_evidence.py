"""An audit of a published table, on a phone that runs no script, from its form to its figures."""

import pytest
from playwright.sync_api import Page, expect

from config.embedded import ROOT
from evidence.kinds import KINDS
from evidence.kinds.samples import SAMPLES
from tests.browser.looks import checked, follow, press
from tests.browser.test_first_ten_minutes import sign_in

TABLE = ROOT / "evidence/samples" / SAMPLES["gender-shades-counts"]


@pytest.fixture(params=[(390, False)], ids=["phone-no-js"])
def walk(request):
    return request.param


def test_a_published_table_is_audited_on_a_phone_without_script(page: Page, demo: str):
    sign_in(page, demo, "eve")
    page.goto(f"{demo}/evidence/")
    follow(page, "Ask for an audit")
    checked(page)
    follow(page, "A published table")
    checked(page)
    press(page, "Start the audit")
    checked(page)
    expect(page.get_by_role("alert")).to_contain_text("Table of counts or rates: This field is")
    page.get_by_label("Title of the report").fill("Gender Shades, counted again")
    page.get_by_label("Table of counts or rates").set_input_files(TABLE)
    page.get_by_label("Groups (optional)", exact=False).first.fill("skin, gender")
    press(page, "Start the audit")
    checked(page)
    # The page loads itself again until the report is there.
    report_link = page.get_by_role("link", name="Read the report")
    expect(report_link).to_be_visible(timeout=60_000)
    follow(page, report_link)
    checked(page)
    expect(page.get_by_text("94 of 271").first).to_be_visible()
    expect(page.get_by_text("Tested: IBM, Microsoft, Face++").first).to_be_visible()
    follow(page, "Every figure of this report")
    checked(page)
    expect(page.get_by_text("Face++").first).to_be_visible()


def test_every_form_fits_a_phone(page: Page, demo: str):
    sign_in(page, demo, "eve")
    for kind in KINDS:
        page.goto(f"{demo}/evidence/new/{kind}/")
        checked(page)
        page.get_by_text("For unusual files").click()
        checked(page)
        expect(page.get_by_label("Which column holds what")).to_be_visible()
