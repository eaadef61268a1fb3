"""Readers of environment variables that name the variable and the fix when something is wrong."""

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
KEY_BYTES = 32


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in YES | NO:
        return value.lower() in YES
    raise ImproperlyConfigured(f"{name} is {value!r}; it takes yes or no (1, 0, true, false).")


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.isdigit():
        return int(value)
    raise ImproperlyConfigured(f"{name} is {value!r}; it takes a whole number.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def words(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str) -> str:
    """A secret, from NAME or from the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    value = Path(file).read_text().strip() if file else os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")
    return value


def key(name: str) -> bytes:
    """A secret of 32 bytes in base64, as `openssl rand -base64 32` prints it."""
    return _bytes(name, secret(name))


def keys(name: str) -> list[bytes]:
    """Secrets of the same kind, with commas between them; none where the variable is not set."""
    if not os.environ.get(name) and not os.environ.get(f"{name}_FILE"):
        return []
    return [_bytes(name, part.strip()) for part in secret(name).split(",") if part.strip()]


def _bytes(name: str, value: str) -> bytes:
    try:
        decoded = b64decode(value, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not base64: {error}") from error
    if len(decoded) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} holds {len(decoded)} bytes; it takes {KEY_BYTES}.")
    return decoded


def records(name: str) -> list[dict[str, Any]]:
    """A JSON list of objects, from NAME or from the file that NAME_FILE names; [] if neither."""
    file = os.environ.get(f"{name}_FILE")
    try:
        written = Path(file).read_text() if file else os.environ.get(name, "") or "[]"
        found = json.loads(written)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is not read: {error}") from error
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ImproperlyConfigured(f"{name} takes a JSON list of objects.")
    return found
