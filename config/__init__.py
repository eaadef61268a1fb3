"""Wiring only: settings, URLs, Celery, the embedded database, the supervisor of `make run`."""
