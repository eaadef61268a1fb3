"""One thread a matrix product: its rounding depends on how many threads share it.

numpy's wheels bring OpenBLAS, whose number of threads belongs to the process; several threads of
ours multiply side by side instead. With another library nothing is set, and the last bit of a
score may then differ between numbers of cores.
"""

import contextlib
import ctypes
import functools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

FOLDERS = ("../numpy.libs", ".dylibs", ".libs")
NAMES = (
    "scipy_openblas_{}_num_threads64_",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)

_lock = threading.Lock()
_inside = 0
_before = 1


@functools.cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """How to ask and set its number of threads; None where it is not OpenBLAS."""
    home = Path(np.__file__).parent
    for folder in FOLDERS:
        for path in sorted((home / folder).glob("*openblas*")):
            library = ctypes.CDLL(str(path))
            for name in NAMES:
                ask, put = (getattr(library, name.format(verb), None) for verb in ("get", "set"))
                if ask and put:
                    return ask, put
    return None


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Matrix products use one thread each, until the last that asked for it is done."""
    global _inside, _before  # noqa: PLW0603 - the number belongs to the process
    found = _openblas()
    if found is None:
        yield
        return
    ask, put = found
    with _lock:
        _inside += 1
        if _inside == 1:
            _before = ask()
            put(1)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                put(_before)
