"""Published versions are loaded from the store through a cache that threads share."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.catalogue.publication import load_newest, load_version
from clerk_app.errors import BadData
from db.engines import Store
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.empty_store import create_empty_store

VERSIONS = range(1, 21)  # more than the cache holds


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(create_empty_store(tmp_path / "store.db"))
    with store.write() as tx:
        for version in VERSIONS:
            content = make_catalogue([make_matter("a")], version=version).to_bytes()
            tx.insert(
                "catalogue_versions",
                catalogue="small",
                version=version,
                content=content,
                digest=sha256(content).hexdigest(),
                published_at=version,
                published_by="system",
            )
    yield store
    store.close()


def test_threads_load_the_versions_they_ask_for(store: Store) -> None:
    def load(seed: int) -> bool:
        with store.read() as tx:
            versions = [1 + (seed * step) % len(VERSIONS) for step in range(60)]
            return all(load_version(tx, "small", version).version == version for version in versions)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(load, (1, 3, 7, 9)))


def test_the_newest_version_is_in_force(store: Store) -> None:
    with store.read() as tx:
        assert load_newest(tx).version == VERSIONS[-1]


def test_a_version_that_was_never_published_is_reported(store: Store) -> None:
    with store.read() as tx, pytest.raises(BadData):
        load_version(tx, "small", 99)
