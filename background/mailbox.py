"""The demo's mailbox: reads the files that Django's file transport writes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings

SEPARATOR = b"-" * 79


@dataclass(frozen=True)
class Letter:
    """One mail of the demo."""

    name: str
    at: datetime
    to: str
    sender: str
    subject: str
    body: str


def letters(limit: int = 50) -> list[Letter]:
    """The newest letters first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:limit]]


def letter(name: str) -> Letter | None:
    file = Path(settings.EMAIL_FILE_PATH) / f"{name}.log"
    return _read(file) if file.is_file() else None


def _read(file: Path) -> Letter:
    content = file.read_bytes()
    text = content.rpartition(SEPARATOR)[0] or content
    message = message_from_bytes(text, policy=policy.default)
    return Letter(
        name=file.stem,
        at=datetime.fromtimestamp(file.stat().st_mtime, tz=UTC),
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        body=str(message.get_content()).strip(),
    )
