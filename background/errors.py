"""What background work raises.

BackgroundError
├── JobFailed
└── JobLost
"""


class BackgroundError(Exception):
    """The root of this room's errors."""


class JobFailed(BackgroundError):
    """The work cannot succeed; the words say why to the person who asked for it."""


class JobLost(BackgroundError):
    """The job was cancelled, or another worker has taken it over: stop, and write nothing."""
