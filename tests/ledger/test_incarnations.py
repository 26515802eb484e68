"""A store that was copied or put back numbers anew: entries, rows and case numbers of before are never given again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from clerk_app.desks.office import Office, begin_anew, open_office
from clerk_app.errors import Refused
from clerk_app.ledger import proof
from clerk_app.ledger.nodes import GAP, BeginIncarnation
from clerk_app.ledger.numbers import BLOCK
from clerk_app.people import SYSTEM
from tests.engines import Postgres, on_postgresql, on_sqlite
from tests.office import SampleOffice, at_store, faults, reopened

NODE = "center-1"


def incarnations(office: SampleOffice) -> list[tuple[int, int]]:
    """Each entry's place in the node's own counting."""
    return [(row["incarnation"], row["number"]) for row in office.entries()]


def test_the_entry_that_begins_an_incarnation_is_its_first(office: SampleOffice) -> None:
    before = incarnations(office)
    made = office.door.perform(BeginIncarnation(node=NODE, incarnation=2), SYSTEM)
    office.take_ticket()
    assert incarnations(office) == [*before, (2, 1), (2, 2), (2, 3)]
    assert (made.first, made.last) == (2 * BLOCK + GAP + 1, 3 * BLOCK + GAP)
    assert faults(office.store) == []


def test_cases_go_on_far_behind_the_numbers_of_before(office: SampleOffice) -> None:
    first = office.accept_birth()
    begin_anew(office.office)
    second = office.accept_birth()
    assert int(second[2:11]) == 2 * BLOCK + GAP + 1 > int(first[2:11]) + GAP
    assert faults(office.store) == []


@pytest.mark.parametrize(("node", "incarnation"), [(NODE, 1), (NODE, 3), ("w9", 2), ("w9", 1)])
def test_no_incarnation_is_begun_twice_or_left_out(office: SampleOffice, node: str, incarnation: int) -> None:
    before = incarnations(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(BeginIncarnation(node=node, incarnation=incarnation), SYSTEM)
    assert refused.value.reason == "begun"
    with pytest.raises(Refused):
        office.door.perform(BeginIncarnation(node=NODE, incarnation=2), "clerk-1")
    last = before[-1][1]
    assert incarnations(office) == [*before, (1, last + 1), (1, last + 2)]  # refusals stand in the one that goes on
    assert faults(office.store) == []


def incarnation(office: Office) -> int:
    with office.store.read() as look:
        row = look.one("ledger.here")
    assert row is not None
    return int(row["incarnation"])


def settled(office: SampleOffice) -> Path:
    """The folder of an office that knows its home, closed."""
    office.store.settle()
    office.close()
    return office.office.folder


def opened(folder: Path) -> int:
    """The incarnation in which an office is found after it was opened for work."""
    office = open_office(folder)
    assert proof.verify(office.store)[1] == []
    found = incarnation(office)
    office.store.close()
    return found


@on_sqlite
def test_a_copied_store_notices_and_the_original_does_not_mind(office: SampleOffice, tmp_path: Path) -> None:
    folder = settled(office)
    shutil.copytree(folder, tmp_path / "copy")
    assert opened(tmp_path / "copy") == 2
    assert opened(tmp_path / "copy") == 2
    assert opened(folder) == 1
    folder.rename(tmp_path / "moved")  # moving is not copying
    assert opened(tmp_path / "moved") == 1
    with reopened(tmp_path / "copy", office.clock) as copy:
        assert faults(copy.store) == []


@on_sqlite
def test_a_copy_that_is_only_looked_at_stays_as_it_is(office: SampleOffice, tmp_path: Path) -> None:
    shutil.copytree(settled(office), tmp_path / "copy")
    looked = open_office(tmp_path / "copy", look_only=True)
    assert incarnation(looked) == 1
    looked.store.close()
    assert opened(tmp_path / "copy") == 2


@on_sqlite
def test_a_store_put_back_over_itself_notices_by_its_mark(office: SampleOffice, tmp_path: Path) -> None:
    office.store.backend.copy_to(tmp_path / "backup.db")
    folder = settled(office)
    inode = (folder / "store.db").stat().st_ino
    (folder / "store.db").write_bytes((tmp_path / "backup.db").read_bytes())
    for log in folder.glob("store.db-*"):
        os.unlink(log)
    assert (folder / "store.db").stat().st_ino == inode
    assert opened(folder) == 2


@on_postgresql
def test_a_copied_database_notices_too(office: SampleOffice, postgres: Postgres, tmp_path: Path) -> None:
    folder = settled(office)
    name = str(office.store.where).partition("?")[0].rpartition("/")[2]
    url = postgres.url(postgres.copy(name))
    shutil.copytree(folder, tmp_path / "copy")
    settings = tmp_path / "copy" / "office.toml"
    settings.write_text(at_store(settings.read_text("utf-8"), url), "utf-8")
    assert [opened(tmp_path / "copy"), opened(tmp_path / "copy"), opened(folder)] == [2, 2, 1]


def test_a_store_that_never_settled_is_not_asked(office: SampleOffice) -> None:
    assert not office.store.moved()
    office.store.mark_as_copy()
    assert office.store.moved()
    begin_anew(office.office)
    assert not office.store.moved()
