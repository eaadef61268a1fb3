"""The report: one JSON document whose bytes are the same whenever the same audit is run again."""

import hashlib
import json
import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from recognition_audit._version import __version__
from recognition_audit.intervals import Interval
from recognition_audit.limits import Adequacy, adequacy
from recognition_audit.metrics.base import Metric

SCHEMA = "countersign.recognition-audit/2"
# Enough to print, few enough that another processor's rounding does not show.
SIGNIFICANT_DIGITS = 10
HASH_CHUNK_BYTES = 1 << 18  # it stays in the processor's cache


@dataclass(frozen=True)
class Report:
    """A finished audit."""

    document: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """The canonical JSON: keys sorted, no spaces, UTF-8, one newline at the end."""
        text = json.dumps(
            self.document,
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )
        return text.encode() + b"\n"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Report":
        """Read a report; raises ValueError for another schema."""
        document = json.loads(content)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise ValueError(f"this is not a report of the schema {SCHEMA}")
        return cls(document)

    def rates(self, metric: str, **where: Any) -> list[dict[str, Any]]:
        """The rows of a metric, narrowed by their fields."""
        wanted = {"metric": metric} | where
        return [
            row
            for row in self.document["rates"]
            if all(row.get(name) == value for name, value in wanted.items())
        ]


def rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def rate_row(
    metric: Metric,
    *,
    errors: int,
    trials: int,
    subjects: int | None,
    interval: Interval | None,
    group_a: str,
    group_b: str | None = None,
    threshold: str | None = None,
    axes: Sequence[str] = (),
) -> dict[str, Any]:
    """One row of `rates`. Too little data: the numbers are left out, and the row says so."""
    enough = adequacy(errors, trials, subjects)
    row: dict[str, Any] = {
        "metric": metric.name,
        "threshold": threshold,
        "axes": list(axes),
        "group_a": group_a,
        "group_b": group_b,
        "adequacy": enough.value,
    }
    if enough is Adequacy.TOO_FEW or interval is None:
        return row | {"errors": None, "trials": None, "subjects": None, "value": None, "ci": None}
    share = (trials - errors if metric.of_hits else errors) / trials
    lo, hi = (1 - interval.hi, 1 - interval.lo) if metric.of_hits else (interval.lo, interval.hi)
    return row | {
        "errors": errors,
        "trials": trials,
        "subjects": subjects,
        "value": rounded(share),
        "ci": {
            "lo": rounded(lo),
            "hi": rounded(hi),
            "level": interval.level,
            "method": interval.method,
        },
    }


def input_entry(role: str, path: Any, rows: int | None) -> dict[str, Any]:
    """A file in the manifest, by its content; its name on somebody's disk is not kept.

    path : a Path, or anything else that opens.
    """
    digest, size = hashed(path)
    return {"role": role, "sha256": digest, "bytes": size, "rows": rows}


def hashed(path: Any, stop: threading.Event | None = None) -> tuple[str, int]:
    """SHA-256 and length of a file; stopped half-way the hash is of no use."""
    digest, size = hashlib.sha256(), 0
    held = memoryview(bytearray(HASH_CHUNK_BYTES))
    with path.open("rb") as file:
        while number := file.readinto(held):
            digest.update(held[:number])
            size += number
            if stop and stop.is_set():
                break
    return digest.hexdigest(), size


class Hashing:
    """Hashes files on a thread of its own, while their rows are counted."""

    def __init__(self, files: Sequence[Any]) -> None:
        self._files, self._stop = files, threading.Event()
        self._found: list[tuple[str, int]] = []
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> "Hashing":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def entries(self, role: str, rows: int) -> list[dict[str, Any]]:
        """The entries of the manifest; the rows of all files stand with the first."""
        self._thread.join()
        if self._error:
            raise self._error
        return [
            {"role": role, "sha256": digest, "bytes": size, "rows": None if place else rows}
            for place, (digest, size) in enumerate(self._found)
        ]

    def _work(self) -> None:
        try:
            for file in self._files:
                self._found.append(hashed(file, self._stop))
        except OSError as error:
            self._error = error


def manifest(
    command: str, inputs: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """What must be equal for the bytes to be equal. It holds no date: a rerun is the same."""
    return {
        "command": command,
        "inputs": [dict(one) for one in inputs],
        "parameters": dict(parameters),
        "versions": {
            "recognition_audit": __version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": platform.python_version(),
        },
    }
