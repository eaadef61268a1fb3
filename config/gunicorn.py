"""The web server: no access log, and its own lines pass the same redaction as ours.

`gunicorn --config config/gunicorn.py config.wsgi`; workers and address come from the command.
"""

import os

from config.logs import FORMATTERS, HANDLERS

accesslog = None
threads = 4
# A request line or a header that long is nobody's browser.
limit_request_line = 4094
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": FORMATTERS,
    "handlers": HANDLERS,
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {
            "handlers": ["console"],
            "level": os.environ.get("GUNICORN_LOG_LEVEL", "WARNING").upper(),
            "propagate": False,
        },
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
