"""A document from the signer's phone to the reviewer's verdict: in the demo, and with real mail."""

import base64
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.arriving import arrive, carry_session, choose
from tests.browser.looks import checked, follow, press
from tests.browser.test_first_ten_minutes import PETITION, count_of, newest_mail, sign_in
from tests.documents import PASSPHRASE, SECRET, give_key, photo
from tests.factories import open_petition, signature_of
from tests.people import ASHA
from tests.smtp import words_of

PASSPHRASE_OF_DEMO = "four words for reviewers"
LINK_THAT_OPENS = re.compile(r"http\S+/mine/open/\S+")


@pytest.fixture
def person(walk):
    """Who signs: a name of its own for each walk through the one demo."""
    width, javascript = walk
    return f"nia{width}{'' if javascript else 'plain'}"


def test_a_photo_from_a_phone_becomes_a_count_by_document(page: Page, demo: str, person: str):
    before = count_of(demo, "employee")
    sign(page, demo, person)
    send_photo(page, person)
    sign_in(page, demo, "ravi")
    follow(page, page.get_by_role("link", name="Look and decide").first)
    review(page, PASSPHRASE_OF_DEMO, person)
    page.context.clear_cookies()
    read_receipt(page, newest_mail(page, demo, person, "was looked at"))
    for _ in range(60):
        if count_of(demo, "employee") == before + 1:
            break
        page.wait_for_timeout(250)
    assert count_of(demo, "employee") == before + 1
    page.goto(demo + PETITION)
    expect(page.get_by_text("by document").first).to_be_visible()


@pytest.mark.parametrize("walk", [(390, True), (390, False)], ids=["js", "no-js"])
def test_each_mail_on_the_way_comes_from_a_mail_server(
    page: Page, walk, site, team, ben, ravi, smtp, client
):
    give_key(team)
    petition = open_petition(team, ben, methods=["mailbox", "document"], publication="at_once")
    arrive(page, site, petition, smtp, ASHA)
    choose(page, "A photo of a badge, a payslip or a statement")
    send_photo(page, "asha")

    page.context.clear_cookies()
    client.force_login(ravi)  # signing in by the form is another test's
    carry_session(page, site, client)
    page.goto(f"{site}/review/")
    review(page, PASSPHRASE, "asha")

    page.context.clear_cookies()
    read_receipt(page, words_of(smtp.newest(ASHA)))
    assert signature_of(petition, ASHA).cell == ("employee", "document")


def sign(page: Page, demo: str, person: str) -> None:
    page.goto(demo + PETITION)
    follow(page, "Sign as an employee")
    page.get_by_label("Your mail address").fill(f"{person}@mail.example")
    page.get_by_label("I agree").check()
    press(page, "Continue")
    body = newest_mail(page, demo, person, "/s/")
    page.goto(re.search(r"http\S+/s/\S+", body).group())
    press(page, "Confirm my signature")
    follow(page, "Show where I work")
    page.get_by_text("A photo of a badge").click()
    press(page, "Continue")
    checked(page)


def send_photo(page: Page, person: str) -> None:
    data = photo(f"NIA {person.upper()}", seed=len(person))
    assert SECRET.encode() in data
    page.get_by_label("What is it?").select_option(label="Staff badge")
    pdf = {"name": "payslip.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"}
    page.get_by_label("A photo or a screenshot of it").set_input_files(pdf)
    press(page, "Send it")
    checked(page)
    expect(page.get_by_text("This is a PDF").first).to_be_visible()
    taken = {"name": "IMG_2210 nia.jpg", "mimeType": "image/jpeg", "buffer": data}
    page.get_by_label("A photo or a screenshot of it").set_input_files(taken)
    press(page, "Send it")
    checked(page)
    expect(page.get_by_text("Your document is decided by")).to_be_visible()
    follow(page, page.get_by_role("link", name="To your receipt", exact=True))
    checked(page)
    expect(page.get_by_text("nothing yet")).to_be_visible()


def review(page: Page, passphrase: str, person: str) -> None:
    checked(page)
    follow(page, page.get_by_role("link", name="Look and decide").first)
    checked(page)
    page.get_by_label("The reviewers’ passphrase").fill("not these words at all")
    press(page, "Show the document")
    checked(page)
    expect(page.get_by_text("This is not the passphrase").first).to_be_visible()
    page.get_by_label("The reviewers’ passphrase").fill(passphrase)
    press(page, "Show the document")
    checked(page)
    assert page.locator("figure img").evaluate("image => image.naturalWidth") == 1200
    shown = page.locator("figure img").get_attribute("src").partition(",")[2]
    jpeg = base64.b64decode(shown)
    assert SECRET.encode() not in jpeg
    assert not Image.open(io.BytesIO(jpeg)).getexif()
    page.get_by_label("Employee", exact=True).check()
    page.get_by_label("Name of the person, as printed").fill(f"Nia {person}")
    press(page, "Decide")
    checked(page)
    expect(page.get_by_text("The document is deleted.")).to_be_visible()


def read_receipt(page: Page, body: str) -> None:
    assert "was looked at" in body
    page.goto(LINK_THAT_OPENS.search(body).group())
    press(page, "Open")
    checked(page)
    expect(page.get_by_text("by document")).to_be_visible()
    expect(page.get_by_text("counted as verified")).to_be_visible()
