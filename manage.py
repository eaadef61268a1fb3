#!/usr/bin/env python
"""Run a management command, on the embedded PostgreSQL unless DATABASE_URL names another."""

import os
import sys

from django.core.management import execute_from_command_line

from config.embedded import prepare_environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare_environment()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
