"""What every browser test does: open a window, go to the next page, and look at it when it is
there. A look right after a click would otherwise see the old page, or half of the new one."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page

# A document that is being replaced has no root for a moment: the answer is then null, not false.
FITS = """
document.readyState === "complete" && document.documentElement
    ? document.documentElement.scrollWidth <= innerWidth
    : null
"""
LOOKS_MAX = 50
MS_BETWEEN_LOOKS = 100
# What Playwright says when the page went away under the look.
REPLACED = ("Execution context was destroyed", "frame was detached", "because of a navigation")
WITHOUT_SCRIPT: set[Page] = set()


class Unsettled(AssertionError):
    """The page was replaced during each look."""


@contextmanager
def window(
    browser: Browser, width: int, javascript: bool, *, allowed: tuple[str, ...] = ()
) -> Iterator[Page]:
    """A page that fails the test for any complaint in the console without an allowed word."""
    complaints: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900}, java_script_enabled=javascript
    )
    page.on("console", lambda line: complaints.append(said(line)) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if not javascript:
        WITHOUT_SCRIPT.add(page)
    yield page
    page.context.close()
    WITHOUT_SCRIPT.discard(page)
    left = [line for line in complaints if not any(word in line for word in allowed)]
    assert not left, left


def said(line: ConsoleMessage) -> str:
    return f"{line.page.url if line.page else ''}: {line.text} {line.location}"


def press(page: Page, name: str) -> None:
    """Press a button and wait for its page: cookies that come late would spoil the next sign-in."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, link: str | Locator) -> None:
    """Follow a link, by its words or as found, and wait for the page that it leads to."""
    found = page.get_by_role("link", name=link) if isinstance(link, str) else link
    with page.expect_navigation():
        found.click()


def checked(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    for _ in range(LOOKS_MAX):
        page.wait_for_load_state("load")
        try:
            fits = page.evaluate(FITS)
            faults = faults_of(page) if fits else []
        except Error as error:  # some pages load themselves again: look at the new one
            if not any(words in str(error) for words in REPLACED):
                raise
            fits = None
        if fits is not None:
            assert fits, f"wider than the window: {page.url}"
            assert not faults, "\n".join(faults)
            return
        page.wait_for_timeout(MS_BETWEEN_LOOKS)
    raise Unsettled(page.url)


def faults_of(page: Page) -> list[str]:
    if page in WITHOUT_SCRIPT:  # axe is a script that waits for others; the markup is the same
        return []
    # Its preloading of stylesheets writes a <style>, which our own policy rightly refuses.
    result = Axe().run(page, options={"preload": False})
    return [
        f"{page.url} {one['id']}: {[node['html'][:150] for node in one['nodes'][:3]]}"
        for one in result.response["violations"]
    ]
