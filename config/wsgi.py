"""The web application, for gunicorn."""

from django.core.wsgi import get_wsgi_application

# Importing it prepares the environment, and makes our broker the one that a page wakes workers by;
# without it Celery's default application would speak to whatever listens on port 5672.
from config.celery import app as celery_app

application = get_wsgi_application()
__all__ = ["application", "celery_app"]
