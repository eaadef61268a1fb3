"""The signer's own control, walked through in a browser: with and without JavaScript."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from signatures.actions import counting, together
from signatures.models import Signature
from signatures.policy import REVEAL_WAIT_HOURS
from tests.browser.arriving import arrive, come_back
from tests.browser.looks import checked, follow, press
from tests.factories import open_petition, signature_of
from tests.people import ASHA
from tests.signatures.test_visibility_together import agree, colleague, prove
from tests.smtp import links_in

NAME = "Asha Rao"


@pytest.fixture
def petition(team, ben, transactional_db):
    """Four verified colleagues wait to be shown with a fifth."""
    petition = open_petition(team, ben, floor=5, publication="at_once")
    for number in range(4):
        agree(colleague(petition, number), number)
    return petition


def open_signature(page: Page, site, petition, smtp) -> None:
    arrive(page, site, petition, smtp, ASHA)
    follow(page, "Back to your receipt")
    visit = next(one for one in page.context.cookies() if one["name"] == "visit")
    prove(visit["value"], 9)
    page.reload()
    checked(page)


def test_a_signer_keeps_control(page: Page, site, petition, smtp):
    open_signature(page, site, petition, smtp)
    choose_to_be_shown_together(page)
    unsubscribe(page, site, be_told(page, smtp))
    be_shown(page, site, petition)
    take_it_along(page)
    come_back_by_code(page, site)
    hide_again(page, site, petition)
    erase(page, site, petition)


def choose_to_be_shown_together(page: Page) -> None:
    follow(page, "Change who sees what")
    checked(page)
    everybody = page.get_by_role("group", name="Everybody")
    everybody.get_by_label("They read").select_option(label="my name and my title")
    everybody.get_by_label("From when").select_option(value="5")
    press(page, "Save")
    checked(page)
    expect(page.get_by_text("One more thing")).to_be_visible()
    page.get_by_label("Your name, as it is to be shown").fill(NAME)
    page.get_by_label("Your title at the company").fill("Optics engineer")
    page.get_by_label("I agree").check()
    press(page, "Save")
    checked(page)
    expect(page.get_by_text("More once 5 of you agreed.")).to_be_visible()
    expect(page.get_by_text("Fewer than 5 others wait, or none.")).to_be_visible()


def be_told(page: Page, smtp) -> str:
    """The address by which the notice can be stopped."""
    assert together.advance_all(now=timezone.now()).told == 5
    page.reload()
    checked(page)
    expect(page.get_by_text("Enough agreed: more is shown from")).to_be_visible()
    return next(link for link in links_in(smtp.newest(ASHA)) if "/u/" in link)


def unsubscribe(page: Page, site, link: str) -> None:
    page.goto(link)
    checked(page)
    assert not signature().is_muted
    press(page, "Stop it")
    checked(page)
    assert signature().is_muted
    page.goto(f"{site}/mine/")
    checked(page)
    press(page, "Write to me when something changes")
    checked(page)
    assert not signature().is_muted


def be_shown(page: Page, site, petition) -> None:
    page.goto(site + petition.get_absolute_url())
    assert page.get_by_text(NAME).count() == 0
    later = timezone.now() + timedelta(hours=REVEAL_WAIT_HOURS)
    assert together.advance_all(now=later).shown == 5
    page.reload()
    checked(page)
    assert page.locator(".names li").count() == 5
    expect(page.get_by_text(f"{NAME}, Optics engineer")).to_be_visible()
    page.goto(f"{site}{petition.get_absolute_url()}names/")
    checked(page)
    page.goto(f"{site}/mine/signers/")
    checked(page)
    assert page.locator(".names li").count() == 5


def take_it_along(page: Page) -> None:
    follow(page, "Back to your receipt")
    follow(page, "What we hold of you")
    checked(page)
    expect(page.get_by_text(ASHA).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all of it").click()
    assert download.value.suggested_filename == "data.json"
    assert json.loads(download.value.path().read_text())["signature"]["name"] == NAME


def come_back_by_code(page: Page, site) -> None:
    follow(page, "Back to your receipt")
    follow(page, "Make a code that opens this later")
    checked(page)
    press(page, "Make the code")
    checked(page)
    code = page.locator("code").inner_text()
    follow(page, "Back to your receipt")
    press(page, "Close it now")
    checked(page)
    page.goto(f"{site}/mine/")
    expect(page.get_by_role("heading", name="Nothing is open in this browser")).to_be_visible()
    page.get_by_label("Your code").fill(code.lower())
    press(page, "Open")
    checked(page)
    expect(page.get_by_role("heading", name="Your signature is confirmed")).to_be_visible()


def hide_again(page: Page, site, petition) -> None:
    follow(page, "Change who sees what")
    everybody = page.get_by_role("group", name="Everybody")
    everybody.get_by_label("They read").select_option(value="counted")
    press(page, "Save")
    page.goto(site + petition.get_absolute_url())
    assert page.locator(".names li").count() == 4
    assert page.get_by_text(NAME).count() == 0


def erase(page: Page, site, petition) -> None:
    kept = signature().pk
    page.goto(f"{site}/mine/")
    follow(page, "Erase all that you hold of me")
    checked(page)
    press(page, "Erase it all")
    checked(page)
    counting.fold(now=timezone.now())
    assert Signature.objects.get(pk=kept).reveal_address() == ""
    page.goto(site + petition.get_absolute_url())
    expect(page.locator(".ledger dd.n").first).to_have_text("4")


def test_a_link_is_mailed_again(page: Page, site, petition, smtp):
    open_signature(page, site, petition, smtp)
    come_back(page, site, petition, smtp, ASHA)
    expect(page.get_by_role("heading", name="Your signature is confirmed")).to_be_visible()


def signature() -> Signature:
    from petitions.models import Petition

    return signature_of(Petition.objects.get(), ASHA)
