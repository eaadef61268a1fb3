"""The Celery application. The database holds the work; the broker only wakes the workers."""

import os

from celery import Celery

from config.embedded import prepare_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
prepare_environment()

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
