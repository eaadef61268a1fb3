"""Debian's Chromium, driven by Playwright, against the whole demo started as a stranger would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config.embedded import ROOT, SECRETS
from tests.browser.looks import window

START_SECONDS = 240  # alone 75; each process of the tests may build its own at the same time
# A phone, a desk, and a phone that runs no script at all.
WALKS = [(390, True), (1280, True), (390, False)]


def name_of(walk: tuple[int, bool]) -> str:
    return f"{walk[0]}-{'js' if walk[1] else 'no-js'}"


@pytest.fixture(params=WALKS, ids=name_of)
def walk(request):
    """The width of the window, and whether scripts run in it."""
    return request.param


@pytest.fixture
def allowed():
    """Words by which a complaint in the console is known to be none."""
    return ()


@pytest.fixture
def page(browser, walk, allowed):
    with window(browser, *walk, allowed=allowed) as page:
        yield page


@pytest.fixture
def site(live_server, settings):
    """The address of the site in this process, which the links in its mails name too."""
    settings.SITE_URL = live_server.url
    return live_server.url


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def clean_environment(folder: Path, port: int) -> dict[str, str]:
    """A stranger's: no database, no broker, no secrets; everything below one new folder."""
    dropped = {*SECRETS, "DATABASE_URL", "CELERY_BROKER_URL", "STATIC_STORAGE", "SITE_URL"}
    dropped |= {"SECOND_FACTOR_REQUIRED", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"DEMO": "1", "PORT": str(port), "VAR_DIR": str(folder)}


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The address of a running `make run`; afterwards no process of it is left."""
    port, folder = free_port(), tmp_path_factory.mktemp("var")
    log = folder / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=clean_environment(folder, port),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    wait_for(address, process, log)
    yield address
    process.send_signal(signal.SIGINT)
    process.wait(60)
    left = processes_below(folder)
    assert not left, f"these are left after Ctrl-C: {left}"


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError(f"no page within {START_SECONDS} s:\n{log.read_text()}")


def processes_below(folder: Path) -> list[str]:
    """Command lines of processes that name the folder."""
    found = subprocess.run(
        ["pgrep", "-af", str(folder)], capture_output=True, text=True, check=False
    )
    return found.stdout.splitlines()
