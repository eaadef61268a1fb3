"""Published counts: errors of so many trials, one group of one system a row.

Columns: errors, n; groups inline (race, gender, …, or one column group); optional system, metric,
threshold, gallery, and percent, the printed percentage, which is compared with the counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognition_audit.errors import BadInput
from recognition_audit.metrics import METRICS
from recognition_audit.readers import tables, values
from recognition_audit.readers.cells import shown
from recognition_audit.readers.columns import Columns
from recognition_audit.readers.comparisons import Oddities

ROLES = ("errors", "n", "system", "metric", "threshold", "gallery", "percent")
N_NAMES = ("trials", "faces", "searches", "probes", "total")
ERROR_NAMES = ("hits", "wrong", "false")
SYSTEM_NAMES = ("algorithm", "vendor", "classifier", "model")
PERCENT_MAX = 100
NO_LABEL = "rows without a group label"


@dataclass(frozen=True)
class Count:
    """One row. percent: as printed, None where the table has none."""

    row: int
    system: str
    metric: str
    threshold: str | None
    gallery: int | None
    group: tuple[str, ...]
    errors: int
    n: int
    percent: str | None


def metric_of(name: str, *, file: str, row: int | None, column: str | None) -> str:
    """The registered metric of this name, whatever its case; raises BadInput."""
    found = next((metric for metric in METRICS if metric.lower() == name.lower()), None)
    if found is None:
        words = f"{shown(name)} is no metric here; these are: {', '.join(METRICS)}"
        raise BadInput(words, file=file, row=row, column=column)
    return found


class Counts:
    """Reads a table of counts; raises BadInput."""

    def __init__(
        self,
        path: Path,
        *,
        metric: str,
        columns: Mapping[str, str] | None = None,
        groups: Sequence[str] | None = None,
    ) -> None:
        self.path, self.oddities, self.rows = path, Oddities(), 0
        names = Columns(path, columns)
        self.of = {role: names.find(role) for role in ROLES if role not in ("errors", "n")}
        self.of["system"] = names.find("system", SYSTEM_NAMES)
        self.of["errors"] = names.need("errors", ERROR_NAMES)
        self.of["n"] = names.need("n", N_NAMES)
        self._axes = names.axes(groups)
        self.axes = list(self._axes)
        names.refuse_unknown((*ROLES, *self.axes))
        self._metric = metric_of(metric, file=path.name, row=None, column=None)

    def counts(self) -> Iterator[Count]:
        """Every row that has its labels."""
        wanted = [name for name in self.of.values() if name] + list(self._axes.values())
        for row, cells in tables.chunks(self.path, wanted, self.oddities.add):
            yield from self._chunk(row, cells)

    def _chunk(self, row: int, cells: Mapping[str, NDArray[Any]]) -> Iterator[Count]:
        n, errors = (self._whole(cells, role, row) for role in ("n", "errors"))
        for place in np.flatnonzero(errors > n)[:1]:
            words = f"{errors[place]:,} errors of {n[place]:,} cannot be"
            column = self.of["errors"]
            raise BadInput(words, file=self.path.name, row=row + int(place), column=column)
        gallery = self._whole(cells, "gallery", row, 1) if self.of["gallery"] else None
        told = {
            role: values.texts(cells[self.of[role]]) if self.of[role] else [None] * len(n)
            for role in ("system", "metric", "threshold", "percent")
        }
        columns = [
            values.labels(cells[name], file=self.path.name, row=row, column=name)
            for name in self._axes.values()
        ]
        groups = list(zip(*columns, strict=True)) if columns else [()] * len(n)
        self._check_percent(cells, row, told["percent"])
        for place, group in enumerate(groups):
            self.rows += 1
            if None in group:
                self.oddities.add(NO_LABEL, 1)
                continue
            yield Count(
                row=row + place,
                system=told["system"][place] or "",
                metric=self._metric_at(told["metric"][place], row + place),
                threshold=told["threshold"][place],
                gallery=int(gallery[place]) if gallery is not None else None,
                group=group,
                errors=int(errors[place]),
                n=int(n[place]),
                percent=told["percent"][place],
            )

    def _whole(
        self, cells: Mapping[str, NDArray[Any]], role: str, row: int, least: int = 0
    ) -> NDArray[np.int64]:
        column = self.of[role]
        return values.whole_numbers(
            cells[column], file=self.path.name, row=row, column=column, least=least
        )

    def _metric_at(self, name: str | None, row: int) -> str:
        if name is None:
            return self._metric
        return metric_of(name, file=self.path.name, row=row, column=self.of["metric"])

    def _check_percent(self, cells: Mapping[str, NDArray[Any]], row: int, told: Any) -> None:
        """Refuse what is no percentage; a cell that says NaN was not printed."""
        column = self.of["percent"]
        if not column:
            return
        found = values.numbers(cells[column], file=self.path.name, row=row, column=column)
        for place in np.flatnonzero(np.isinf(found) | (found < 0) | (found > PERCENT_MAX))[:1]:
            words = f"{shown(cells[column][place])} is no percentage from 0 to 100"
            raise BadInput(words, file=self.path.name, row=row + int(place), column=column)
        for place in np.flatnonzero(np.isnan(found)):
            told[place] = None
