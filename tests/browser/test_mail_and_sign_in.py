"""Signed mail and the company's sign-in on a phone and at a desk, with and without script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from signatures import visits
from tests.browser.arriving import arrive, choose
from tests.browser.looks import checked, follow, press
from tests.factories import open_petition, signature_of
from tests.people import ASHA
from tests.proofs import letters
from tests.proofs.letters import letter
from tests.proofs.provider import Provider


@pytest.fixture
def petition(site, team, ben):
    methods = ["mailbox", "signed_mail", "sso"]
    return open_petition(team, ben, publication="at_once", methods=methods)


@pytest.fixture
def allowed():
    """The company's page has no icon."""
    return ("/favicon.ico",)


@pytest.fixture
def provider(settings):
    """On another host than the site, so that the browser takes it for another site."""
    made = Provider()
    settings.SSO_PROVIDERS = made.setting()
    yield made
    made.close()


def file(content):
    return {"name": "notice.eml", "mimeType": "message/rfc822", "buffer": content}


def test_a_mail_of_the_companys_server_is_uploaded(
    page: Page, site, petition, smtp, tmp_path, settings
):
    settings.DKIM_KEYS_FILE = letters.archive(tmp_path / "keys.csv")
    settings.DKIM_DNS = False
    sent = timezone.now() - timedelta(days=2)
    arrive(page, site, petition, smtp, ASHA)

    choose(page, "A mail that your employer’s server sent you")
    for hint in page.locator("main summary").all():
        hint.click()
    checked(page)
    page.get_by_label("The mail, as an .eml file").set_input_files(
        file(letter(sent, From="Ben <ben@staff.example>"))
    )
    press(page, "Continue")
    checked(page)
    expect(page.get_by_text("A person wrote this mail")).to_be_visible()
    page.get_by_label("The mail, as an .eml file").set_input_files(file(letter(sent)))
    press(page, "Continue")
    checked(page)

    expect(page.get_by_text("counted as verified")).to_be_visible()
    assert signature_of(petition, ASHA).cell == ("employee", "signed_mail")


def test_a_sign_in_at_the_company_and_back(page: Page, site, petition, smtp, provider):
    arrive(page, site, petition, smtp, ASHA)

    choose(page, "Your employer’s sign-in page")
    press(page, "Go to the sign-in page")
    press(page, "Sign in as Asha")
    expect(page.get_by_role("heading", name="Use this sign-in")).to_be_visible()
    checked(page)
    press(page, "Use it")
    checked(page)

    expect(page.get_by_text("counted as verified")).to_be_visible()
    assert signature_of(petition, ASHA).cell == ("employee", "sso")
    kept = {cookie["name"] for cookie in page.context.cookies(site)}
    assert kept <= {"csrftoken", "messages", visits.COOKIE}

    follow(page, "I no longer work there")
    checked(page)
    press(page, "Count me as a former employee")
    checked(page)
    assert signature_of(petition, ASHA).cell == ("former", "sso")
