"""`clerk licence verify-copy`: a receiver checks what a copy is, by number and code, without a name."""

from __future__ import annotations

from clerk_app.citizen.licence_copies import CopyOwnLicence
from tests.citizen.sessions import open_session
from tests.cli.conftest import Clerk
from tests.cli.conftest import clerk as clerk
from tests.cli.conftest import home as home
from tests.office import SampleOffice


def test_number_and_code_give_type_purpose_and_expiry(clerk: Clerk, office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    licence = next(row["id"] for row in office.select("licences", holder="mother") if row["kind"] == "0101")
    copied = office.door.perform(CopyOwnLicence(session=session, licence=licence, purpose="bank"), "kiosk")
    command = ("--language", "en", "--office", office.office.folder, "licence", "verify-copy", copied.number)
    found = clerk(*command, copied.code)  # after the sample day: the program reads the clock of the machine
    assert found.code == 1
    assert found.lines[-1].startswith("expired: Identity card, copied for a bank on 2026-05-06")
    wrong = clerk(*command, "AAAAAAAA")
    assert (wrong.code, wrong.lines[-1]) == (1, "No copy has this number and code.")
