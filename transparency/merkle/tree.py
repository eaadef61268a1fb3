"""The Merkle tree of RFC 6962, section 2.1: hashes, inclusion and consistency proofs.

Hashes are 32 bytes of SHA-256. Verifiers return False for anything malformed; they never raise.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

# (start, size) -> root of the complete subtree over leaves [start, start + size), size = 2^k.
SubtreeHash = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`; size > 1."""
    return 1 << (size - 1).bit_length() - 1


def from_leaves(leaves: Sequence[bytes]) -> SubtreeHash:
    """Read subtree hashes off a list of leaf hashes."""

    def subtree(start: int, size: int) -> bytes:
        if size == 1:
            return leaves[start]
        half = size // 2
        return node_hash(subtree(start, half), subtree(start + half, half))

    return subtree


def root(subtree: SubtreeHash, size: int, start: int = 0) -> bytes:
    """The root over `size` leaves from `start`; asks for complete subtrees only."""
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        return subtree(start, size)
    half = split(size)
    return node_hash(subtree(start, half), root(subtree, size - half, start + half))


def inclusion_proof(subtree: SubtreeHash, index: int, size: int, start: int = 0) -> list[bytes]:
    """PATH(index, D[size]), from the leaf up; raises ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    if size == 1:
        return []
    half = split(size)
    if index < half:
        path = inclusion_proof(subtree, index, half, start)
        return [*path, root(subtree, size - half, start + half)]
    path = inclusion_proof(subtree, index - half, size - half, start + half)
    return [*path, root(subtree, half, start)]


def consistency_proof(subtree: SubtreeHash, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]); raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"no proof from a tree of {old} to one of {new}")
    return _subproof(subtree, old, new, 0, whole=True)


def _subproof(subtree: SubtreeHash, old: int, size: int, start: int, *, whole: bool) -> list[bytes]:
    if old == size:
        return [] if whole else [root(subtree, size, start)]
    half = split(size)
    if old <= half:
        path = _subproof(subtree, old, half, start, whole=whole)
        return [*path, root(subtree, size - half, start + half)]
    path = _subproof(subtree, old - half, size - half, start + half, whole=False)
    return [*path, root(subtree, half, start)]


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes
) -> bool:
    """Whether `path` shows that `leaf` is entry `index` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes([leaf, root_hash, *path]):
        return False
    node, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root_hash


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new or not _all_hashes([old_root, new_root, *path]):
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)  # a complete old tree is itself the first node
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    of_old = of_new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            of_old, of_new = node_hash(sibling, of_old), node_hash(sibling, of_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            of_new = node_hash(of_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root


def _all_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
