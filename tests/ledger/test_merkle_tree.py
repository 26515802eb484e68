"""The Merkle tree of RFC 6962: roots of a reference tree, proofs for all sizes, and the tiles of a store's log."""

from __future__ import annotations

from hashlib import sha256

import pytest

from clerk_app.ledger.merkle_tree import (
    EMPTY_ROOT,
    combine_hashes,
    compute_root,
    hash_children,
    hash_leaf,
    prove_consistency,
    verify_consistency,
)

# Leaves of the test tree of Certificate Transparency (google/certificate-transparency, merkle_tree_test.cc), and the
# roots of its trees of 1, 2, 3, ... leaves.
LEAVES = [bytes.fromhex(text) for text in
    ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [hash_leaf(bytes([number])) for number in range(70)]


def read(level: int, index: int) -> bytes:
    return combine_hashes(HASHES[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    hashes = [hash_leaf(leaf) for leaf in LEAVES]
    root = compute_root(lambda level, index: combine_hashes(hashes[index << level : (index + 1) << level]), size)
    assert root.hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert compute_root(read, 0) == EMPTY_ROOT == sha256(b"").digest()


def test_every_older_tree_of_every_size_is_proved() -> None:
    for size in range(1, len(HASHES) + 1):
        root = compute_root(read, size)
        for index in range(size):
            older = compute_root(read, index + 1)
            extension = prove_consistency(read, index + 1, size)
            assert verify_consistency(extension, index + 1, older, size, root)
            if index + 1 < size:
                assert not verify_consistency(extension, index + 1, hash_children(older, older), size, root)
                assert not verify_consistency(extension, index + 1, older, size, hash_children(root, root))
                assert not verify_consistency(extension[:-1], index + 1, older, size, root)


def test_impossible_sizes_are_refused() -> None:
    assert not verify_consistency([], 0, EMPTY_ROOT, 1, HASHES[0])
    assert not verify_consistency([], 2, compute_root(read, 2), 1, HASHES[0])
    with pytest.raises(ValueError, match="does not extend"):
        prove_consistency(read, 3, 2)
