"""Published studies as data: one file a study, every number with where it was read.

A number that somebody printed is kept as text, with its source, its date and a mark that says how
it came here. Where sources disagree all readings stand; where a printed value cannot be right, the
corrected one stands beside it, with the reason. docs/audit-studies.md describes the files.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from recognition_audit.errors import BadInput
from recognition_audit.studies.model import (
    MARKS,
    Number,
    PublishedTable,
    Reading,
    Source,
    Study,
    TableRow,
)
from recognition_audit.studies.reading import study_from

__all__ = [
    "MARKS",
    "Number",
    "PublishedTable",
    "Reading",
    "Source",
    "Study",
    "TableRow",
    "load",
    "names",
    "parse",
]


@cache
def names() -> tuple[str, ...]:
    """The studies that the package holds, in alphabetical order."""
    folder = resources.files(__name__)
    return tuple(
        sorted(
            one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")
        )
    )


@cache
def load(name: str) -> Study:
    """A study by name; raises BadInput for a name that is not among `names()`."""
    if name not in names():
        raise BadInput(f"there is no study {name[:60]!r}; there are: {', '.join(names())}")
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse(name, text)


def parse(name: str, text: str) -> Study:
    """A study from the text of its file; raises BadInput where an entry is incomplete."""
    try:
        content: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(error), file=f"{name}.toml") from error
    return study_from(name, content)
