"""Patience of the workers."""

from datetime import timedelta

# A running job that shows no sign of life for so long is taken for dead and done again.
LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 0.5
ATTEMPTS_MAX = 5
# Between attempts: 10 s, 40 s, 160 s …
BACKOFF_FIRST = timedelta(seconds=10)
BACKOFF_FACTOR = 4
MAIL_ATTEMPTS_MAX = 8
WAKE_AT_ONCE_MAX = 500


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return BACKOFF_FIRST * BACKOFF_FACTOR ** max(0, attempts - 1)


# Retention. The eight attempts of a mail end within a day; one that waits longer is stuck.
STUCK_MAIL_DAYS = 3
# When a mail was sent can be matched with a mail server's log: it is kept for no more than a look.
SENT_MAIL_DAYS = 2
FAILED_MAIL_DAYS = 30
DEMO_MAIL_DAYS = 30
RETENTION_ATTEMPTS_MAX = 3
