"""Erasure of one person of a batch: the others stay, chain and rebuild hold, no byte remains in the store."""

from __future__ import annotations

from pathlib import Path

from clerk_app.ledger import audit
from clerk_app.ledger.erasures import PartReference, erase_some_parts
from clerk_app.registry.erasure import EraseRegistered
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import id_number, import_file, licence, person, write_csv


def import_two(office: SampleOffice, folder: Path) -> None:
    """Import two persons twice with another address, their licences, and a relation between them."""
    import_file(office, write_csv(folder / "p.csv", [person(1, "令狐大海", 住址="梧桐巷"), person(2)]))
    import_file(office, write_csv(folder / "p.csv", [person(1, "令狐大海"), person(2)]))
    import_file(office, write_csv(folder / "l.csv", [licence(1, 姓名="令狐大海"), licence(2)]))
    relation = {"identifier": "r1", "subject": id_number(1), "other": id_number(2), "relation": "family"}
    import_file(office, write_csv(folder / "r.csv", [relation]))


def erase(office: SampleOffice, serial: int) -> None:
    (row,) = office.select("persons", id_number=id_number(serial))
    office.door.perform(EraseRegistered(subject=row["id"], reason="moved away"), "admin")


def test_one_person_is_erased_and_the_others_of_the_batch_stay(office: SampleOffice, tmp_path: Path) -> None:
    import_two(office, tmp_path)
    erase(office, 1)
    assert office.select("persons", id_number=id_number(1)) == office.select("licences", identifier="L1") == []
    assert office.select("relations") == []
    assert len(office.select("persons", id_number=id_number(2))) == len(office.select("licences", identifier="L2")) == 1
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


def test_both_persons_of_a_relation_are_erased_one_after_the_other(office: SampleOffice, tmp_path: Path) -> None:
    import_two(office, tmp_path)
    erase(office, 2)
    erase(office, 1)
    assert office.select("registry_items") == office.select("registry_parts") == []
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


def test_a_part_that_was_erased_without_a_command_is_found(office: SampleOffice, tmp_path: Path) -> None:
    import_two(office, tmp_path)
    row = office.select("registry_parts", part=1)[0]
    reference = PartReference(node=row["node"], incarnation=row["incarnation"], number=row["number"], parts=(1,))
    with office.store.write() as tx:
        erase_some_parts(tx, reference)
    assert [fault.problem for fault in audit.verify_log(office.store)[1]] == ["erased without a record"]


@sqlite_only
def test_no_byte_of_an_erased_person_remains_in_the_store(office: SampleOffice, tmp_path: Path) -> None:
    import_two(office, tmp_path)
    secrets = [text.encode() for text in ("令狐大海", id_number(1), "梧桐巷1号")]
    office.store.purge_old_versions()
    stored = b"".join(path.read_bytes() for path in office.office.folder.glob("*store*"))
    assert all(secret in stored for secret in secrets)
    erase(office, 1)
    assert office.store.purge_old_versions()
    stored = b"".join(path.read_bytes() for path in office.office.folder.rglob("*") if path.is_file())
    assert [secret.decode() for secret in secrets if secret in stored] == []


def test_an_import_announces_nothing_to_windows(office: SampleOffice, tmp_path: Path) -> None:
    before = office.select("feed")
    import_two(office, tmp_path)
    assert office.select("feed") == before
