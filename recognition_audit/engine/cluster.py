"""Dask: the same counting of the same parts on many processes or machines, the same bytes out."""

import copy
from collections.abc import Sequence
from typing import Any

from recognition_audit.engine.counting import Count, Plan, count_parts
from recognition_audit.errors import BadInput
from recognition_audit.readers.comparisons import Part, Source

PARTS_OF_A_TASK = 4
MERGED_AT_ONCE = 8


class Cluster:
    """Counts parts on the workers of a Dask scheduler.

    scheduler : its address, as in tcp://10.0.0.1:8786, or a client; None starts processes here.
    Every worker must reach the files under the names that the source has for them.
    """

    def __init__(self, scheduler: Any = None) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            words = "the engine dask needs its packages: pip install '.[dask]' in the folder of "
            raise BadInput(f"{words}Countersign") from error
        is_client = isinstance(scheduler, Client)
        self.client = scheduler if is_client else Client(scheduler, set_as_default=False)

    def count(self, source: Source, plan: Plan, progress: Any) -> Count:
        from distributed import as_completed

        parts = source.parts()
        held = self.client.scatter(source, broadcast=True, hash=False)
        tasks, rows = [], {}
        for place in range(0, len(parts), PARTS_OF_A_TASK):
            mine = parts[place : place + PARTS_OF_A_TASK]
            task = self.client.submit(_tried, held, mine, plan, pure=False)
            tasks.append(task)
            rows[task.key] = sum(part.rows for part in mine)
        # Counts are merged where they are made: only one comes back.
        whole = self._merged(tasks)
        done = 0
        for task in as_completed(tasks) if progress else ():
            done += rows[task.key]
            progress(min(done, source.total) or done, source.total)
        found = whole.result()
        if isinstance(found, _Fault):
            raise found.error()
        return found.settle()

    def _merged(self, tasks: Sequence[Any]) -> Any:
        """A tree of merges, in the data's order."""
        level = list(tasks) or [self.client.submit(_nothing, pure=False)]
        while len(level) > 1:
            level = [
                self.client.submit(_absorbed, level[place : place + MERGED_AT_ONCE], pure=False)
                for place in range(0, len(level), MERGED_AT_ONCE)
            ]
        return level[0]


class _Fault:
    """What was wrong with an input, on its way back: an exception would stop the other tasks."""

    def __init__(self, error: BadInput) -> None:
        self._told = (error.words, error.file, error.row, error.column)

    def error(self) -> BadInput:
        words, file, row, column = self._told
        return BadInput(words, file=file, row=row, column=column)


def _tried(source: Source, parts: Sequence[Part], plan: Plan) -> Count | _Fault:
    try:
        return count_parts(source, parts, plan)
    except BadInput as error:
        return _Fault(error)


def _absorbed(counts: Sequence[Count | _Fault]) -> Count | _Fault:
    fault = next((count for count in counts if isinstance(count, _Fault)), None)
    if fault is not None:
        return fault
    first, *others = (count for count in counts if isinstance(count, Count))
    # A copy: what a worker holds may be asked for again.
    whole = copy.deepcopy(first)
    for count in others:
        whole.absorb(count)
    return whole


def _nothing() -> _Fault:
    return _Fault(BadInput("there is nothing to count: the data have no rows"))
