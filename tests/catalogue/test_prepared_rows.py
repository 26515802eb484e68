"""Rows of a catalogue are written in batches before it is published; what is interrupted leaves nothing visible."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.catalogue.name_index import NameIndex
from clerk_app.catalogue.publication import load_part
from clerk_app.catalogue.rows import ensure_rows, prepare_rows, write_rows
from clerk_app.catalogue.search import Query
from clerk_app.errors import BadData
from db.engines import Store, Transaction
from tests.empty_store import create_empty_store
from tests.sample_data import sample_city

CITY = sample_city()
CONTENT = CITY.to_bytes()
TABLES = ("catalogue_entries", "catalogue_names", "catalogue_grams")
_PROGRAM = """
import os, signal, sys
from pathlib import Path
from clerk_app.catalogue.rows import prepare_rows
from db.engines import Store

class KilledStore(Store):
    writes = 0

    def write(self):
        self.writes += 1
        if self.writes == 3:  # the mark and a batch are there
            os.kill(os.getpid(), signal.SIGKILL)
        return super().write()

prepare_rows(KilledStore(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]).read_bytes())
"""


class SharedStore(Store):
    """A store in which another program prepares the same version between two batches of this one."""

    writes = 0

    def write(self) -> AbstractContextManager[Transaction]:
        self.writes += 1
        if self.writes == 3:
            assert self.path is not None
            other = Store(self.path)
            prepare_rows(other, CITY.id, CITY.version, CONTENT)
            other.close()
        return super().write()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create_empty_store(tmp_path / "store.db")


def insert_version(store: Store, content: bytes = CONTENT) -> None:
    with store.write() as tx:
        tx.insert(
            "catalogue_versions",
            catalogue=CITY.id,
            version=CITY.version,
            content=content,
            digest=sha256(content).hexdigest(),
            published_at=1,
            published_by="system",
        )
        write_rows(tx, CITY.id, CITY.version)


def read_tables(store: Store) -> dict[str, list[dict[str, object]]]:
    with store.read() as tx:
        return {table: tx.select(table, order=_order(table)) for table in TABLES}


def _order(table: str) -> tuple[str, ...]:
    return {"catalogue_entries": ("section", "id"), "catalogue_names": ("place",)}.get(table, ("gram",))


def test_prepared_rows_are_those_that_publication_writes_and_are_kept_by_it(tmp_path: Path, path: Path) -> None:
    store, other = Store(path), Store(create_empty_store(tmp_path / "other.db"))
    prepare_rows(store, CITY.id, CITY.version, CONTENT)
    with store.read() as tx, pytest.raises(BadData):
        load_part(tx, CITY.id, CITY.version, "birth")
    prepared = read_tables(store)
    insert_version(store)
    insert_version(other)
    assert read_tables(store) == prepared == read_tables(other)
    with store.read() as tx:
        assert NameIndex(tx, CITY.id, CITY.version).find(Query("居住证", "zh_CN"), {}, 5).matches
    store.close()
    other.close()


def test_rows_that_were_prepared_for_another_content_are_replaced(path: Path) -> None:
    store = Store(path)
    prepare_rows(store, CITY.id, CITY.version, CONTENT)
    changed = CITY.model_copy(update={"one_things": CITY.one_things[:1]}).to_bytes()
    insert_version(store, changed)
    with store.read() as tx:
        assert len(tx.select("catalogue_entries", section="one_things")) == 1
    store.close()


def test_a_program_killed_in_the_middle_leaves_nothing_visible_and_its_rows_are_removed(
    tmp_path: Path, path: Path
) -> None:
    (tmp_path / "city.json").write_bytes(CONTENT)
    arguments = [str(path), CITY.id, str(CITY.version), str(tmp_path / "city.json")]
    program = [sys.executable, "-c", _PROGRAM, *arguments]
    ended = subprocess.run(program, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert ended.returncode == -signal.SIGKILL
    store = Store(path)
    with store.read() as tx:
        assert tx.select("catalogue_entries")
        with pytest.raises(BadData):
            load_part(tx, CITY.id, CITY.version, "birth")
    prepare_rows(store, CITY.id, CITY.version, CONTENT)  # begins again
    assert read_tables(store)["catalogue_grams"]
    with store.write() as tx:
        tx.update("catalogue_indexes", {"catalogue": CITY.id, "version": CITY.version}, form=0)
    ensure_rows(store)  # as a program does that opens the store
    assert read_tables(store) == {table: [] for table in TABLES}
    store.close()


def test_two_programs_that_prepare_one_version_do_not_mix_their_rows(path: Path) -> None:
    store = SharedStore(path)
    prepare_rows(store, CITY.id, CITY.version, CONTENT)
    prepared = read_tables(store)
    assert prepared["catalogue_grams"]
    insert_version(store)
    assert read_tables(store) == prepared
    store.close()
