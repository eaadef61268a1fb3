"""Keys, signing, confirming, downloading and opening the list, walked through in a browser."""

import csv
import json

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from petitions.models import Petition
from signatures.models import Signature
from tests.browser.arriving import carry_session
from tests.browser.looks import checked, follow, press
from tests.factories import open_petition
from tests.people import ASHA, PASSWORD
from tests.signatures.test_contacts import crowd
from tests.signatures.test_contacts_tool import make_key, run

pytestmark = pytest.mark.browser


@pytest.fixture
def petition(team, ben, transactional_db):
    return open_petition(team, ben, floor=5)


def test_a_list_from_keys_to_addresses(page: Page, site, petition, tmp_path, smtp):
    client_signs_in(page, site)
    desk = f"{site}/desk/petitions/petition/{petition.pk}/change/"
    add_keys(page, desk, tmp_path)
    sign(page, site, petition)
    confirm(page, smtp)
    crowd(Petition.objects.get(), 5)
    page.goto(desk)
    follow(page, "Contact list")
    expect(page.get_by_text("At least 5 people agreed")).to_be_visible()
    checked(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the encrypted list").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert ASHA not in saved.read_text()
    assert json.loads(saved.read_text().splitlines()[-1]) == {"end": 6}
    end_a_key(page)
    done = run(saved, "--key", tmp_path / "two.txt", "--to", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.csv").open(newline="") as file:
        assert ASHA in [row[0] for row in csv.reader(file)]


def client_signs_in(page: Page, site) -> None:
    """By a session of its own: signing in by the form is another test's."""
    browser = Client()
    assert browser.login(username="ben@team.example", password=PASSWORD)
    carry_session(page, site, browser)


def add_keys(page: Page, desk: str, folder) -> None:
    page.goto(desk)
    follow(page, "Contact list")
    checked(page)
    for name in ("one", "two", "three"):
        page.get_by_label("Public key").fill(make_key(folder, f"{name}.txt"))
        page.get_by_label("Whose key, and where it lies").fill(f"{name}, in the safe")
        press(page, "Add the key")
        checked(page)
    expect(page.get_by_text("Signers are asked whether you may write")).to_be_visible()


def end_a_key(page: Page) -> None:
    follow(page, page.get_by_role("link", name="End it").last)
    checked(page)
    press(page, "End the key")
    checked(page)
    expect(page.get_by_text("ended on")).to_be_visible()


def sign(page: Page, site, petition) -> None:
    page.goto(f"{site}/petitions/{petition.slug}/sign/public/")
    checked(page)
    assert not page.get_by_label("The organisers may write to me").is_checked()
    page.get_by_label("Your mail address").fill(ASHA)
    page.get_by_label("I agree that a keyed fingerprint").check()
    page.get_by_label("The organisers may write to me").check()
    press(page, "Continue")
    checked(page)


def confirm(page: Page, smtp) -> None:
    page.goto(smtp.link_to(ASHA))
    expect(page.get_by_text("The organisers get your address, encrypted")).to_be_visible()
    checked(page)
    press(page, "Confirm, and make a receipt code")
    checked(page)
    press(page, "Make the code")
    expect(page.get_by_role("heading", name="Write this down now")).to_be_visible()
    follow(page, "Back to your receipt")
    checked(page)
    expect(page.get_by_text("We hold no address of yours")).to_be_visible()
    kept = Signature.objects.get()
    assert (bytes(kept.address), bool(kept.contact)) == (b"", True)
