"""Threads in this process. Arrow and numpy let go of the interpreter while they work."""

import itertools
import os
import queue
import threading
from collections.abc import Sequence
from typing import Any

from recognition_audit.duplicates import Duplicates
from recognition_audit.engine.counting import Count, Plan, count_part
from recognition_audit.engine.memory import sparing
from recognition_audit.readers.comparisons import Part, Source

Progress = Any


class Threads:
    """Counts parts on so many threads; each takes the next part when it is done with one."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))

    def count(self, source: Source, plan: Plan, progress: Progress | None) -> Count:
        parts = source.parts()
        with sparing():
            # For a look at some rows threads would take longer to begin than to count.
            looks = all(part.looked_at for part in parts)
            workers = 1 if looks else min(self.workers, len(parts))
            if workers <= 1:
                return self._here(source, plan, parts, progress)
            return _Run(source, plan, parts, workers).result(progress)

    def _here(
        self, source: Source, plan: Plan, parts: Sequence[Part], progress: Progress | None
    ) -> Count:
        count, done = Count(source, plan), 0
        for part in parts:
            for rows in count_part(source, part, count):
                done += rows
                if progress:
                    progress(done, source.total)
        return count.settle()


class _Run:
    """One pass on several threads."""

    def __init__(self, source: Source, plan: Plan, parts: Sequence[Part], workers: int) -> None:
        self.source, self.plan, self.parts = source, plan, parts
        self.workers = workers
        self._next = itertools.count()  # next() of it is one step: no lock is needed
        self._told: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._errors: dict[int, BaseException] = {}
        self._counts: list[Count] = []
        self._seen = Duplicates()

    def result(self, progress: Progress | None) -> Count:
        """The counts; `progress` is called on the thread that asks."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            self._follow(progress)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[min(self._errors)]
        whole, *others = self._counts
        for count in others:
            whole.absorb(count)
        return whole.settle()

    def _follow(self, progress: Progress | None) -> None:
        done, running = 0, self.workers
        while running:
            rows = self._told.get()
            if rows is None:
                running -= 1
                continue
            done += rows
            if progress:
                progress(done, self.source.total)

    def _work(self) -> None:
        count, place = Count(self.source, self.plan, self._seen), 0
        try:
            while (place := next(self._next)) < len(self.parts) and not self._stop.is_set():
                for rows in count_part(self.source, self.parts[place], count):
                    self._told.put(rows)
                    # Parts before a bad one are still read: the first fault is told.
                    if self._stop.is_set() and not self._errors:
                        return
            self._counts.append(count)
        except BaseException as error:  # noqa: BLE001 - raised again on the thread that asked
            self._errors[place] = error
            self._stop.set()
        finally:
            self._told.put(None)
