"""Which comparisons stand in a file more than once, in bounded memory.

Each comparison leaves a fingerprint of 64 bits. When there are more than fit, only those are kept
whose fingerprint ends in a zero bit, then in two, and so on: all copies of a comparison have one
fingerprint, so a sample of fingerprints keeps or loses them together. Which are kept at the end
depends on the data alone, not on their order.
"""

import hashlib
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

KEPT_MAX = 1 << 24  # 128 MB of fingerprints
DIRECTION_BITS = 1
TEXT_BYTES_MAX = 64

Prints = NDArray[np.uint64]

_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def fingerprints(texts: Sequence[str]) -> Prints:
    """64-bit FNV-1a of each text, the same in every process; shape (n,)."""
    raw = [_short(text.encode()) for text in texts]
    lengths = np.array([len(one) for one in raw], dtype=np.int64)
    result = np.full(len(raw), _OFFSET, dtype=np.uint64)
    joined = np.frombuffer(b"".join(raw), dtype=np.uint8)
    starts = np.cumsum(lengths) - lengths
    with np.errstate(over="ignore"):
        for place in range(int(lengths.max(initial=0))):
            live = np.flatnonzero(lengths > place)
            result[live] = (result[live] ^ joined[starts[live] + place]) * _PRIME
    return mixed(result)


def _short(raw: bytes) -> bytes:
    return raw if len(raw) <= TEXT_BYTES_MAX else hashlib.sha256(raw).digest()


def mixed(prints: Prints) -> Prints:
    """Every bit of the result depends on every bit given (the finaliser of splitmix64)."""
    with np.errstate(over="ignore"):
        prints = (prints ^ (prints >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        prints = (prints ^ (prints >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return prints ^ (prints >> np.uint64(31))


def of_comparisons(first: Prints, second: Prints, more: Prints | None = None) -> Prints:
    """Of two sides, whichever way round; the lowest bit says which way. shape (n,)."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    with np.errstate(over="ignore"):
        both = low * _ODD + high
        if more is not None:
            both += more
    return (mixed(both) & ~np.uint64(1)) | (first > second)


class Duplicates:
    """Fingerprints of comparisons. Threads may share one."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max, self.level, self._size = kept_max, 0, 0
        self._parts: list[Prints] = []
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())

    def add(self, prints: Prints) -> None:
        with self._lock:
            self._parts.append(self._sampled(prints))
            self._size += len(self._parts[-1])
            while self._size > self._kept_max:
                self.level += 1
                self._parts = [self._sampled(part) for part in self._parts]
                self._size = sum(len(part) for part in self._parts)

    def absorb(self, other: "Duplicates") -> None:
        if other is self:
            return
        if other.level > self.level:
            self.level = other.level
            self._parts = [self._sampled(part) for part in self._parts]
            self._size = sum(len(part) for part in self._parts)
        for part in other._parts:
            self.add(part)

    def count(self) -> tuple[int, int]:
        """How many are copies of another, and how many of these are written the other way."""
        if not self._parts:
            return 0, 0
        whole, end = np.empty(self._size, dtype=np.uint64), 0
        while self._parts:  # one by one, so that they are not all there twice
            part = self._parts.pop()
            whole[end : end + len(part)] = part
            end += len(part)
        self._parts = [whole]
        whole.sort()
        # Where a fingerprint follows its like, and where it does so in the same direction too.
        same = int((whole[1:] == whole[:-1]).sum())
        either = int(((whole[1:] ^ whole[:-1]) <= np.uint64(1)).sum())
        return either, either - same

    def _sampled(self, prints: Prints) -> Prints:
        if not self.level:
            return prints
        mask = np.uint64(((1 << self.level) - 1) << DIRECTION_BITS)
        return prints[(prints & mask) == 0]
