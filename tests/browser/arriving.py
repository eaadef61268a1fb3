"""How people come: signers by the petition's page, a mail that a real server took, and its link;
others, whose coming another test walks through, by a cookie."""

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import Petition
from signatures import visits
from signatures.actions import confirming
from signatures.models import Signature
from tests.browser.looks import checked, follow, press
from tests.smtp import Server


def arrive(page: Page, site: str, petition: Petition, smtp: Server, address: str) -> None:
    """Sign as an employee, confirm by the mailed link, and stand before the ways to prove it."""
    page.goto(site + petition.get_absolute_url())
    checked(page)
    follow(page, "Sign as an employee")
    checked(page)
    page.get_by_label("Your mail address").fill(address)
    page.get_by_label("I agree").check()
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    checked(page)
    confirm_by_mail(page, smtp, address)
    follow(page, "Show where I work")
    checked(page)


def confirm_by_mail(page: Page, smtp: Server, address: str) -> None:
    """Open the link in the mail that the server took, and press its button."""
    page.goto(smtp.link_to(address))
    checked(page)
    press(page, "Confirm my signature")
    checked(page)


def come_back(page: Page, site: str, petition: Petition, smtp: Server, address: str) -> None:
    """In a browser that knows nothing: ask for a link, and open the own page by it."""
    page.context.clear_cookies()
    page.goto(f"{site}/mine/closed/?petition={petition.slug}")
    checked(page)
    page.get_by_label("The address that you signed with").fill(address)
    press(page, "Mail me a link")
    checked(page)
    page.goto(smtp.link_to(address))
    checked(page)
    press(page, "Open")
    checked(page)


def open_signature(page: Page, site: str, signature: Signature) -> None:
    """Open somebody's signature in this browser, as if by a mailed link."""
    token = confirming.new_visit(signature, timezone.now())
    _add_cookie(page, visits.COOKIE, token, site + visits.PATH)


def carry_session(page: Page, site: str, client: Client) -> None:
    """Be signed in in this browser as the client is."""
    name = settings.SESSION_COOKIE_NAME
    _add_cookie(page, name, client.cookies[name].value, site)


def _add_cookie(page: Page, name: str, value: str, url: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": url}])


def choose(page: Page, way: str) -> None:
    """Take one of the ways that are offered."""
    page.get_by_text(way, exact=True).click()
    press(page, "Continue")
    checked(page)
