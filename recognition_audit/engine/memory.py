"""The allocator of Arrow's memory while a file is counted.

Its default, mimalloc, keeps what several threads gave back: 75 MB for row groups of 5 MB, where
jemalloc keeps 40 (pyarrow 26, two threads). The pool belongs to the process, so the one before
is put back.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

_lock = threading.Lock()
_inside = 0
_before: Any = None


@contextlib.contextmanager
def sparing() -> Iterator[None]:
    """Arrow allocates by jemalloc where it is there, until the last that asked for it is done."""
    global _inside, _before  # noqa: PLW0603 - the pool belongs to the process
    try:
        pool = pa.jemalloc_memory_pool()
    except NotImplementedError:  # not built in
        yield
        return
    with _lock:
        _inside += 1
        if _inside == 1:
            _before = pa.default_memory_pool()
            pa.set_memory_pool(pool)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                pa.set_memory_pool(_before)
