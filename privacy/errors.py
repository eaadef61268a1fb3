"""What privacy raises.

PrivacyError
├── KeyDestroyed
├── Tampered
└── BadAddress
"""


class PrivacyError(Exception):
    """The root of this room's errors."""


class KeyDestroyed(PrivacyError):
    """The key of this scope is gone, and with it what it had encrypted."""


class Tampered(PrivacyError):
    """A ciphertext was changed, or belongs to another row, table or scope."""


class BadAddress(PrivacyError):
    """This is not a mail address."""
