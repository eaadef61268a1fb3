"""1:N searches, one search a row.

Columns: gallery (N) or a given N; hits (candidates at or above the threshold) or score (the best
candidate's); optional probe, subject, threshold, mated, rank (of the mate), mate_score; groups
inline or by a table of subjects.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.readers import tables, values
from recognition_audit.readers.columns import Columns
from recognition_audit.readers.comparisons import Oddities
from recognition_audit.readers.subjects import Labels

ROLES = (
    "probe", "subject", "gallery", "threshold", "hits", "score", "mated", "rank", "mate_score",
)  # fmt: skip
SCORE_NAMES = ("top_score", "similarity", "distance")
NO_LABEL = "rows without a group label"
NO_SCORE = "scores that are no number"
DUPLICATES = "duplicate rows"
ALL_STRANGERS = "searches taken to be for people who are not in the gallery: no column mated"
NO_PROBES = "searches without a probe id: duplicates cannot be seen"


@dataclass(frozen=True)
class Search:
    """One search. score, mate_score, threshold: NaN where not known; rank 0: not returned."""

    group: tuple[str, ...]
    person: str
    gallery: int
    threshold: float
    hits: int
    score: float
    mated: bool
    rank: int
    mate_score: float


class Searches:
    """Reads a file of searches. kind: "hits" or "scores"."""

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        groups: Sequence[str] | None = None,
        labels: tuple[list[str], Labels] | None = None,
        gallery: int | None = None,
        by_scores: bool = False,
    ) -> None:
        self.path, self.oddities, self.rows = path, Oddities(), 0
        names = Columns(path, columns)
        self.of = {role: names.find(role) for role in ROLES if role != "score"}
        self.of["score"] = names.find("score", SCORE_NAMES)
        if labels is not None and not (self.of["subject"] or self.of["probe"]):
            names.need("subject")
        self._labels = labels[1] if labels else None
        self._axes = {} if labels else names.axes(groups)
        self.axes = labels[0] if labels else list(self._axes)
        names.refuse_unknown((*ROLES, *self.axes))
        self._gallery = gallery
        if gallery is None:
            names.need("gallery")
        self.kind = "scores" if self.of["score"] and (by_scores or not self.of["hits"]) else "hits"
        if self.kind == "hits" and not self.of["hits"]:
            words = "no column for the hits or the best score; name one: --column hits=NAME"
            raise BadInput(words, file=path.name)
        self._seen: set[tuple[str, int, str]] = set()

    def searches(self) -> Iterator[Search]:
        """Every search once; the oddities are counted on the way."""
        wanted = [name for name in self.of.values() if name] + list(self._axes.values())
        for row, cells in tables.chunks(self.path, wanted, self.oddities.add):
            yield from self._chunk(row, cells)
        if not self.of["mated"]:
            self.oddities.add(ALL_STRANGERS, self.rows)
        if not self.of["probe"]:
            self.oddities.add(NO_PROBES, self.rows)
        self._seen.clear()

    def _chunk(self, row: int, cells: Mapping[str, NDArray[Any]]) -> Iterator[Search]:
        rows = len(next(iter(cells.values())))
        probes = self._texts(cells, "probe", rows)
        people = self._texts(cells, "subject", rows)
        numbers = {
            role: self._numbers(cells, role, row, rows)
            for role in ("gallery", "threshold", "hits", "score", "rank", "mate_score")
        }
        mated = np.zeros(rows, dtype=bool)
        if self.of["mated"]:
            column = self.of["mated"]
            mated = values.flags(cells[column], file=self.path.name, row=row, column=column)
        groups = self._groups(row, cells, people if self.of["subject"] else probes)
        for place in range(rows):
            person = people[place] or probes[place] or f"row {row + place}"
            gallery = self._gallery or int(numbers["gallery"][place])
            threshold = float(numbers["threshold"][place])
            # A text, since NaN (no threshold stated) is never equal to itself.
            key = (str(probes[place]), gallery, str(threshold))
            self.rows += 1
            if self.of["probe"] and key in self._seen:
                self.oddities.add(DUPLICATES, 1)
                continue
            self._seen.add(key)
            score, mate = float(numbers["score"][place]), float(numbers["mate_score"][place])
            rank = int(np.nan_to_num(numbers["rank"][place]))
            if self._is_odd(groups[place], score, bool(mated[place])):
                continue
            yield Search(
                groups[place], person, gallery, threshold,
                int(np.nan_to_num(numbers["hits"][place])), score, bool(mated[place]), rank, mate,
            )  # fmt: skip

    def _is_odd(self, group: tuple[Any, ...], score: float, mated: bool) -> bool:
        """Whether the search cannot be counted; the reason is."""
        if None in group:
            self.oddities.add(NO_LABEL, 1)
            return True
        # A search for somebody in the gallery that returned nothing has no score, and is a miss.
        if self.kind == "scores" and not np.isfinite(score) and not mated:
            self.oddities.add(NO_SCORE, 1)
            return True
        return False

    def _texts(self, cells: Mapping[str, NDArray[Any]], role: str, rows: int) -> NDArray[Any]:
        column = self.of[role]
        return values.texts(cells[column]) if column else np.full(rows, None, dtype=object)

    def _numbers(
        self, cells: Mapping[str, NDArray[Any]], role: str, row: int, rows: int
    ) -> NDArray[np.float64]:
        column = self.of[role]
        if not column:
            return np.full(rows, np.nan)
        found = values.numbers(cells[column], file=self.path.name, row=row, column=column)
        if role in ("gallery", "hits") and not (role == "gallery" and self._gallery):
            least = 1 if role == "gallery" else 0
            values.whole_numbers(
                cells[column], file=self.path.name, row=row, column=column, least=least
            )
        if role == "rank":
            # No rank: the person was not returned. A zero would be a rank that does not exist.
            whole = np.where(np.isfinite(found), found, 1)
            bad = (whole < 1) | (whole % 1 != 0) | np.isinf(found)
            for odd in np.flatnonzero(bad)[:1]:
                words = "a rank is a whole number from 1, or nothing where nobody was returned"
                raise BadInput(words, file=self.path.name, row=row + int(odd), column=column)
        return found

    def _groups(
        self, row: int, cells: Mapping[str, NDArray[Any]], ids: NDArray[Any]
    ) -> list[tuple[Any, ...]]:
        if self._labels is not None:
            nothing = (None,) * len(self.axes)
            return [self._labels.get(one, nothing) for one in ids]
        if not self._axes:
            return [()] * len(ids)
        columns = [
            values.labels(cells[name], file=self.path.name, row=row, column=name)
            for name in self._axes.values()
        ]
        return list(zip(*columns, strict=True))
