"""What privacy raises.

PrivacyError
├── KeyDestroyed
├── WrongKey
├── Tampered
├── BadAddress
└── RetentionBroke
"""


class PrivacyError(Exception):
    """The root of this room's errors."""


class KeyDestroyed(PrivacyError):
    """The key of this scope is gone, and with it what it had encrypted."""


class WrongKey(PrivacyError):
    """The environment does not hold the key that wrapped a data key."""


class Tampered(PrivacyError):
    """A ciphertext was changed, or belongs to another row, table or scope."""


class BadAddress(PrivacyError):
    """This is not a mail address."""


class RetentionBroke(PrivacyError):
    """The schedule could not be kept everywhere; the log and the erasures say where."""
