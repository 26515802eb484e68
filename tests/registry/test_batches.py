"""A batch that another machine sends: every value is checked again, and a refused batch leaves no personal data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from clerk_app.errors import Refused
from clerk_app.ledger.entries import SealedCommand, seal
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.ledger.replication.messages import EntryMessage
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import ImportRegistryRows
from clerk_app.registry.rows import PersonRow
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import id_number, import_file, person, write_csv
from tests.sample_data import SITE

ROW = PersonRow(identifier="p1", digest="d", id_number=id_number(1), name="令狐大海", born=id_number(1)[6:14])
ROW = replace(ROW, born=f"{ROW.born[:4]}-{ROW.born[4:6]}-{ROW.born[6:]}")


def batch(*rows: PersonRow, kind: str = "person") -> ImportRegistryRows:
    return ImportRegistryRows(source="population", kind=kind, personal=rows)


def send(office: SampleOffice, command: ImportRegistryRows) -> None:
    """Send a batch as a machine of an administrator does: as JSON."""
    office.door.perform(EnrolNode(node="a2", name="a2", node_kind="admin", organs=(SITE,)), SYSTEM)
    with office.store.write() as tx:
        tx.update("staff", {"id": "admin"}, organ=SITE)
    sealed = seal(command)
    office.door.receive(RemoteCommand(("a2", 1, 1), over_the_wire(sealed), "admin", office.clock(), office.clock()))


def over_the_wire(sealed: SealedCommand) -> SealedCommand:
    message = EntryMessage(
        kind=sealed.kind,
        plain=msgspec.Raw(sealed.plain),
        personal=msgspec.Raw(sealed.personal or b""),
        salt=sealed.salt,
        actor=SYSTEM,
        said_at=1,
    )
    return msgspec.json.decode(msgspec.json.encode(message), type=EntryMessage).sealed_command


def test_a_batch_is_the_same_after_it_was_sent() -> None:
    sealed = seal(batch(ROW))
    assert over_the_wire(sealed) == sealed


@both_engines
def test_a_batch_of_another_machine_is_imported(office: SampleOffice) -> None:
    send(office, batch(ROW))
    assert [row["name"] for row in office.select("persons", id_number=ROW.id_number)] == [ROW.name]


REFUSED: dict[str, Callable[[], ImportRegistryRows]] = {
    "wrong check digit": lambda: batch(replace(ROW, id_number=ROW.id_number[:-1] + "5")),
    "not in stored form": lambda: batch(replace(ROW, name="令狐  大海")),
    "same identifier twice": lambda: batch(ROW, ROW),
    "no rows": lambda: batch(),
    "too many rows": lambda: batch(*(replace(ROW, identifier=f"p{serial}") for serial in range(1_001))),
    "another kind": lambda: batch(ROW, kind="licence"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_batch_is_refused_and_its_personal_data_is_not_kept(office: SampleOffice, case: str) -> None:
    with pytest.raises(Refused) as refused:
        send(office, REFUSED[case]())
    assert refused.value.reason in ("row", "rows")
    entry = office.entries()[-1]
    assert (entry["kind"], entry["outcome"], entry["personal"]) == ("ImportRegistryRows", "refused", None)


def test_each_batch_of_a_file_is_recorded_with_its_numbers_and_refused_rows(
    office: SampleOffice, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    import_file(office, write_csv(path, [person(1), person(2), person(3, 出生日期="2026-02-30")]))
    import_file(office, write_csv(path, [person(1, 住址="x"), person(2)]))
    counts = ("serial", "way", "new_rows", "changed_rows", "unchanged_rows", "refused_rows")
    batches = [tuple(row[name] for name in counts) for row in office.select("registry_batches", source="population")]
    assert batches == [(1, "file", 2, 0, 0, 1), (2, "file", 0, 1, 1, 0)]
    (refused,) = office.select("registry_refusals")
    assert {**refused} == {
        "source": "population",
        "serial": 1,
        "row_number": 4,
        "field": "born",
        "code": "date",
        "facts": b"{}",  # the date is personal
    }
    assert find_faults(office.store) == []


def test_a_file_without_a_change_is_recorded_as_one_batch_without_rows(office: SampleOffice, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [person(1), person(2)])
    import_file(office, path)
    import_file(office, path)
    (batch,) = office.select("registry_batches", serial=2)
    assert (batch["unchanged_rows"], batch["new_rows"], batch["changed_rows"]) == (2, 0, 0)
