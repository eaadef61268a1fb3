"""Which column holds what: by a small TOML file, by flags, or by the usual names.

A map is role → column. Roles of the second table (subjects, truth) begin with “subjects.”. The
file has up to four parts, each of them optional:

    [columns]                              # of the audited file
    score = "vgg_dist"
    subject_a = "Class_ID_s1"

    [groups]                               # an axis: its column, or one for each side of a pair
    skin = ["category1", "category2"]
    race = "Race or ethnicity"

    [subjects]                             # of the table of subjects or true labels
    id = "person"
    race = "ethnicity"

    [labels]                               # a predicted label: the true label that it means
    Woman = "Female"
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables
from recognition_audit.readers.cells import shown

Mapped = Mapping[str, str]
SUBJECTS = "subjects."
GROUPS = "group."  # marks an axis that the file names, so that it is one without --groups
LABELS = "label."  # what a predicted label means
PARTS = ("columns", "groups", "subjects", "labels")
PREFIXES = {"groups": GROUPS, "subjects": SUBJECTS, "labels": LABELS, "columns": ""}
SIDES = ("_a", "_b")
BYTES_OF_A_MAP_MAX = 100_000
NAMES_SHOWN = 12
# Columns that are taken for axes of groups where nobody says which are.
USUAL_AXES = (
    "race", "ethnicity", "gender", "sex", "age", "skin", "skin_type", "country", "region", "group",
)  # fmt: skip
# More at once leave few people in a group, and only the intersection and each axis are shown.
AXES_TAKEN = 2


def usual_axes(offered: Sequence[str], file: str) -> list[str]:
    """The axes where nobody says which: the first two of the usual names; raises BadInput.

    Any other column may hold names of people, which would stand in the report as groups.
    """
    found = [name for name in offered if name.lower() in USUAL_AXES][:AXES_TAKEN]
    if offered and not found:
        usual = ", ".join(USUAL_AXES)
        words = f"no column has a usual name of groups ({usual}); name them: --groups NAME,NAME."
        raise BadInput(f"{words} There are: {some(offered)}", file=file)
    return found


def some(names: Sequence[str]) -> str:
    """A dozen of them, and how many more there are."""
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def read_map(path: Path) -> dict[str, str]:
    """The map that a TOML file holds; raises BadInput."""
    try:
        content = path.read_bytes()
        if len(content) > BYTES_OF_A_MAP_MAX:
            raise BadInput("a map of columns is a small file; this one is not", file=path.name)
        parts = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        words = f"this map of columns cannot be read as TOML: {error}"
        raise BadInput(words, file=path.name) from error
    odd = [name for name in parts if name not in PARTS or not isinstance(parts[name], dict)]
    if odd:
        words = (
            f"a map has the parts [columns], [groups], [subjects] and [labels], not {shown(odd[0])}"
        )
        raise BadInput(words, file=path.name)
    return dict(_flat(parts, path.name))


def _flat(parts: Mapping[str, Any], file: str) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        for role, column in parts.get(part, {}).items():
            sides = column if isinstance(column, list) and part == "groups" else [column]
            if len(sides) not in (1, len(SIDES)) or not all(isinstance(c, str) for c in sides):
                words = f"{shown(role)} is not the name of a column, nor of two for an axis"
                raise BadInput(words, file=file)
            if len(sides) == 1:
                yield PREFIXES[part] + role, sides[0]
            else:
                yield from ((role + side, name) for side, name in zip(SIDES, sides, strict=True))


def of_subjects(mapping: Mapped | None) -> dict[str, str]:
    """The part of a map that is about the second table."""
    return {
        role.removeprefix(SUBJECTS): column
        for role, column in (mapping or {}).items()
        if role.startswith(SUBJECTS)
    }


def of_labels(mapping: Mapped | None) -> dict[str, str]:
    """The part of a map that says what predicted labels mean."""
    return {
        role.removeprefix(LABELS): label
        for role, label in (mapping or {}).items()
        if role.startswith(LABELS)
    }


class Columns:
    """The columns of one file by their roles."""

    def __init__(self, path: Path, mapping: Mapped | None = None) -> None:
        self.file, self.names = path.name, tables.columns_of(path)
        self._mapping = {
            role: column
            for role, column in (mapping or {}).items()
            if not role.startswith(SUBJECTS)
        }
        self.used: dict[str, str] = {}

    def find(self, role: str, candidates: Sequence[str] = ()) -> str:
        """The column of a role, "" where there is none; raises BadInput for a wrong map."""
        if role in self._mapping:
            column = self._there(self._mapping[role])
        else:
            lowered = (role, *candidates)
            column = next((name for name in self.names if name.lower() in lowered), "")
        if column:
            self.used[role] = column
        return column

    def need(self, role: str, candidates: Sequence[str] = ()) -> str:
        """The column of a role; raises BadInput where there is none."""
        column = self.find(role, candidates)
        if not column:
            usual = ", ".join((role, *candidates))
            words = f"no column for the {role} ({usual}); name it: --column {role}=NAME. There are:"
            raise BadInput(f"{words} {self._offered()}", file=self.file)
        return column

    def axes(self, wanted: Sequence[str] | None) -> dict[str, str]:
        """The axes of groups and their columns; raises BadInput for one that is not there."""
        by_map = {
            role.removeprefix(GROUPS): column
            for role, column in self._mapping.items()
            if role.startswith(GROUPS)
        }
        if wanted:
            return {
                axis: self._there(by_map.get(axis) or self._mapping.get(axis, axis))
                for axis in wanted
            }
        if by_map:
            return {axis: self._there(column) for axis, column in by_map.items()}
        taken = set(self.used.values())
        usual = (n for n in self.names if n.lower() in USUAL_AXES and n not in taken)
        return {name: name for name in islice(usual, AXES_TAKEN)}

    def refuse_unknown(self, roles: Sequence[str]) -> None:
        """Refuse a map that names a role nobody reads: a slip would pass in silence."""
        for role in self._mapping:
            if role not in roles and not role.startswith(GROUPS):
                words = f"{shown(role)} is no role here; these are: {', '.join(roles)}"
                raise BadInput(words, file=self.file)

    def _there(self, name: str) -> str:
        if name not in self.names:
            words = f"there is no column {shown(name)}; there are: {self._offered()}"
            raise BadInput(words, file=self.file)
        return name

    def _offered(self) -> str:
        return some(self.names)
