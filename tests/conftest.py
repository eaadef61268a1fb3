"""Fixtures that every test can use."""

import config.celery  # noqa: F401 - the application whose broker a test would use

pytest_plugins = ["tests.people", "tests.database", "tests.chromium"]
