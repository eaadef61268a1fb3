"""How a line of the log is written: what happened, never to whom (DESIGN.md 3.7).

Our code logs no address, token or name. Libraries do: Django writes the path of an answer 404 or
410, which may hold a token, and gunicorn the network address of a request that it cannot read.
So each line, tracebacks included, passes here last.
"""

import logging
import re

TOKEN_CHARACTERS = 43  # of 32 random bytes, as privacy.digests.new_token makes them
REDACTIONS = (
    (re.compile(r"[^\s@<>\"'(,;:=]+@[^\s@<>\"'),;:]+\.[^\s@<>\"'),;:]+"), "[address]"),
    (re.compile(rf"(?<![\w-])[\w-]{{{TOKEN_CHARACTERS}}}(?![\w-])"), "[token]"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "[network address]"),
    (
        re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE),
        "[network address]",
    ),
)


def redacted(text: str) -> str:
    """The text without mail addresses, tokens and network addresses."""
    for pattern, instead in REDACTIONS:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


FORMATTERS = {
    "line": {
        "()": "config.logs.RedactingFormatter",
        "format": "{asctime} {levelname} {name} {message}",
        "style": "{",
    }
}
HANDLERS = {"console": {"class": "logging.StreamHandler", "formatter": "line"}}
