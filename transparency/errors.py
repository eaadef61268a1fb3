"""What the log raises.

TransparencyError
└── LogForked
"""


class TransparencyError(Exception):
    """The root of this room's errors."""


class LogForked(TransparencyError):
    """The stored leaves do not lead to what was signed; nothing more may be signed."""
