"""Making a report again from its manifest: the same files by their hash, and the same bytes."""

import hashlib
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from os import PathLike
from pathlib import Path
from typing import Any

from recognition_audit.errors import BadInput
from recognition_audit.report import Report, hashed
from recognition_audit.schema import refuse_faults
from recognition_audit.thresholds import Threshold

# Who makes the report of each command: its keywords are named as the manifest's parameters.
MAKERS = {
    "verify": "recognition_audit.verification:verify",
    "classify": "recognition_audit.classification:classify",
    "identify": "recognition_audit.identification:identify",
    "counts": "recognition_audit.counting:count",
    "compare": "recognition_audit.comparison:compare",
}
ROLES = ("path", "subjects", "failed", "impostors", "truth", "other")
DATA = "data"  # the role of what an audit is about; other roles are keywords of the maker
DIFFERENCES_MAX = 20
SHOWN = 60


@dataclass(frozen=True)
class Reproduced:
    """The outcome. differences : where the two documents differ, as path, before and now."""

    before: str
    now: str
    differences: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return self.before == self.now


def reproduce(content: bytes, files: Sequence[str | PathLike[str]], **options: Any) -> Reproduced:
    """Make the report again and compare; raises BadInput where a file of it is not there.

    content : the bytes of the report. files : where its inputs may be, files or folders; they are
    known by their SHA-256, whatever they are called now. options : of the maker, such as an engine.
    """
    try:
        before = Report.from_bytes(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is no finished report ({error})") from error
    refuse_faults(before.document, "the report")
    made_by = before.document["manifest"]
    found = _inputs(made_by["inputs"], files)
    if not found:
        raise BadInput("this report names no data that it was made from")
    again = _made(made_by["command"], made_by["parameters"], found, options)
    now = again.to_bytes()
    digests = hashlib.sha256(content).hexdigest(), again.sha256
    if content == now:
        return Reproduced(*digests)
    told = [*_differences("", before.document, again.document)]
    if not told:
        told = ["the documents are the same, but the file is not written as this package does"]
    more = len(told) - DIFFERENCES_MAX
    told = told[:DIFFERENCES_MAX] + ([f"and {more:,} more differences"] if more > 0 else [])
    return Reproduced(*digests, told)


def _inputs(
    wanted: Sequence[Mapping[str, Any]], files: Sequence[str | PathLike[str]]
) -> dict[str, list[Path]]:
    """The file of each input by its role; raises BadInput for one that is not among the files."""
    sizes = {entry["bytes"] for entry in wanted}
    known: dict[str, Path] = {}
    looked = 0
    for path in _all_files(files):
        looked += 1
        # Most files differ in length already: these need not be read.
        if path.stat().st_size in sizes:
            known.setdefault(hashed(path)[0], path)
    found: dict[str, list[Path]] = {}
    for entry in wanted:
        path_ = known.get(entry["sha256"])
        if path_ is None:
            words = (
                f"the {entry['role']} of this report ({entry['bytes']:,} bytes, SHA-256 "
                f"{entry['sha256'][:16]}…) is not among the {looked:,} files looked at"
            )
            raise BadInput(words)
        found.setdefault(entry["role"], []).append(path_)
    return found


def _all_files(files: Sequence[str | PathLike[str]]) -> Iterator[Path]:
    for one in map(Path, files):
        if one.is_dir():
            yield from (path for path in sorted(one.rglob("*")) if path.is_file())
        elif one.is_file():
            yield one
        else:
            raise BadInput("there is no such file", file=str(one))


def _made(
    command: str,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, Sequence[Path]],
    options: Mapping[str, Any],
) -> Report:
    make = _maker(command)
    taken = inspect.signature(make).parameters
    # A file is known by its content alone: a parameter may not name another one.
    files = [name for name in parameters if name in ROLES]
    if files:
        raise BadInput(f"a file is no parameter of a report: {files[0]}")
    try:
        keywords = {name: _value(name, value) for name, value in parameters.items()}
    except (TypeError, ValueError) as error:
        raise BadInput(f"a parameter of this report cannot be read: {error}") from error
    keywords |= {role: _as_named(paths) for role, paths in inputs.items() if role != DATA}
    unknown = [name for name, value in keywords.items() if name not in taken and value]
    if unknown:
        raise BadInput(f"this version of {command} knows no parameter {unknown[0]}")
    keywords = {name: value for name, value in keywords.items() if name in taken}
    keywords |= {name: value for name, value in options.items() if name in taken}
    try:
        made: Report = make(_as_named(inputs.get(DATA, ())), **keywords)
    except (TypeError, AttributeError, KeyError) as error:
        raise BadInput(f"a parameter of this report cannot be used: {error}") from error
    return made


def _as_named(paths: Sequence[Path]) -> Path | list[Path]:
    """The file, or the shards of a folder in their order."""
    return paths[0] if len(paths) == 1 else list(paths)


def _maker(command: str) -> Callable[..., Report]:
    module, _colon, name = MAKERS.get(command, "").partition(":")
    try:
        make: Callable[..., Report] = getattr(importlib.import_module(module), name)
    except (ImportError, ValueError, AttributeError) as error:
        raise BadInput(f"this version cannot make a report of {command} again") from error
    return make


def _value(name: str, value: Any) -> Any:
    """A parameter as its maker takes it."""
    if name == "thresholds":
        return [Threshold(**step) for step in value]
    if name == "contrasts":
        return [tuple(pair) for pair in value]
    return value


def _differences(place: str, before: Any, now: Any) -> Iterator[str]:
    """Where two documents differ: the manifest first, since all else may follow from it."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted({*before, *now}, key=lambda name: (name != "manifest", name)):
            there = f"{place}.{name}" if place else name
            yield from _differences(there, before.get(name), now.get(name))
    elif isinstance(before, list) and isinstance(now, list):
        for number, (one, other) in enumerate(zip_longest(before, now)):
            yield from _differences(f"{place}[{number}]", one, other)
    elif before != now:
        yield f"{place}: {_shown(before)} before, {_shown(now)} now"


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
