"""A licence that is revoked in the repository: its own case shows it, and open cases that use it get an objection."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.objections import SettleObjection
from clerk_app.composition.due_commands import perform_due_commands
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.licences.repository import RevokeLicence
from clerk_app.people import SYSTEM
from clerk_app.roles.case_history import read_history
from clerk_app.roles.case_view import build_matter_rows
from clerk_app.roles.rejected_work import read_rejected_work
from tests.cases.result_city import accept_page, approve_page, result_city
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import import_file, licence, write_csv
from tests.sample_data import PERSONS

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]
CITY = result_city()
WHY = "a false statement"


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case whose page is a licence in the repository."""
    number = accept_page(office, CITY)
    approve_page(office, number)
    assert make_out_result_licences(office.office) == 1
    return number


def page_row(office: SampleOffice, number: str) -> tuple[str, str]:
    """Return state and reason of the matter of the page, as counter and kiosk show them."""
    with office.store.read() as tx:
        row = next(row for row in build_matter_rows(tx, read_case(tx, number), office.clock()) if row.id == "page")
    return row.state, row.reason


def last_line(office: SampleOffice, number: str) -> str:
    with office.store.read() as tx:
        return read_history(tx, read_case(tx, number))[-1].action


def test_a_direct_revocation_is_in_the_case_and_its_history(office: SampleOffice, number: str) -> None:
    office.clock.advance(days=1)
    office.door.perform(RevokeLicence(id=f"R{number}01-0", reason=WHY), SYSTEM)
    assert page_row(office, number)[1] == ""
    assert perform_due_commands(office.office) >= 1
    (row,) = office.select("result_licences", case_number=number)
    (revoked,) = office.select("licences", id=row["licence"])
    assert (row["state"], row["reason"], row["revoked_at"]) == ("revoked", "by_issuer", revoked["updated_at"])
    assert page_row(office, number) == ("approved", "The licence of this result was revoked on 2026-05-07.")
    assert last_line(office, number) == f"page: the licence of the result was revoked; the center: {WHY}"
    perform_due_commands(office.office)
    assert len([entry for entry in office.entries() if entry["kind"] == "RecordRevokedResult"]) == 1
    assert find_faults(office.store) == []


def test_an_open_case_that_uses_it_gets_one_objection(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.clock.advance(hours=1)
    office.door.perform(RevokeLicence(id="mother-card", reason="lost"), SYSTEM)
    for _ in range(2):
        perform_due_commands(office.office)
        (objection,) = office.select("objections", case_number=number)
    assert objection["reason"] == "licence_revoked_since"
    with office.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai")
    assert work.action == "A licence was revoked that an open case uses"
    assert "after the case was accepted: Identity card." in work.sentence
    settle = SettleObjection(case=number, number=objection["number"], note="a new card was shown")
    office.door.perform(settle, "supervisor")
    perform_due_commands(office.office)
    assert len(office.select("objections", case_number=number)) == 1
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_case_that_has_ended_gets_no_objection(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.withdraw(number)
    office.clock.advance(hours=1)
    office.door.perform(RevokeLicence(id="mother-card", reason="lost"), SYSTEM)
    perform_due_commands(office.office)
    assert office.select("objections", case_number=number) == []


def test_a_register_that_revokes_a_licence_reaches_the_open_case(office: SampleOffice, tmp_path: Path) -> None:
    row = licence(1, certificateHolderCode=PERSONS["mother"].id_number)
    import_file(office, write_csv(tmp_path / "valid.csv", [row]), "police")
    (card,) = office.select("licences", identifier="L1")
    command = office.prepare_birth()
    given = tuple(
        replace(each, licence=card["id"]) if each.material == "mother-id" else each for each in command.materials
    )
    number = office.accept(replace(command, materials=given))
    office.clock.advance(hours=1)
    revoked = row | {"证照状态": "撤销", "更新日期": "2026-05-20"}
    report, mistakes = import_file(office, write_csv(tmp_path / "revoked.csv", [revoked]), "police")
    assert (report.changed, mistakes) == (1, [])
    perform_due_commands(office.office)
    assert [row["reason"] for row in office.select("objections", case_number=number)] == ["licence_revoked_since"]
