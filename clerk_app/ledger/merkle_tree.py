"""Merkle tree over a log (RFC 6962, section 2.1): roots and consistency proofs.

A tree is read through a function that returns the hash of a complete subtree: `read(level, index)` is the root over the
leaves `index << level` to `(index + 1) << level`, the last one excluded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
ReadSubtree = Callable[[int, int], bytes]


def hash_leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def combine_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a number of subtrees of equal size that is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [hash_children(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def compute_root(read: ReadSubtree, size: int) -> bytes:
    """Return the root over the first `size` leaves."""
    return _range_root(read, 0, size) if size else EMPTY_ROOT


def prove_consistency(read: ReadSubtree, old_size: int, size: int) -> list[bytes]:
    """Return the proof that the tree of `size` leaves extends that of `old_size`. Raises ValueError."""
    if not 0 < old_size <= size:
        raise ValueError(f"a tree of {size} leaves does not extend one of {old_size}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end != old_size:
        middle = begin + _largest_power_below(end - begin)
        if old_size <= middle:
            proof.append(_range_root(read, middle, end))
            end = middle
        else:
            proof.append(_range_root(read, begin, middle))
            begin = middle
    if begin:
        proof.append(_range_root(read, begin, end))
    return proof[::-1]


def verify_consistency(proof: Sequence[bytes], old_size: int, old_root: bytes, size: int, root: bytes) -> bool:
    """Return whether the proof shows that a tree extends an older one (RFC 9162, section 2.1.4.2)."""
    if old_size == size:
        return not proof and old_root == root
    if not 0 < old_size < size:
        return False
    parts = list(proof)
    if old_size & (old_size - 1) == 0:
        parts.insert(0, old_root)
    if not parts:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_found = found = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_found, found = hash_children(part, old_found), hash_children(part, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = hash_children(found, part)
        node, last = node >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def _range_root(read: ReadSubtree, begin: int, end: int) -> bytes:
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, begin >> level)
    middle = begin + _largest_power_below(size)
    return hash_children(_range_root(read, begin, middle), _range_root(read, middle, end))


def _largest_power_below(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
