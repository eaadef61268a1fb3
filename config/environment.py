"""Readers of environment variables that name the variable and the fix when something is wrong."""

import os
from base64 import b64decode
from pathlib import Path

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
    try:
        value = b64decode(secret(name), validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not base64: {error}") from error
    if len(value) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} holds {len(value)} bytes; it takes {KEY_BYTES}.")
    return value
