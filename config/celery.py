"""The Celery application. The database holds the work; the broker only wakes the workers."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

from config import broker
from config.embedded import prepare_environment

# About pickled messages read as root, as in a container: ours are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
prepare_environment()
broker.use()

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
