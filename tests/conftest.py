"""Fixtures that every test can use."""

import pytest
import time_machine
from django.utils import translation

import config.celery  # noqa: F401 - the application whose broker a test would use

pytest_plugins = ["tests.people", "tests.database", "tests.chromium", "tests.smtp"]


@pytest.fixture(autouse=True)
def english():
    """A test that asked for another language leaves the thread in it."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def noon():
    """Each test begins at the noon that tests name, and time goes on: what a view does by the
    clock and a verb by its `now` are of one day, whenever the tests run."""
    from tests.people import NOON  # a plugin: pytest loads it first

    with time_machine.travel(NOON, tick=True):
        yield
