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
