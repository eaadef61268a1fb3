"""A busy petition on a phone: the work with JavaScript, the wait without; mail by a real server."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from signatures import policy
from signatures.actions import marking
from signatures.actions.limiting import may_enter
from signatures.models import Signature
from tests.browser.arriving import choose, confirm_by_mail, open_signature
from tests.browser.looks import checked, follow, press
from tests.factories import confirmed, open_petition, signature_of
from tests.people import ASHA, ASHA_AT_WORK
from tests.smtp import Server, words_of

WAIT_SECONDS = 3


@pytest.fixture(params=[(390, True), (390, False)], ids=["js", "no-js"])
def walk(request):
    return request.param


@pytest.fixture
def petition(site, monkeypatch, team, ben):
    monkeypatch.setattr(policy, "ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(policy, "ENTRIES_PER_MINUTE", 0)
    monkeypatch.setattr(policy, "WAIT_SECONDS", WAIT_SECONDS)
    petition = open_petition(team, ben, publication="at_once")
    assert may_enter(petition, timezone.now())  # somebody else took the last that costs nothing
    return petition


def test_a_busy_petition_is_signed_and_proved_on_a_phone(
    page: Page,
    walk,
    site,
    petition,
    smtp: Server,
):
    _width, javascript = walk
    page.goto(site + petition.get_absolute_url())
    follow(page, "Sign as an employee")
    page.get_by_label("Your mail address").fill(ASHA)
    page.get_by_label("I agree").check()
    press(page, "Continue")
    checked(page)
    expect(page.locator("main")).to_contain_text("Many people are signing just now")
    assert Signature.objects.count() == 0

    if not javascript:
        press(page, "Continue")  # too soon
        expect(page.locator("main")).to_contain_text("Many people are signing just now")
        page.wait_for_timeout((WAIT_SECONDS + 2) * 1000)
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    checked(page)

    confirm_by_mail(page, smtp, ASHA)
    follow(page, "Show where I work")
    choose(page, "A code sent to your work mailbox")
    page.get_by_label("Your work address").fill(ASHA_AT_WORK)
    press(page, "Continue")
    code = re.search(r"\d{4} \d{4}", words_of(smtp.newest(ASHA_AT_WORK))).group()
    page.get_by_label("The code from the mail").fill(code)
    press(page, "Continue")
    checked(page)

    expect(page.get_by_text("counted as verified")).to_be_visible()
    assert signature_of(petition, ASHA).cell == ("employee", "mailbox")


def test_who_was_set_aside_reads_it_on_the_phone_and_objects(
    page: Page,
    site,
    petition,
    smtp: Server,
    ravi,
):
    confirmed(petition, ASHA)
    row = signature_of(petition, ASHA)
    marking.set_aside(signature_ids=[row.pk], actor=ravi, now=timezone.now())
    open_signature(page, site, row)

    page.goto(f"{site}/mine/")
    checked(page)
    follow(page, page.get_by_role("link", name="Object", exact=True))
    checked(page)
    page.get_by_label("Why it is to be counted").fill("I signed this myself.")
    press(page, "Send my objection")
    checked(page)

    expect(page.get_by_text("You objected on")).to_be_visible()
    assert row.objection.reveal_words() == "I signed this myself."
