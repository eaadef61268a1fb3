"""The bytes of an entry: JSON in ASCII, keys sorted, no spaces, no fractions."""

import json
from collections.abc import Mapping


def canonical_json(entry: Mapping[str, str | int]) -> bytes:
    """The one encoding of an entry; raises TypeError for anything but texts and whole numbers."""
    for name, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise TypeError(f"{name} is {type(value).__name__}; an entry holds texts and integers")
    return json.dumps(dict(entry), sort_keys=True, separators=(",", ":")).encode("ascii")
