"""Fixtures of the database."""

import pytest
from django.db import connection

EMPTYING = "pgtrigger_access_log_is_not_emptied"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the test runner empty tables between tests; a test of its own puts the trigger back."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"{EMPTYING}%"])
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE privacy_accessrecord DISABLE TRIGGER "{name}"')
