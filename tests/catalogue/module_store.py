"""A store on either engine that the tests of a module share: publication takes longer than what they read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.rows import write_rows
from db.engines import Store, Transaction
from tests.empty_store import create_empty_store
from tests.engines import PostgresServer


@contextmanager
def open_module_store(request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Open an empty store on the engine of the fixture, its parameter, until the block ends."""
    if request.param == "sqlite":
        store = Store(create_empty_store(factory.mktemp("catalogue") / "store.db"))
        yield store
        store.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.borrow_copy(server.empty_database()) as url:
        store = Store(url)
        yield store
        store.close()


def publish(tx: Transaction, catalogue: Catalogue, name: str = "", version: int = 0) -> None:
    """Write a version and its rows, as publication does; under another id it is never the newest one."""
    content = catalogue.to_bytes()
    tx.insert(
        "catalogue_versions",
        catalogue=name or catalogue.id,
        version=version or catalogue.version,
        content=content,
        digest=sha256(content).hexdigest(),
        published_at=0 if name else catalogue.version,
        published_by="system",
    )
    write_rows(tx, name or catalogue.id, version or catalogue.version)
