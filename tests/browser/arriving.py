"""How every signer comes: by the petition's page, a mail that a real server took, and its link."""

from playwright.sync_api import Page, expect

from petitions.models import Petition
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


def choose(page: Page, way: str) -> None:
    """Take one of the ways that are offered."""
    page.get_by_text(way, exact=True).click()
    press(page, "Continue")
    checked(page)
