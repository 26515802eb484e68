"""`clerk db` where a store is kept, taken elsewhere or thinned out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Clerk
from tests.furnishing import PIN
from tests.office import SampleOffice


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text(f"{PIN}\n")
    return path


def number_of(office: SampleOffice, staff: str) -> str:
    return str(office.rows("staff", id=staff)[0]["number"])


def test_an_administrator_erases_a_case(clerk: Clerk, office: SampleOffice, pin: Path) -> None:
    number = office.accept_birth(child_name="令狐小雨")
    office.withdraw(number)
    words = ("--office", office.office.folder, "db", "erase", number, "--reason", "five years", "--pin-file", pin)
    assert "administrator" not in clerk(*words, "--admin", number_of(office, "admin")).err
    assert office.case(number)["applicant_name"] is None
    assert clerk("--office", office.office.folder, "audit", "verify").code == 0
    assert "does not include this" in clerk(*words, "--admin", number_of(office, "clerk-1")).refused
    pin.write_text("0000")
    assert "Nothing was erased" in clerk(*words, "--admin", number_of(office, "admin")).refused
    assert "Nothing was erased" in clerk(*words, "--admin", "4711").refused
    data = b"".join(file.read_bytes() for file in office.office.folder.glob("store.db*"))
    assert "令狐小雨".encode() not in data
