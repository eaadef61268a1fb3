#!/usr/bin/env python
"""Run a management command, on the embedded PostgreSQL unless DATABASE_URL names another."""

import sys

from django.core.management import execute_from_command_line

from config.celery import app as celery_app  # prepares the environment, and names our broker

__all__ = ["celery_app"]


def main() -> None:
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
