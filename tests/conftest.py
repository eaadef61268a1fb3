"""Fixtures that every test can use."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone, translation

import config.celery  # noqa: F401 - the application whose broker a test would use

pytest_plugins = ["tests.people", "tests.database", "tests.chromium"]


@pytest.fixture(autouse=True)
def english():
    """A test that asked for another language leaves the thread in it."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """The pages' clock starts at the noon of the verbs in tests, or their links were too old."""
    from tests.people import NOON  # a plugin: loaded before by pytest alone

    start = time.monotonic()
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(seconds=time.monotonic() - start))
