"""A copied or restored store begins a new incarnation: entry, row and case numbers are never used twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, begin_incarnation, open_office
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.ledger.nodes import RESTORE_GAP, BeginIncarnation
from clerk_app.ledger.numbers import BLOCK_SIZE
from clerk_app.people import SYSTEM
from tests.engines import PostgresServer, postgresql_only, sqlite_only
from tests.office import SampleOffice, find_faults, reopen_office, with_store_url

NODE = "center-1"


def entry_keys(office: SampleOffice) -> list[tuple[int, int]]:
    """Return incarnation and number of every entry."""
    return [(row["incarnation"], row["number"]) for row in office.entries()]


def test_the_entry_that_begins_an_incarnation_is_its_first(office: SampleOffice) -> None:
    before = entry_keys(office)
    made = office.door.perform(BeginIncarnation(node=NODE, incarnation=2), SYSTEM)
    office.take_ticket()
    assert entry_keys(office) == [*before, (2, 1), (2, 2), (2, 3)]
    assert (made.first, made.last) == (2 * BLOCK_SIZE + RESTORE_GAP + 1, 3 * BLOCK_SIZE + RESTORE_GAP)
    assert find_faults(office.store) == []


def test_case_numbers_continue_after_a_gap(office: SampleOffice) -> None:
    first = office.accept_birth()
    begin_incarnation(office.office)
    second = office.accept_birth()
    assert int(second[2:11]) == 2 * BLOCK_SIZE + RESTORE_GAP + 1 > int(first[2:11]) + RESTORE_GAP
    assert find_faults(office.store) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(("node", "incarnation"), [(NODE, 1), (NODE, 3), ("w9", 2), ("w9", 1)])
def test_an_incarnation_is_neither_begun_twice_nor_skipped(office: SampleOffice, node: str, incarnation: int) -> None:
    before = entry_keys(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(BeginIncarnation(node=node, incarnation=incarnation), SYSTEM)
    assert refused.value.reason == "begun"
    with pytest.raises(Refused):
        office.door.perform(BeginIncarnation(node=NODE, incarnation=2), "clerk-1")
    last = before[-1][1]
    assert entry_keys(office) == [*before, (1, last + 1), (1, last + 2)]  # refusals belong to the current incarnation
    assert find_faults(office.store) == []


def current_incarnation(office: Office) -> int:
    with office.store.read() as tx:
        row = tx.query_one("ledger.own_node")
    assert row is not None
    return int(row["incarnation"])


def close_settled(office: SampleOffice) -> Path:
    """Settle the store of an office at its location and close it; return the folder."""
    office.store.settle_location()
    office.close()
    return office.office.folder


def open_and_read_incarnation(folder: Path) -> int:
    """Open an office for work; return its incarnation."""
    office = open_office(folder)
    assert audit.verify_log(office.store)[1] == []
    found = current_incarnation(office)
    office.store.close()
    return found


@sqlite_only
def test_a_copied_store_begins_an_incarnation_and_the_original_does_not(office: SampleOffice, tmp_path: Path) -> None:
    folder = close_settled(office)
    shutil.copytree(folder, tmp_path / "copy")
    assert open_and_read_incarnation(tmp_path / "copy") == 2
    assert open_and_read_incarnation(tmp_path / "copy") == 2
    assert open_and_read_incarnation(folder) == 1
    folder.rename(tmp_path / "moved")  # a moved store is not a copy
    assert open_and_read_incarnation(tmp_path / "moved") == 1
    with reopen_office(tmp_path / "copy", office.clock) as copy:
        assert find_faults(copy.store) == []


@sqlite_only
def test_a_copy_opened_read_only_stays_as_it_is(office: SampleOffice, tmp_path: Path) -> None:
    shutil.copytree(close_settled(office), tmp_path / "copy")
    opened = open_office(tmp_path / "copy", read_only=True)
    assert current_incarnation(opened) == 1
    opened.store.close()
    assert open_and_read_incarnation(tmp_path / "copy") == 2


@sqlite_only
def test_a_store_restored_over_itself_is_recognised_by_its_stamp(office: SampleOffice, tmp_path: Path) -> None:
    office.store.backend.copy_to(tmp_path / "backup.db")
    folder = close_settled(office)
    inode = (folder / "store.db").stat().st_ino
    (folder / "store.db").write_bytes((tmp_path / "backup.db").read_bytes())
    for log in folder.glob("store.db-*"):
        os.unlink(log)
    assert (folder / "store.db").stat().st_ino == inode
    assert open_and_read_incarnation(folder) == 2


@postgresql_only
def test_a_copied_database_begins_an_incarnation(
    office: SampleOffice, postgres: PostgresServer, tmp_path: Path
) -> None:
    folder = close_settled(office)
    name = str(office.store.location).partition("?")[0].rpartition("/")[2]
    url = postgres.url(postgres.copy_database(name))
    shutil.copytree(folder, tmp_path / "copy")
    settings = tmp_path / "copy" / "office.toml"
    settings.write_text(with_store_url(settings.read_text("utf-8"), url), "utf-8")
    assert [
        open_and_read_incarnation(tmp_path / "copy"),
        open_and_read_incarnation(tmp_path / "copy"),
        open_and_read_incarnation(folder),
    ] == [2, 2, 1]


def test_a_store_that_never_settled_counts_as_original(office: SampleOffice) -> None:
    assert not office.store.is_unsettled_copy()
    office.store.mark_as_copy()
    assert office.store.is_unsettled_copy()
    begin_incarnation(office.office)
    assert not office.store.is_unsettled_copy()
