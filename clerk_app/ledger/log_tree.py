"""The Merkle tree over the entries of a store's log, in the order of their positions. A leaf is the link of an entry.

Hashes are kept in tiles of up to 256, each of a complete subtree (C2SP tlog-tiles): a tile of level 0 has the leaves of
256 entries, one of level 1 the roots of 256 tiles. An erasure changes no link, so it changes no leaf.
"""

from __future__ import annotations

from functools import lru_cache

from clerk_app.ledger.merkle_tree import HASH_BYTES, combine_hashes, compute_root, hash_leaf
from db.engines import Transaction

TILE_HASHES = 256
_TILE_BITS = 8
_PAGE_SIZE = 2_000  # entries read at once


class LogTree:
    """Tree of the log, read through one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._read_cached = lru_cache(maxsize=4096)(self._combine)
        last = tx.query_one("ledger.last_tile")
        self.size = last["number"] * TILE_HASHES + len(last["hashes"]) // HASH_BYTES if last else 0
        """Number of entries that the tiles cover."""

    def read(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree (see `merkle_tree.ReadSubtree`)."""
        return self._read_cached(level, index)

    def leaf(self, index: int) -> bytes:
        """Return the hash of an entry, by its position less one."""
        return self.read(0, index)

    def root(self, size: int) -> bytes:
        """Return the root over the first entries."""
        return compute_root(self.read, size)

    def extend(self, last_position: int) -> None:
        """Add the entries up to a position to the tiles, in a write transaction."""
        changed: dict[tuple[int, int], bytearray] = {}
        while self.size < last_position:
            page = self._tx.query_all("ledger.links_after", position=self.size, many=_PAGE_SIZE)
            if not page:
                break
            for row in page:
                if row["position"] > last_position:
                    break
                self._append(changed, 0, self.size, hash_leaf(row["link"]))
                self.size += 1
        for (level, number), hashes in changed.items():
            self._tx.upsert("log_tiles", ("level", "number"), level=level, number=number, hashes=bytes(hashes))
        self._tiles.clear()
        self._read_cached.cache_clear()

    def _append(self, changed: dict[tuple[int, int], bytearray], level: int, index: int, digest: bytes) -> None:
        key = (level, index // TILE_HASHES)
        tile = changed.get(key)
        if tile is None:
            tile = changed[key] = bytearray(self._tile(*key)) if index % TILE_HASHES else bytearray()
        tile += digest
        if len(tile) == TILE_HASHES * HASH_BYTES:
            self._append(changed, level + 1, key[1], combine_hashes(_split(bytes(tile))))

    def _combine(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, _TILE_BITS)
        first = index << height
        tile = self._tile(tile_level, first // TILE_HASHES)
        at = first % TILE_HASHES * HASH_BYTES
        return combine_hashes(_split(tile[at : at + (HASH_BYTES << height)]))

    def _tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self._tiles:
            row = self._tx.get("log_tiles", level=level, number=number)
            self._tiles[level, number] = bytes(row["hashes"]) if row else b""
        return self._tiles[level, number]


def _split(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
