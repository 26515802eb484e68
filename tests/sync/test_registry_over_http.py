"""The registry is read at a real center from an administrator's machine; no machine stores anything of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.registry.search import FindRegistered, RegistryQuery
from clerk_app.roles.admin.service import OfficeAdmin
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from tests.office import SampleOffice
from tests.registry.registry_office import import_person
from tests.registry.source_data import id_number, import_file, licence, write_csv
from tests.sample_data import PIN, SITE
from tests.sample_node import RunningCenter
from tests.sync.test_http_sync import enrol_window_at

pytestmark = pytest.mark.usefixtures("english")

NAME, ADDRESS = "令狐大海", "银杏路3号"
TABLES = (
    "persons",
    "organisations",
    "licences",
    "relations",
    "registry_items",
    "registry_parts",
    "registry_corrections",
    "registry_searches",
    "registry_batches",
    "registry_refusals",
)


@contextmanager
def joined(
    served: RunningCenter, folder: Path, kind: str, organs: tuple[str, ...] = (SITE,), url: str = ""
) -> Iterator[Office]:
    """A machine that has joined the center and exchanged with it, over the line at `url` if there is one."""
    url = url or str(served.client.base_url)
    enrol_window_at(folder, url, served.invite(window=folder.name, kind=kind, organs=organs))
    office = open_office(folder)
    connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
    try:
        connection.sync_now(lambda: None)
        yield replace(office, connection=connection)
        connection.sync_now(lambda: None)
    finally:
        connection.transport.close()
        office.store.close()


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def registry_rows(office: Office) -> int:
    with office.store.read() as tx:
        return sum(len(tx.select(table)) for table in TABLES)


def test_an_administrator_finds_reads_and_corrects_at_the_center_and_no_machine_stores_it(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    with office.store.write() as tx:
        tx.update("staff", {"id": "admin"}, organ=SITE)
        tx.mark_changed(f"organ/{SITE}", "staff/admin")
    import_person(office, tmp_path, 姓名=NAME, 住址=ADDRESS)
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1, 姓名=NAME)]), "police")
    with joined(served, tmp_path / "a1", "admin") as machine, joined(served, tmp_path / "w1", "window") as window:
        service = OfficeAdmin(machine, verify_here(machine, office.select("staff", id="admin")[0]["number"], PIN, ""))
        assert [row.cells[0] for row in service.read_registry().tables[2].rows] == ["police", "population"]
        (found,) = service.find_registered(id_number(1), "complaint").rows
        assert found.cells[:2] == ("令**", f"310{'*' * 11}{id_number(1)[-4:]}")
        assert service.open_record(found.subject, "complaint").tables[0].rows[0].cells[1] == "令**"
        full = service.unmask_record(found.subject, "complaint")
        assert full.tables[0].rows[0].cells[1] == NAME
        message = service.request_correction(f"person|{found.subject}|address", "银杏路5号", "passport shown")
        assert "another administrator" in message
        assert [table.id for table in service.read_registry().tables if table.rows] == [
            "attention",
            "corrections",
            "feeds",
        ]
        assert window.connection is not None
        key = served.service.authority.door.perform(
            FindRegistered(purpose="complaint", personal=RegistryQuery(number=id_number(1))), "admin"
        ).key
        for other in (window, machine):
            assert other.connection is not None
            with pytest.raises(Refused) as refused:
                other.connection.read_registry(key)
            assert refused.value.reason == "no_answer"
        rows = registry_rows(machine), registry_rows(window)
    assert rows == (0, 0)
    secrets = [text.encode() for text in (NAME, id_number(1), ADDRESS, "银杏路5号")]
    assert [secret.decode() for secret in secrets if secret in stored(tmp_path / "a1") + stored(tmp_path / "w1")] == []
    assert audit.verify_log(office.store)[1] == []
