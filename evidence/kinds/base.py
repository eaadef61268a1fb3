"""What a kind of audit is: its files, its parameters, what it refuses, and who makes the report."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recognition_audit import Report, Threshold

Words = Any  # a text, translated late
Parameters = Mapping[str, Any]
# A field of the form, and the code of `EvidenceRefused` that says what is wrong with it.
Fault = tuple[str, str]
DATA = "data"  # the role of the only audited file: makers take it first, and not by its name


@dataclass(frozen=True)
class Input:
    """A file that a kind reads. role : the maker's keyword, and the role in the manifest."""

    role: str
    label: Words
    help: Words = ""
    required: bool = True


def no_faults(parameters: Parameters, roles: Collection[str]) -> Iterator[Fault]:  # noqa: ARG001
    """For kinds whose library function says all that can be wrong."""
    yield from ()


@dataclass(frozen=True)
class Kind:
    """One kind of audit.

    fields : names in `evidence.fields.PARAMETERS`, in their order; the form shows these alone.
    make : of `recognition_audit`; its keywords are the parameters, and the roles of the files.
    faults : what is wrong with parameters before any file is read.
    samples : names in `evidence.kinds.samples` to try it with. hint : what to fill in for them.
    optional : fields that other kinds need and this one does not.
    """

    name: str
    label: Words
    explain: Words
    inputs: tuple[Input, ...]
    fields: tuple[str, ...]
    make: Callable[..., Report]
    samples: tuple[str, ...]
    hint: Words
    faults: Callable[[Parameters, Collection[str]], Iterator[Fault]] = no_faults
    optional: frozenset[str] = frozenset()

    def input(self, role: str) -> Input:
        return next(one for one in self.inputs if one.role == role)

    def run(
        self,
        files: Mapping[str, str],
        parameters: Parameters,
        progress: Callable[[int, int], None],
    ) -> Report:
        """Make the report from paths by role; raises BadInput. The same files, the same bytes."""
        keywords = dict(parameters) | {r: path for r, path in files.items() if r != DATA}
        if "thresholds" in keywords:
            keywords["thresholds"] = [Threshold(**step) for step in keywords["thresholds"]]
        if "progress" in inspect.signature(self.make).parameters:
            keywords["progress"] = progress
        return self.make(*([files[DATA]] if DATA in files else []), **keywords)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    KINDS[kind.name] = kind
    return kind
