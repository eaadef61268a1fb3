"""Engines: the same counting of the same parts, on threads here or on many machines."""

from collections.abc import Callable
from typing import Protocol

from recognition_audit.engine.counting import Count, Plan
from recognition_audit.engine.local import Threads
from recognition_audit.readers.comparisons import Source

Progress = Callable[[int, int], None]


class Engine(Protocol):
    """Counts all parts of a source by a plan; raises BadInput, the first in the data's order."""

    def count(self, source: Source, plan: Plan, progress: Progress | None) -> Count: ...


def engine_named(name: str, *, scheduler: str | None = None, workers: int | None = None) -> Engine:
    """The engine of that name; raises ValueError for another, BadInput without its packages.

    scheduler : of dask, as in tcp://10.0.0.1:8786. workers : threads, as many as cores if None.
    """
    if name == "threads":
        return Threads(workers)
    if name == "dask":
        from recognition_audit.engine.cluster import Cluster  # dask is an optional extra

        return Cluster(scheduler)
    raise ValueError(f"there is no engine {name}; there are: threads, dask")


__all__ = ["Count", "Engine", "Plan", "Progress", "Threads", "engine_named"]
