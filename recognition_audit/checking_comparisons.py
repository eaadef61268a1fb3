"""The look at comparison scores: polarity by name and by data, scales, groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recognition_audit.documents import Row, check, checks_of, views
from recognition_audit.limits import ERRORS_AT_FIXED_RATE, SUBJECTS_MIN, TRIALS_MIN, Adequacy
from recognition_audit.readers import tables
from recognition_audit.readers.bob import open_bob
from recognition_audit.readers.comparisons import Batch, Comparisons
from recognition_audit.readers.matrix import Matrix
from recognition_audit.readers.pairs import Pairs, PairsColumns, polarity_by_name
from recognition_audit.readers.sniffing import matrix_polarity

Labels = tuple[list[str], dict[str, tuple[str, ...]]]
# Scores up to 1 and scores of 10 and more in one file, each at least this share: two scales.
SCALE_ONE, SCALE_OTHER, SHARE_OF_A_SCALE = 1, 10, 0.01


class Asked(Protocol):
    """The part of what the caller said that is needed here."""

    @property
    def data(self) -> Any: ...
    @property
    def subjects(self) -> Any: ...
    @property
    def groups(self) -> Sequence[str] | None: ...
    @property
    def columns(self) -> Mapping[str, str]: ...
    @property
    def polarity(self) -> str | None: ...
    @property
    def progress(self) -> Any: ...


@dataclass
class Look:
    """Sums over all comparisons; by group: units, mated and impostor comparisons within it."""

    rows: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0])
    numbers: list[int] = field(default_factory=lambda: [0, 0])
    low: float = np.inf
    high: float = -np.inf
    negative: int = 0
    small: int = 0
    large: int = 0
    mated: dict[int, int] = field(default_factory=dict)
    impostors: dict[int, int] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        scores = batch.scores
        if not scores.size:
            return
        self.rows += scores.size
        for kind in (0, 1):
            chosen = scores[batch.mated == bool(kind)]
            self.sums[kind] += float(chosen.sum())
            self.numbers[kind] += chosen.size
        self.low = min(self.low, float(scores.min()))
        self.high = max(self.high, float(scores.max()))
        self.negative += int((scores < 0).sum())
        self.small += int((np.abs(scores) <= SCALE_ONE).sum())
        self.large += int((np.abs(scores) >= SCALE_OTHER).sum())
        within = (batch.group_a == batch.group_b) & (batch.group_a >= 0)
        self._count(self.mated, batch.group_a[within & batch.mated])
        self._count(self.impostors, batch.group_a[within & ~batch.mated])

    @staticmethod
    def _count(into: dict[int, int], groups: NDArray[np.int64]) -> None:
        for group, number in enumerate(np.bincount(groups)):
            if number:
                into[group] = into.get(group, 0) + int(number)

    def polarity(self) -> str | None:
        """What the means say: mated comparisons are more alike than impostor ones."""
        if not all(self.numbers):
            return None
        impostor, mated = (s / n for s, n in zip(self.sums, self.numbers, strict=True))
        return None if mated == impostor else "similarity" if mated > impostor else "distance"


def look(asked: Asked, document: Row, labels: Labels | None) -> int:
    """Fill the document; returns the number of rows."""
    layout = document["layout"]
    by_name = _by_name(asked, layout)
    document["polarity"]["by_name"] = by_name
    kind = asked.polarity or by_name or "distance"
    comparisons = _opened(asked, layout, kind, labels)
    if comparisons is None:
        document["audits"].append(_needs_subjects(asked))
        return tables.rows_of(asked.data) or _count_rows(asked)
    seen = Look()
    for batch in comparisons.batches():
        seen.add(batch)
        if asked.progress:
            asked.progress(seen.rows, tables.rows_of(asked.data) or 0)
    document["axes"] = comparisons.units.axes
    document["polarity"]["by_data"] = seen.polarity()
    if seen.rows:
        document["scores"] = {"lowest": seen.low, "highest": seen.high}
    document["checks"] = checks_of(comparisons.oddities.counts) + _checks(seen, asked, by_name)
    document["groups"] = list(_groups(seen, comparisons))
    document["audits"] += _audits(asked, document, seen, comparisons, by_name)
    return comparisons.rows


def _by_name(asked: Asked, layout: str) -> str | None:
    if layout == "bob":
        return "similarity"
    if layout == "matrix":
        return matrix_polarity(tables.columns_of(asked.data)[0])
    return polarity_by_name(PairsColumns(asked.data, asked.columns, None, axes_inline=False).score)


def _opened(asked: Asked, layout: str, kind: str, labels: Labels | None) -> Comparisons | None:
    if layout == "bob":
        return open_bob(asked.data, polarity=kind, axes=asked.groups, labels=labels)
    if layout == "matrix":
        if asked.subjects is None:
            return None
        return Matrix(asked.data, subjects=asked.subjects, polarity=kind, axes=asked.groups)
    of = PairsColumns(asked.data, asked.columns, asked.groups, axes_inline=labels is None)
    if labels is None:
        return Pairs(asked.data, polarity=kind, columns=of)
    return Pairs(asked.data, polarity=kind, columns=of, subjects=labels[1], axes=labels[0])


def _needs_subjects(asked: Asked) -> Row:
    return {
        "audit": "verify",
        "ready": False,
        "says": [],
        "needs": ["--subjects TABLE: who the rows and columns of the matrix are"],
        "command": f"recognition-audit verify {asked.data.name} --subjects TABLE",
    }


def _count_rows(asked: Asked) -> int:
    columns = tables.columns_of(asked.data)[:1]
    return sum(len(cells[columns[0]]) for _row, cells in tables.chunks(asked.data, columns))


def _checks(seen: Look, asked: Asked, by_name: str | None) -> list[Row]:
    found = []
    by_data, told = seen.polarity(), asked.polarity or by_name
    if by_data and told and by_data != told:
        words = (
            f"the scores are told to be a {told}, but mated comparisons are on the other side of "
            f"impostor ones: a {by_data}"
        )
        found.append(check(words, seen.rows, "error"))
    if seen.negative and told == "distance":
        found.append(check("distances below 0", seen.negative, "warning"))
    least = SHARE_OF_A_SCALE * seen.rows
    if seen.rows and min(seen.small, seen.large) > least:
        words = "scores of 10 and more beside scores up to 1: two scales in one file"
        found.append(check(words, min(seen.small, seen.large), "warning"))
    return found


def _groups(seen: Look, comparisons: Comparisons) -> list[Row]:
    """Every view's groups; a comparison counts where both sides are of one intersection."""
    axes, units = comparisons.units.axes, comparisons.units
    group_of = units.group_of_unit()
    people = np.bincount(group_of[group_of >= 0], minlength=len(units.group_list()))
    rows: list[Row] = []
    for names, name_of in views(axes):
        members: dict[str, list[int]] = {}
        for code, group in enumerate(units.group_list()):
            members.setdefault(name_of(group), []).append(code)
        for name, codes in sorted(members.items()):
            numbers = {
                "subjects": int(people[codes].sum()) if comparisons.has_subjects else None,
                "mated": sum(seen.mated.get(code, 0) for code in codes),
                "impostors": sum(seen.impostors.get(code, 0) for code in codes),
            }
            first = units.group_list()[codes[0]]
            labels = {axis: first[axes.index(axis)] for axis in names}
            rows.append({"id": name, "axes": labels} | _suppressed(numbers))
    return rows


