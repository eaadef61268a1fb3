"""Taking a file in: its kind and size are checked, and it is streamed to disk."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files import File

from accounts.models import Team, User
from accounts.rights import Right, may
from evidence.errors import EvidenceRefused
from evidence.models import Upload
from recognition_audit import BadInput, sniff
from recognition_audit.readers.tables import SUFFIXES

CHUNK_BYTES = 1 << 20
NAME_CHARACTERS_MAX = 60


@dataclass(frozen=True)
class Taken:
    """A stored file and what it seems to hold."""

    upload: Upload
    layout: str
    polarity: str | None
    groups: list[str]


def receive(*, team: Team, file: "IO[bytes] | File[Any]", name: str, actor: User) -> Taken:
    """Store a file of scores or labels; raises EvidenceRefused and keeps nothing then."""
    if not may(actor, Right.RUN_AUDIT, team):
        raise EvidenceRefused("no-right")
    shown = PurePath(name.replace("\\", "/")).name[-NAME_CHARACTERS_MAX:]
    suffix = PurePath(shown).suffix.lower()
    if suffix not in SUFFIXES:
        raise EvidenceRefused("wrong-kind", name=shown, kinds=", ".join(SUFFIXES))
    digest, size = _measure(file, shown)
    upload = Upload(team=team, suffix=suffix, sha256=digest, size=size)
    file.seek(0)
    upload.file.save(name, File(file), save=False)
    try:
        found = sniff(upload.file.path)
    except BadInput as problem:
        upload.file.delete(save=False)
        raise EvidenceRefused("not-what-it-says", name=shown, words=problem.words) from problem
    upload.save(force_insert=True)
    return Taken(upload, found.layout, found.polarity, found.groups)


def _measure(file: "IO[bytes] | File[Any]", name: str) -> tuple[str, int]:
    """Hash and size, a piece at a time; stops at the limit."""
    digest, size = hashlib.sha256(), 0
    while part := file.read(CHUNK_BYTES):
        digest.update(part)
        size += len(part)
        if size > settings.EVIDENCE_UPLOAD_BYTES_MAX:
            megabytes = settings.EVIDENCE_UPLOAD_BYTES_MAX // (1 << 20)
            raise EvidenceRefused("too-large", name=name, megabytes=megabytes)
    if not size:
        raise EvidenceRefused("empty", name=name)
    return digest.hexdigest(), size
