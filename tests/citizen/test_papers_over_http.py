"""Papers of citizens at an enrolled kiosk: content over HTTP for one print, nothing in the files of the kiosk."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.citizen.licence_copies import CopyOwnLicence
from clerk_app.cli.licence_issue import create_dynamic_code
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.citizen.sessions import open_session
from tests.office import SampleOffice
from tests.sample_data import MOTHER_NUMBER
from tests.sample_node import RunningCenter
from tests.sync.test_registry_over_http import joined

pytestmark = [pytest.mark.usefixtures("english"), pytest.mark.wide]


def test_a_copy_is_printed_over_http_and_leaves_nothing_at_the_kiosk(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    with joined(served, tmp_path / "k1", "kiosk") as machine, joined(served, tmp_path / "k2", "kiosk") as other:
        assert machine.connection is not None
        assert other.connection is not None
        session = open_session(machine.door, "mother", actor=own_id(machine), authority=office.door)
        licence = next(row["id"] for row in office.select("licences", holder="mother") if row["kind"] == "0101")
        copied = machine.door.perform(CopyOwnLicence(session=session, licence=licence, purpose="bank"), own_id(machine))
        content = machine.connection.read_citizen_paper(copied.key).copy
        assert content is not None
        assert content.claims["name"] == "王芳"
        for key, connection in ((copied.key, other.connection), ("x", machine.connection)):
            with pytest.raises(Refused, match="no answer for this machine"):
                connection.read_citizen_paper(key)
        assert served.client.get(f"/v1/citizen/papers/{copied.key}").status_code == 401
        kiosk = OfficeKiosk(machine)
        kiosk.sessions.open_by_code(create_text(office))
        card = next(row for row in kiosk.copies.list_licences() if row.id == licence)
        copy = kiosk.copies.print_copy(card, "bank", 1)
        assert copy.printed == 1
        kiosk.sessions.end()
        folder = tmp_path / "k1"
        data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and "spool" not in path.parts)
        assert [text for text in ("王芳", MOTHER_NUMBER, copy.number, licence) if text.encode() in data] == []
        with pytest.raises(Refused, match="has ended"):
            machine.connection.read_citizen_paper(copied.key)


def own_id(machine: Office) -> str:
    with machine.store.read() as tx:
        row = tx.query_one("ledger.own_node")
    assert row is not None
    return str(row["id"])


def create_text(office: SampleOffice) -> str:
    """Create a dynamic code of the mother; return its text."""
    return create_dynamic_code(office.office, MOTHER_NUMBER, digits=True)
