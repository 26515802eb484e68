"""A store that was copied or put back numbers anew: entries, rows and case numbers of before are never given again."""

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
    """Each entry's place in the node's own counting."""
    return [(row["incarnation"], row["number"]) for row in office.entries()]


def test_the_entry_that_begins_an_incarnation_is_its_first(office: SampleOffice) -> None:
    before = entry_keys(office)
    made = office.door.perform(BeginIncarnation(node=NODE, incarnation=2), SYSTEM)
    office.take_ticket()
    assert entry_keys(office) == [*before, (2, 1), (2, 2), (2, 3)]
    assert (made.first, made.last) == (2 * BLOCK_SIZE + RESTORE_GAP + 1, 3 * BLOCK_SIZE + RESTORE_GAP)
    assert find_faults(office.store) == []


def test_cases_go_on_far_behind_the_numbers_of_before(office: SampleOffice) -> None:
    first = office.accept_birth()
    begin_incarnation(office.office)
    second = office.accept_birth()
    assert int(second[2:11]) == 2 * BLOCK_SIZE + RESTORE_GAP + 1 > int(first[2:11]) + RESTORE_GAP
    assert find_faults(office.store) == []


@pytest.mark.parametrize(("node", "incarnation"), [(NODE, 1), (NODE, 3), ("w9", 2), ("w9", 1)])
def test_no_incarnation_is_begun_twice_or_left_out(office: SampleOffice, node: str, incarnation: int) -> None:
    before = entry_keys(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(BeginIncarnation(node=node, incarnation=incarnation), SYSTEM)
    assert refused.value.reason == "begun"
    with pytest.raises(Refused):
        office.door.perform(BeginIncarnation(node=NODE, incarnation=2), "clerk-1")
    last = before[-1][1]
    assert entry_keys(office) == [*before, (1, last + 1), (1, last + 2)]  # refusals stand in the one that goes on
    assert find_faults(office.store) == []


def current_incarnation(office: Office) -> int:
    with office.store.read() as look:
        row = look.query_one("ledger.own_node")
    assert row is not None
    return int(row["incarnation"])


def close_settled(office: SampleOffice) -> Path:
    """The folder of an office that knows its home, closed."""
    office.store.settle_location()
    office.close()
    return office.office.folder


def open_and_read_incarnation(folder: Path) -> int:
    """The incarnation in which an office is found after it was opened for work."""
    office = open_office(folder)
    assert audit.verify_log(office.store)[1] == []
    found = current_incarnation(office)
    office.store.close()
    return found


@sqlite_only
def test_a_copied_store_notices_and_the_original_does_not_mind(office: SampleOffice, tmp_path: Path) -> None:
    folder = close_settled(office)
    shutil.copytree(folder, tmp_path / "copy")
    assert open_and_read_incarnation(tmp_path / "copy") == 2
    assert open_and_read_incarnation(tmp_path / "copy") == 2
    assert open_and_read_incarnation(folder) == 1
    folder.rename(tmp_path / "moved")  # moving is not copying
    assert open_and_read_incarnation(tmp_path / "moved") == 1
    with reopen_office(tmp_path / "copy", office.clock) as copy:
        assert find_faults(copy.store) == []


@sqlite_only
def test_a_copy_that_is_only_looked_at_stays_as_it_is(office: SampleOffice, tmp_path: Path) -> None:
    shutil.copytree(close_settled(office), tmp_path / "copy")
    looked = open_office(tmp_path / "copy", read_only=True)
    assert current_incarnation(looked) == 1
    looked.store.close()
    assert open_and_read_incarnation(tmp_path / "copy") == 2


@sqlite_only
def test_a_store_put_back_over_itself_notices_by_its_mark(office: SampleOffice, tmp_path: Path) -> None:
    office.store.backend.copy_to(tmp_path / "backup.db")
    folder = close_settled(office)
    inode = (folder / "store.db").stat().st_ino
    (folder / "store.db").write_bytes((tmp_path / "backup.db").read_bytes())
    for log in folder.glob("store.db-*"):
        os.unlink(log)
    assert (folder / "store.db").stat().st_ino == inode
    assert open_and_read_incarnation(folder) == 2


@postgresql_only
def test_a_copied_database_notices_too(office: SampleOffice, postgres: PostgresServer, tmp_path: Path) -> None:
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


def test_a_store_that_never_settled_is_not_asked(office: SampleOffice) -> None:
    assert not office.store.is_unsettled_copy()
    office.store.mark_as_copy()
    assert office.store.is_unsettled_copy()
    begin_incarnation(office.office)
    assert not office.store.is_unsettled_copy()
