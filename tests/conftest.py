"""Fixtures that every test can use."""

import pytest
from django.utils import translation

import config.celery  # noqa: F401 - the application whose broker a test would use

pytest_plugins = ["tests.people", "tests.database", "tests.chromium"]


@pytest.fixture(autouse=True)
def english():
    """A test that asked for another language leaves the thread in it."""
    with translation.override("en"):
        yield