def _suppressed(numbers: Row) -> Row:
    subjects = numbers["subjects"]
    few = (subjects is not None and subjects < SUBJECTS_MIN) or numbers["impostors"] < TRIALS_MIN
    if few:
        return dict.fromkeys(numbers) | {"adequacy": Adequacy.TOO_FEW.value}
    return numbers | {"adequacy": Adequacy.ENOUGH.value}


def _audits(
    asked: Asked, document: Row, seen: Look, comparisons: Comparisons, by_name: str | None
) -> list[Row]:
    whole = [row for row in document["groups"] if len(row["axes"]) == len(document["axes"])]
    enough = [row for row in whole if row["adequacy"] != Adequacy.TOO_FEW]
    within = sum(seen.impostors.values())
    says = [f"false matches (FMR) within {len(enough)} of {len(whole)} groups"] if enough else []
    if seen.numbers[1] and enough:
        says.append(f"false non-matches (FNMR) over {seen.numbers[1]:,} mated comparisons")
    if within >= ERRORS_AT_FIXED_RATE:
        rate = ERRORS_AT_FIXED_RATE / within
        says.append(f"thresholds at a fixed FMR down to {rate:.1g}")
    if not comparisons.has_subjects:
        says.append("intervals only as “at least this wide”: there are no subject ids")
    needs = ["--threshold VALUE or --at-fmr RATE"]
    kind = asked.polarity or by_name or seen.polarity()
    if not by_name and not asked.polarity:
        needs.append(f"--{kind}" if kind else "--distance or --similarity")
    options = f" --{kind}" if kind and not by_name else ""
    command = f"recognition-audit verify {asked.data.name}{options} --at-fmr 0.01"
    rows = [
        {
            "audit": "verify",
            "ready": bool(says) and seen.rows > 0,
            "says": says,
            "needs": needs,
            "command": command,
        }
    ]
    if document["layout"] == "matrix":
        people = len(comparisons.units)
        rows.append(
            {
                "audit": "identify",
                "ready": people > 2 * SUBJECTS_MIN,
                "says": [f"false hits (FPIR) in galleries drawn from {people:,} people"],
                "needs": ["--threshold VALUE"],
                "command": f"recognition-audit identify {asked.data.name} --subjects TABLE "
                "--threshold VALUE",
            }
        )
    return rows
