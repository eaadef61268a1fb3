"""Vouching and invitation codes in Chromium, on a phone, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.arriving import arrive, carry_session, choose, come_back, open_signature
from tests.browser.looks import checked, follow, press
from tests.factories import open_petition, signature_of
from tests.people import ASHA
from tests.proofs.test_invitation import codes_of
from tests.proofs.vouching import WAYS, by_mailbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[(390, True), (390, False)], ids=["js", "no-js"])
def walk(request):
    return request.param


@pytest.fixture
def petition(team, ben):
    return open_petition(team, ben, methods=WAYS, publication="at_once")


def browse(page: Page, site, petition, name: str) -> None:
    """Open a colleague's signature in this browser."""
    page.context.clear_cookies()
    open_signature(page, site, signature_of(petition, f"{name}@mail.example"))


def test_two_colleagues_vouch_and_one_takes_it_back(page, site, petition, smtp):
    for name in ("devi", "emil"):
        by_mailbox(petition, name)

    arrive(page, site, petition, smtp, ASHA)
    choose(page, "Colleagues vouch for you")
    press(page, "Show me my phrases")
    checked(page)
    told = page.locator("ol.phrases b").all_inner_texts()
    assert len(told) == 2

    for name, phrase in zip(("devi", "emil"), told, strict=True):
        browse(page, site, petition, name)
        page.goto(f"{site}/mine/")
        follow(page, "A colleague told me a phrase")
        checked(page)
        page.get_by_label("The phrase that your colleague told you").fill(phrase.title())
        page.get_by_label("Employee", exact=True).check()
        press(page, "Give my word")
        expect(page.get_by_role("status")).to_contain_text("Your word is recorded")
        checked(page)

    come_back(page, site, petition, smtp, ASHA)
    expect(page.locator("dl.facts")).to_contain_text("by vouching")
    expect(page.locator("dl.facts")).to_contain_text("counted as verified")
    checked(page)

    browse(page, site, petition, "devi")
    page.goto(f"{site}/mine/vouches/")
    follow(page, "Take it back")
    checked(page)
    press(page, "Take it back")

    come_back(page, site, petition, smtp, ASHA)
    expect(page.locator("dl.facts")).to_contain_text("counts no more")
    checked(page)


def test_a_card_leads_to_a_counted_signature(page, site, petition, smtp, ben, walk):
    _width, javascript = walk
    (code,) = codes_of(petition, ben, number=1)
    arrive(page, site, petition, smtp, ASHA)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))

    page.goto(f"{site}/invited/#{code}")
    checked(page)
    if javascript:
        expect(page.locator("[data-card] code")).to_have_text(re.sub("(.{4})(?=.)", r"\1-", code))
        assert code not in page.url
    follow(page, "I have signed already, in this browser")
    field = page.get_by_label("The code on the card")
    if javascript:
        expect(field).to_have_value(re.sub("(.{4})(?=.)", r"\1-", code))
        assert code not in page.url
    # No server has got the code, by its address or otherwise.
    assert not [one for one in asked if code in one.partition("#")[0]]
    field.fill("0000 0000 0000")
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("Tries left today: 9.")
    checked(page)
    page.get_by_label("The code on the card").fill(code.lower())
    press(page, "Continue")

    expect(page.get_by_role("status")).to_contain_text("You are counted by this now")
    expect(page.locator("dl.facts")).to_contain_text("by invitation")
    checked(page)


def test_an_organiser_makes_cards_and_calls_them_back(page, site, petition, ben, client):
    client.force_login(ben)
    carry_session(page, site, client)
    page.goto(f"{site}/desk/petitions/petition/{petition.pk}/change/")
    follow(page, "Invitation codes")
    checked(page)
    page.get_by_label("Occasion").fill("Autumn meeting")
    page.get_by_label("How many cards").fill("12")
    assert page.get_by_label("Neutral cards").is_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the codes and download the cards").click()
    assert download.value.suggested_filename.endswith(".pdf")

    page.reload()
    checked(page)
    follow(page, "Autumn meeting")
    checked(page)
    follow(page, "Call the codes back")
    checked(page)
    press(page, "Call them back")
    expect(page.locator("dl.facts")).to_contain_text("called back")
    checked(page)
