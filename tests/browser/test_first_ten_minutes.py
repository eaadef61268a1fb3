"""A stranger's first ten minutes, as one walk through the running demo (issue 3)."""

import json
import re
import subprocess
import sys
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from config.embedded import ROOT
from tests.browser.looks import checked, follow, press

PASSWORD = "countersign-demo"
SAMPLE = ROOT / "evidence/samples/rfw-skintype-pairs/skintype_pairs_pseudonymised.parquet"
PETITION = "/petitions/stop-facematch/"


@pytest.fixture
def allowed():
    """Pages that are not there yet, or no more, are part of the walk."""
    return ("410", "404")


def count_of(demo: str, relation: str, slug: str = "stop-facematch") -> int:
    with urllib.request.urlopen(f"{demo}/api/v1/petitions/{slug}/counts/") as answer:
        rows = json.load(answer)["rows"]
    return next(row["total"] for row in rows if row["relation"] == relation)


def newest_mail(page: Page, demo: str, to: str, word: str) -> str:
    """The body of the newest mail to an address that holds a word."""
    for _ in range(60):
        page.goto(f"{demo}/mailbox/?to={to}")
        link = page.locator(".todo a").first
        if link.count():
            follow(page, link)
            body = page.locator(".letter").inner_text()
            if word in body:
                return body
        page.wait_for_timeout(250)
    raise AssertionError(f"no mail with {word!r}")


def sign_in(page: Page, demo: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{demo}/desk/")
    checked(page)
    page.get_by_label("Email").fill(f"{name}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign In")
    expect(page).to_have_url(re.compile("/desk/$"))


def test_a_stranger_walks_through_in_ten_minutes(page: Page, demo: str, walk: tuple[int, bool]):
    width, javascript = walk
    name = f"{width}{'' if javascript else ' without script'}"
    read_a_petition(page, demo)
    sign_and_prove(page, demo, f"asha{width}{'' if javascript else 'plain'}")
    title = write_and_publish(page, demo, name)
    report = audit_and_cite(page, demo, title)
    repeat_in_a_terminal(demo, report)


def read_a_petition(page: Page, demo: str) -> None:
    page.goto(demo)
    checked(page)
    assert page.locator(".list li h2").count() == 3
    follow(page, "All petitions")
    checked(page)
    follow(page, "Stop selling FaceMatch")
    checked(page)
    body = page.locator("main").inner_text()
    for words in (
        "To the board of Example Vision",
        "Harbour County Sheriff",
        "Black women",
        "by work mailbox",
    ):
        assert words in body, words


def sign_and_prove(page: Page, demo: str, name: str) -> None:
    before = count_of(demo, "employee"), count_of(demo, "public")
    page.goto(demo + PETITION)
    follow(page, "Sign as an employee")
    checked(page)
    page.get_by_label("Your mail address").fill(f"{name}@mail.example")
    page.get_by_label("I agree").check()
    press(page, "Continue")
    checked(page)
    body = newest_mail(page, demo, name, "/s/")
    page.goto(re.search(r"http\S+/s/\S+", body).group())
    checked(page)
    assert count_of(demo, "employee") == before[0]
    press(page, "Confirm my signature")
    checked(page)
    follow(page, "Show where I work")
    checked(page)
    page.get_by_text("A code sent to your work mailbox").click()
    press(page, "Continue")
    checked(page)
    page.get_by_label("Your work address").fill(f"{name}@vision.example")
    press(page, "Continue")
    checked(page)
    code_page = page.url
    body = newest_mail(page, demo, f"{name}@vision.example", "code")
    assert "Vision" not in body
    code = re.search(r"\d{4} \d{4}", body).group()
    page.goto(code_page)
    page.get_by_label("The code from the mail").fill(code)
    press(page, "Continue")
    checked(page)
    expect(page.get_by_text("counted as verified")).to_be_visible()
    for _ in range(60):
        if count_of(demo, "employee") == before[0] + 1:
            break
        page.wait_for_timeout(250)
    assert (count_of(demo, "employee"), count_of(demo, "public")) == (before[0] + 1, before[1])


def write_and_publish(page: Page, demo: str, name: str) -> str:
    title = f"Test FaceMatch in public, at {name}"
    sign_in(page, demo, "ben")
    checked(page)
    follow(page, "Write a new petition")
    checked(page)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Demand").fill("We ask the board to **publish every test**.")
    page.get_by_label("Company addressed").select_option(label="Example Vision, Inc.")
    press(page, "Save")
    follow(page, page.get_by_role("link", name=title).first)
    checked(page)
    follow(page, "Preview")
    checked(page)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.go_back()
    follow(page, "Submit for moderation")
    checked(page)
    press(page, "Submit for moderation")
    sign_in(page, demo, "mo")
    follow(page, page.get_by_role("link", name="Read and decide").first)
    checked(page)
    follow(page, page.get_by_role("link", name="Publish", exact=True))
    press(page, "Publish")
    follow(page, "See its page")
    checked(page)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    return title


def audit_and_cite(page: Page, demo: str, title: str) -> str:
    sign_in(page, demo, "eve")
    page.goto(f"{demo}/evidence/new/")
    checked(page)
    follow(page, "Comparison scores, one to one")
    checked(page)
    name = f"VGG by skin type, for {title}"
    page.get_by_label("Title of the report").fill(name)
    page.get_by_label("File of comparison scores").set_input_files(SAMPLE)
    page.get_by_label("Or: fix it at this false match rate").fill("0.01")
    page.get_by_label(re.compile("^Groups")).fill("skin")
    page.get_by_label("System tested").fill(f"VGG face model, {title[-20:]}")
    press(page, "Start the audit")
    checked(page)
    report_link = page.get_by_role("link", name="Read the report")
    expect(report_link).to_be_visible(timeout=60_000)  # the page loads itself again until then
    follow(page, report_link)
    checked(page)
    expect(page.get_by_text("206 of 10,000").first).to_be_visible()
    report = page.url.rstrip("/").rpartition("/")[2]
    press(page, "Publish this report")
    sign_in(page, demo, "ben")
    follow(page, page.get_by_role("link", name=title).first)
    page.get_by_label("Evidence cited").select_option(label=name)
    press(page, "Save")
    sign_in(page, demo, "mo")
    follow(page, page.get_by_role("link", name=title).first)
    follow(page, "Publish the new version")
    press(page, "Publish the new version")
    follow(page, "See its page")
    checked(page)
    expect(page.get_by_text("206 of 10,000").first).to_be_visible()
    return report


def repeat_in_a_terminal(demo: str, sha256: str) -> None:
    with urllib.request.urlopen(f"{demo}/evidence/{sha256}.json") as answer:
        published = answer.read()
    system = json.loads(published)["system"]["name"]
    words = ["verify", str(SAMPLE), "--at-fmr", "0.01", "--groups", "skin", "--system", system]
    again = subprocess.run(
        [sys.executable, "-m", "recognition_audit", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert again.stdout == published
