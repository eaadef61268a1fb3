"""Published rates without counts, one group of one algorithm a row, as in NIST's annexes.

Columns: algorithm; groups inline; metric and value, or a column for each metric (FMR, FNMR, …);
optional n (trials), threshold, fdr (the measure as printed), mated and impostors (comparisons).
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
from recognition_audit.readers.counts import N_NAMES, NO_LABEL, metric_of

ROLES = ("algorithm", "metric", "value", "n", "threshold", "fdr", "mated", "impostors")
ALGORITHM_NAMES = ("system", "vendor", "model")
VALUE_NAMES = ("rate",)
NO_VALUE = "rates that are missing"


@dataclass(frozen=True)
class Rate:
    """One printed rate, a share; n, fdr, mated and impostors: NaN where not told."""

    row: int
    algorithm: str
    metric: str
    threshold: str | None
    group: tuple[str, ...]
    value: float
    n: float
    fdr: float
    mated: float
    impostors: float


class Rates:
    """Reads a table of rates; raises BadInput. percent: the values are percentages."""

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str] | None = None,
        groups: Sequence[str] | None = None,
        percent: bool = False,
    ) -> None:
        self.path, self.oddities, self.rows = path, Oddities(), 0
        self._scale = 100.0 if percent else 1.0
        names = Columns(path, columns)
        self.of = {role: names.find(role) for role in ROLES}
        self.of["algorithm"] = names.need("algorithm", ALGORITHM_NAMES)
        self.of["n"] = names.find("n", N_NAMES)
        self.of["value"] = names.find("value", VALUE_NAMES)
        self._wide = {
            metric: column
            for metric in METRICS
            if (column := names.find(metric, (metric.lower(),)))
        }
        if not (self.of["metric"] and self.of["value"]) and not self._wide:
            words = f"no columns metric and value, and none for a metric ({', '.join(METRICS)})"
            raise BadInput(words, file=path.name)
        self._axes = names.axes(groups)
        self.axes = list(self._axes)
        if not self.axes:
            names.need("group")
        names.refuse_unknown((*ROLES, *METRICS, *self.axes))

    def rates(self) -> Iterator[Rate]:
        """Every printed rate that has its labels."""
        wanted = [name for name in self.of.values() if name]
        wanted += [*self._axes.values(), *self._wide.values()]
        for row, cells in tables.chunks(self.path, wanted, self.oddities.add):
            yield from self._chunk(row, cells)

    def _chunk(self, row: int, cells: Mapping[str, NDArray[Any]]) -> Iterator[Rate]:
        algorithms = values.texts(cells[self.of["algorithm"]])
        rows = len(algorithms)
        columns = [
            values.labels(cells[name], file=self.path.name, row=row, column=name)
            for name in self._axes.values()
        ]
        groups = list(zip(*columns, strict=True))
        thresholds = self._texts(cells, "threshold", rows)
        metrics = self._texts(cells, "metric", rows)
        extra = {
            role: self._numbers(cells, self.of[role], row, rows)
            for role in ("n", "fdr", "mated", "impostors")
        }
        shares = self._shares(cells, row)
        for place in range(rows):
            self.rows += 1
            if None in groups[place] or algorithms[place] is None:
                self.oddities.add(NO_LABEL, 1)
                continue
            for metric, found in shares.items():
                value = float(found[place])
                if np.isnan(value):
                    self.oddities.add(NO_VALUE, 1)
                    continue
                yield Rate(
                    row=row + place,
                    algorithm=str(algorithms[place]),
                    metric=metric or self._metric(metrics[place], row + place),
                    threshold=thresholds[place],
                    group=groups[place],
                    value=value,
                    **{role: float(numbers[place]) for role, numbers in extra.items()},
                )

    def _shares(
        self, cells: Mapping[str, NDArray[Any]], row: int
    ) -> dict[str, NDArray[np.float64]]:
        """The values as shares by metric; "" where the column metric names it."""
        wanted = self._wide or {"": self.of["value"]}
        result = {}
        for metric, column in wanted.items():
            found = self._numbers(cells, column, row, 0) / self._scale
            bad = np.isinf(found) | (found < 0) | (found > 1)
            for place in np.flatnonzero(bad)[:1]:
                words = f"{shown(cells[column][place])} is no rate from 0 to {self._scale:g}"
                if self._scale == 1:
                    words += "; say --percent where the table prints percentages"
                raise BadInput(words, file=self.path.name, row=row + int(place), column=column)
            result[metric] = found
        return result

    def _metric(self, name: str | None, row: int) -> str:
        column = self.of["metric"]
        if name is None:
            raise BadInput("the metric is missing", file=self.path.name, row=row, column=column)
        return metric_of(name, file=self.path.name, row=row, column=column)

    def _texts(self, cells: Mapping[str, NDArray[Any]], role: str, rows: int) -> NDArray[Any]:
        column = self.of[role]
        return values.texts(cells[column]) if column else np.full(rows, None, dtype=object)

    def _numbers(
        self, cells: Mapping[str, NDArray[Any]], column: str, row: int, rows: int
    ) -> NDArray[np.float64]:
        if not column:
            return np.full(rows, np.nan)
        return values.numbers(cells[column], file=self.path.name, row=row, column=column)
