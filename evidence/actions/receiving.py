"""Taking files in: kind and size are checked, and they are streamed to disk; all, or none."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.db import transaction

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
        upload.save(force_insert=True)
    except BaseException as problem:
        upload.file.delete(save=False)
        if isinstance(problem, BadInput):
            raise EvidenceRefused("not-what-it-says", words=placed(problem, shown)) from problem
        raise
    return Taken(upload, found.layout, found.polarity, found.groups)


@contextmanager
def all_or_none(
    *, team: Team, files: "Mapping[str, File[Any]]", actor: User
) -> Iterator[dict[str, Upload]]:
    """Several files by role, in one transaction with the block; if it fails, none stays on disk.

    A refusal of a file says its role.
    """
    taken: dict[str, Upload] = {}
    try:
        with transaction.atomic():
            for role, file in files.items():
                try:
                    got = receive(team=team, file=file, name=file.name or "", actor=actor)
                except EvidenceRefused as refusal:
                    refusal.params["role"] = role
                    raise
                taken[role] = got.upload
            yield taken
    except BaseException:
        for upload in taken.values():
            upload.file.delete(save=False)
        raise


def placed(problem: BadInput, name: str) -> str:
    """The problem with its row and column, in a file that people know by another name."""
    return str(BadInput(problem.words, file=name, row=problem.row, column=problem.column))


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
