"""The chain: entries that were altered, removed or reordered are found and named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from clerk_app.ledger.entries import seal
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.people.permissions import SYSTEM
from db.engines import Store
from tests.empty_store import create_empty_store
from tests.office import SampleOffice

TAMPERED_COLUMNS = {
    "node": "'another'",
    "incarnation": "7",
    "number": "900",
    "stream": "'elsewhere'",
    "revision": "900",
    "kind": "'SetWindow'",
    "outcome": "'refused'",
    "actor": "'another'",
    "said_at": "said_at + 1",
    "corrected_at": "corrected_at + 1",
    "decided_at": "decided_at + 1",
    "decided_by": "'another'",
    "command": "CAST('{}' AS BLOB)",
    "decision": "CAST('{\"extra\":1}' AS BLOB)",
    "previous": "zeroblob(32)",
    "link": "zeroblob(32)",
    "personal_digest": "zeroblob(32)",
}


@pytest.fixture(scope="module")
def used_store(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of an office with a case in progress and entries of another node."""
    office = SampleOffice.open_copy(office_template, tmp_path_factory.mktemp("used") / "office")
    office.take_ticket()
    number = office.accept_birth()
    office.door.perform(EnrolNode(node="w2", name="w2", node_kind="counter"), SYSTEM)
    for serial in range(1, 4):
        command = LendNumbers(node="w2", incarnation=1)
        office.door.receive(RemoteCommand(("w2", 1, serial), seal(command), SYSTEM, office.clock(), office.clock()))
    office.approve(number, "birth-medical-certificate")
    office.close()
    return office.office.folder / "store.db"


@pytest.fixture
def copy(used_store: Path, tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    path.write_bytes(used_store.read_bytes())
    return path


def tamper_and_verify(path: Path, *statements: str) -> list[audit.ChainBreak]:
    """Change the file with these statements and return the breaks that `verify_log` finds."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    store = Store(path)
    breaks = audit.verify_log(store)[1]
    store.close()
    return breaks


def last_entry(path: Path, **key: object) -> dict[str, object]:
    store = Store(path)
    with store.read() as tx:
        row = tx.select("ledger_entries", order=("position",), **key)[-1]
    store.close()
    return row


def test_an_unaltered_log_verifies(copy: Path) -> None:
    assert tamper_and_verify(copy) == []


@pytest.mark.parametrize("column", TAMPERED_COLUMNS)
def test_an_altered_entry_is_named(copy: Path, column: str) -> None:
    victim = last_entry(copy, kind="RegisterLicence")
    breaks = tamper_and_verify(
        copy, f"UPDATE ledger_entries SET {column} = {TAMPERED_COLUMNS[column]} WHERE position = {victim['position']}"
    )
    assert breaks
    if column not in ("node", "number"):
        assert (breaks[0].node, breaks[0].number) == (victim["node"], victim["number"])
    if column != "link":
        assert any(
            "altered" in chain_break.problem or chain_break.problem in ("missing", "reordered")
            for chain_break in breaks
        )


@pytest.mark.parametrize("change", ['personal = CAST(\'{"name":"X"}\' AS BLOB)', "salt = zeroblob(16)", "salt = NULL"])
def test_an_altered_personal_part_is_named(copy: Path, change: str) -> None:
    victim = last_entry(copy, kind="RegisterPerson", node="center-1")
    breaks = tamper_and_verify(copy, f"UPDATE ledger_entries SET {change} WHERE position = {victim['position']}")
    assert breaks == [audit.ChainBreak("center-1", int(str(victim["number"])), "personal part altered")]


def test_a_personal_part_added_later_is_named(copy: Path) -> None:
    victim = last_entry(copy, kind="ClaimTask")
    breaks = tamper_and_verify(
        copy, f"UPDATE ledger_entries SET personal = zeroblob(4) WHERE position = {victim['position']}"
    )
    assert [chain_break.problem for chain_break in breaks] == ["personal part altered"]


def test_a_personal_part_erased_without_its_salt_is_named(copy: Path) -> None:
    victim = last_entry(copy, kind="RegisterPerson")
    breaks = tamper_and_verify(copy, f"UPDATE ledger_entries SET personal = NULL WHERE position = {victim['position']}")
    assert [chain_break.problem for chain_break in breaks] == ["personal part altered"]


def test_a_removed_entry_is_named(copy: Path) -> None:
    victim = last_entry(copy, kind="RegisterLicence")
    breaks = tamper_and_verify(copy, f"DELETE FROM ledger_entries WHERE position = {victim['position']}")
    assert breaks[0].number == int(str(victim["number"])) + 1
    assert "missing" in {chain_break.problem for chain_break in breaks}


def test_a_removed_last_entry_of_a_node_is_found_while_others_continue(copy: Path) -> None:
    breaks = tamper_and_verify(copy, "DELETE FROM ledger_entries WHERE node = 'w2' AND number = 3")
    assert [chain_break.problem for chain_break in breaks] == ["missing"]


def test_a_removed_last_entry_of_the_log_leaves_tables_that_differ(copy: Path, tmp_path: Path) -> None:
    tamper_and_verify(copy, "DELETE FROM ledger_entries WHERE position = (SELECT max(position) FROM ledger_entries)")
    store = Store(copy)
    rebuilt = audit.rebuild_store(store, all_rules(), create_empty_store(tmp_path / "again.db"))
    assert {"tasks", "cases", "decisions"} <= set(audit.list_different_tables(store, rebuilt))
    rebuilt.close()
    store.close()


def test_two_swapped_entries_are_named(copy: Path) -> None:
    position = int(str(last_entry(copy, kind="RegisterLicence")["position"]))
    swap = [
        f"UPDATE ledger_entries SET position = {new} WHERE position = {old}"
        for old, new in ((position, 99_999), (position - 1, position), (99_999, position - 1))
    ]
    breaks = tamper_and_verify(copy, *swap)
    assert {chain_break.problem for chain_break in breaks} & {"missing", "reordered"}
    assert {chain_break.number for chain_break in breaks} & {position, position - 1}


def test_tables_changed_without_the_door_differ_after_a_rebuild(copy: Path, tmp_path: Path) -> None:
    assert tamper_and_verify(copy, "UPDATE cases SET clerk = 'somebody else'") == []
    store = Store(copy)
    rebuilt = audit.rebuild_store(store, all_rules(), create_empty_store(tmp_path / "again.db"))
    assert audit.list_different_tables(store, rebuilt) == ["cases"]
    rebuilt.close()
    store.close()


def test_chain_and_rebuild_stay_intact_after_an_erasure(copy: Path, tmp_path: Path) -> None:
    breaks = tamper_and_verify(copy, "UPDATE ledger_entries SET personal = NULL, salt = NULL")
    assert {chain_break.problem for chain_break in breaks} == {"erased without a record"}
    store = Store(copy)
    rebuilt = audit.rebuild_store(store, all_rules(), create_empty_store(tmp_path / "again.db"))
    personal = {"parties", "field_values", "persons", "licences", "cases", "case_objects", "visits", "materials"}
    assert set(audit.list_different_tables(store, rebuilt)) <= personal
    rebuilt.close()
    store.close()
    text = (tmp_path / "again.db").read_bytes().decode(errors="ignore")
    assert "医疗保险" in text  # the catalogue is there
    for word in ("王芳", "李一诺", "赵六", "310101199003071230"):
        assert word not in text
