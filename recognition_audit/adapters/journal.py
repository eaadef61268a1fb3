"""The journal of a run: what lets a stopped run go on without doing its work again.

One JSON line for each picture or question that is done, keyed by pseudonym. It holds where a face
was found, or the answer, or why there was none; never an embedding, a picture or a file's name. Its
first line names the adapter's version and holds the key of the pseudonyms; the file is deleted when
the run is whole, and with it the last way back from a pseudonym to a name.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from recognition_audit.errors import BadInput

NAME = "journal.jsonl"
KEY_BYTES = 32


class Journal:
    """Append-only; `done` holds what earlier runs finished, by pseudonym."""

    def __init__(self, folder: Path, about: Mapping[str, Any], *, key: bytes | None = None) -> None:
        """Open or begin; raises BadInput where the journal is of another adapter or other pictures.

        about : what must be the same for the run to go on. key : only for a new journal, for tests.
        """
        self.path = folder / NAME
        self.done: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            head, whole_bytes = self._read()
            told = {name: value for name, value in head.items() if name != "key"}
            if told != dict(about):
                was = ", ".join(str(value) for value in told.values())
                raise BadInput(
                    f"a stopped run is here, of {was}; go on with that, or delete this file",
                    file=str(self.path),
                )
            self.key = bytes.fromhex(head["key"])
            # A line that was cut off in the middle is dropped: its work is done again.
            self._file = self._locked(self.path.open("a", encoding="utf-8"))
            os.truncate(self.path, whole_bytes)
        else:
            self.key = key or secrets.token_bytes(KEY_BYTES)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = self._locked(os.fdopen(descriptor, "w", encoding="utf-8"))
            self._write({**about, "key": self.key.hex()})
        self.resumed = len(self.done)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close; a journal of nothing is no use to anybody, and its key should not lie about."""
        self._file.close()
        if not self.done:
            self.path.unlink(missing_ok=True)

    def add(self, pseudonym: str, entry: Mapping[str, Any]) -> None:
        """Note that a thing is done; it survives a stop from here on."""
        self.done[pseudonym] = dict(entry)
        self._write({"of": pseudonym, **entry})

    def finish(self) -> None:
        """Delete the journal: the run is whole."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _locked(self, file: TextIO) -> TextIO:
        """Hold the journal: two runs in one folder would write over each other."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise BadInput("another run is at work here", file=str(self.path)) from error
        return file

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> tuple[dict[str, Any], int]:
        """The first line, and how many bytes hold whole lines."""
        whole, head = 0, None
        try:
            for line in self.path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                entry = json.loads(line)
                if head is None:
                    head = entry
                else:
                    self.done[entry.pop("of")] = entry
                whole += len(line)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput("the journal cannot be read; delete it", file=str(self.path)) from error
        if head is None or "key" not in head:
            raise BadInput("the journal has no first line; delete it", file=str(self.path))
        return head, whole
