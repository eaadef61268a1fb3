"""The verbs of the access log: a stable name, and what it is in words.

A room registers its own where it records them; a verb that nobody registered is refused.
"""

from django.utils.functional import Promise

VERBS: dict[str, Promise | str] = {}


def verb(name: str, words: Promise | str) -> str:
    """Register a verb; returns its name. words: what somebody did, as “opened a signature”."""
    VERBS[name] = words
    return name
