"""The web application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.embedded import prepare_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
prepare_environment()
application = get_wsgi_application()
