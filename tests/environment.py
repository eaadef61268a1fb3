"""The environment of every test: fixed secrets, and an embedded PostgreSQL unless one is given.

A plugin named in pyproject.toml, because Django's settings are read before any conftest.
"""

import os
from pathlib import Path

import environ

from config.embedded import ROOT, prepare_environment

environ.Env.read_env(Path(__file__).with_name("test.env"))
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
# A test wakes nobody; a test of workers gives them a folder of their own.
os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop beside live_server
(ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
prepare_environment(ROOT / "var" / "tests", throwaway=True)
