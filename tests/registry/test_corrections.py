"""Corrections of the registry: two persons, a reason, and what later rows of a source change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import BadData, Refused
from clerk_app.ledger import audit
from clerk_app.ledger.confirmations import ConfirmCommand
from clerk_app.ledger.entries import seal
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.registry.corrections import ApproveCorrection, EndCorrection
from clerk_app.registry.erasure import EraseRegistered
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.registry.registry_office import (
    FIRST,
    SECOND,
    add_second,
    ask,
    correct,
    find,
    import_person,
    open_record,
)
from tests.registry.source_data import id_number, import_file, licence, person, write_csv
from tests.sample_data import MOTHER_NUMBER

pytestmark = postgresql_wide

OLD, NEW, THIRD = "梧桐巷1号", "梧桐巷10号", "银杏路3号"


@pytest.fixture
def office(engine: str, office: SampleOffice, tmp_path: Path) -> SampleOffice:
    """An office with two administrators and one imported person, who lives at OLD."""
    add_second(office)
    import_person(office, tmp_path, 住址=OLD)
    return office


def stored(office: SampleOffice, column: str = "address") -> Any:
    return office.select("persons", id_number=id_number(1))[0][column]


def correction(office: SampleOffice) -> tuple[str, str]:
    """Return state and conflict of the only correction."""
    (row,) = office.select("registry_corrections")
    return row["state"], row["conflict"]


def test_a_correction_changes_the_record_after_a_second_person_has_approved_it(office: SampleOffice) -> None:
    asked = ask(office, "address", NEW)
    assert stored(office) == OLD
    with pytest.raises(Refused) as refused:
        office.door.perform(ApproveCorrection(correction=asked), FIRST)
    assert refused.value.reason == "same_person"
    office.door.perform(ApproveCorrection(correction=asked), SECOND)
    assert stored(office) == NEW
    assert find_faults(office.store) == []


def test_two_accounts_of_one_person_are_not_two_persons(office: SampleOffice) -> None:
    asked = ask(office, "address", NEW)
    with office.store.write() as tx:
        tx.update("staff", {"id": "clerk-2"}, role="administrator", person=FIRST)
    with pytest.raises(Refused) as refused:
        office.door.perform(ApproveCorrection(correction=asked), "clerk-2")
    assert refused.value.reason == "same_person"


def test_a_correction_of_the_only_administrator_is_marked(office: SampleOffice) -> None:
    with office.store.write() as tx:
        tx.delete("staff", id=SECOND)
    office.door.perform(ApproveCorrection(correction=ask(office, "address", NEW)), FIRST)
    assert [row["alone"] for row in office.select("registry_corrections")] == [True]


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_number", id_number(2)), ("born", "1980-01-01"), ("address", OLD), ("name", ""), ("address", "x" * 501)],
)
def test_a_value_that_only_the_source_can_change_or_that_is_none_is_refused(
    office: SampleOffice, field: str, value: str
) -> None:
    with pytest.raises((Refused, BadData)):
        ask(office, field, value)
    assert office.select("registry_corrections") == []


def test_a_correction_needs_a_search_before_and_is_not_asked_for_twice(office: SampleOffice) -> None:
    ask(office, "address", NEW)
    with pytest.raises(Refused) as refused:
        ask(office, "address", THIRD, SECOND)
    assert refused.value.reason == "requested"


def test_a_declined_correction_changes_nothing(office: SampleOffice) -> None:
    asked = ask(office, "address", NEW)
    office.door.perform(EndCorrection(correction=asked, note="the document was forged"), SECOND)
    assert (stored(office), correction(office)) == (OLD, ("declined", ""))
    with pytest.raises(Refused):
        office.door.perform(ApproveCorrection(correction=asked), SECOND)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("address", "changed_on", "holds", "outcome"),
    [
        (OLD, "", NEW, ("approved", "repeated")),
        (OLD, "2030-01-01", NEW, ("approved", "repeated")),
        (NEW, "", NEW, ("adopted", "")),
        (THIRD, "", THIRD, ("overtaken", "newer")),
        (THIRD, "2030-01-01", THIRD, ("overtaken", "newer")),
        (THIRD, "2026-01-01", NEW, ("approved", "older")),
    ],
)
def test_a_later_row_of_the_source_meets_a_correction(
    office: SampleOffice, tmp_path: Path, address: str, changed_on: str, holds: str, outcome: tuple[str, str]
) -> None:
    correct(office, "address", NEW)
    row = person(1, 住址=address, 手机号="13900009999") | {"更新日期": changed_on}
    report, mistakes = import_file(office, write_csv(tmp_path / "again.csv", [row]))
    assert (report.changed, mistakes) == (1, [])
    assert (stored(office), stored(office, "phone")) == (holds, "13900009999")
    assert correction(office) == outcome
    assert find_faults(office.store) == []


def test_a_conflict_is_settled_with_a_note(office: SampleOffice, tmp_path: Path) -> None:
    asked = correct(office, "address", NEW)
    with pytest.raises(Refused):
        office.door.perform(EndCorrection(correction=asked, note="nothing contradicts it"), SECOND)
    import_person(office, tmp_path, 住址=THIRD)
    office.door.perform(EndCorrection(correction=asked, note="moved since"), FIRST)
    assert (stored(office), correction(office)) == (THIRD, ("settled", ""))


def test_a_second_correction_is_still_compared_with_the_value_of_the_source(
    office: SampleOffice, tmp_path: Path
) -> None:
    correct(office, "address", NEW)
    correct(office, "address", THIRD)
    import_person(office, tmp_path, 住址=OLD, 手机号="13900009999")
    assert stored(office) == THIRD
    assert [(row["state"], row["conflict"]) for row in office.select("registry_corrections", order=("asked_at",))] == [
        ("settled", ""),
        ("approved", "repeated"),
    ]


def test_a_value_of_a_licence_is_corrected_and_stays(office: SampleOffice, tmp_path: Path) -> None:
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1)]))
    (row,) = office.select("licences", identifier="L1")
    correct(office, "claim:name", "令狐大海", kind="licence", subject=row["id"])
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1, certificateExpiringDate="2040-01-01")]))
    (subject,) = find(office)
    (shown,) = open_record(office, subject, in_full=True).licences
    assert (shown.claims["name"], shown.valid_to) == ("令狐大海", "2040-01-01")
    assert correction(office) == ("approved", "repeated")


def test_a_revocation_of_the_source_ends_a_correction_of_the_state_whatever_its_date(
    office: SampleOffice, tmp_path: Path
) -> None:
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1, 证照状态="暂停")]))
    (row,) = office.select("licences", identifier="L1")
    correct(office, "state", "valid", kind="licence", subject=row["id"])
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1, 证照状态="撤销")]))
    assert [row["state"] for row in office.select("licences", identifier="L1")] == ["revoked"]
    assert correction(office) == ("overtaken", "newer")


def test_the_open_cases_of_a_corrected_person_get_one_objection(office: SampleOffice) -> None:
    case = office.accept_birth()
    (mother,) = find(office, number=MOTHER_NUMBER)
    correct(office, "phone", "13900009999", kind="person", subject=mother)
    run_due_commands(office.office)
    run_due_commands(office.office)
    assert [(row["case_number"], row["reason"]) for row in office.select("objections")] == [(case, "corrected_record")]
    assert [row["reported_cases"] for row in office.select("registry_corrections")] == [1]
    assert find_faults(office.store) == []


def test_the_erasure_of_a_person_deletes_the_corrections_and_their_values(office: SampleOffice) -> None:
    correct(office, "address", NEW)
    ask(office, "phone", "13900009999")
    subject = stored(office, "id")
    erase = EraseRegistered(subject=subject, reason="moved away")
    with pytest.raises(Refused):
        office.door.perform(erase, FIRST)
    office.door.perform(ConfirmCommand(digest=seal(erase).digest.hex()), SECOND)
    office.door.perform(erase, FIRST)
    assert office.select("registry_corrections") == office.select("registry_searches") == []
    entries = b"".join(row["personal"] or b"" for row in audit.read_entries(office.store))
    assert NEW.encode() not in entries
    assert b"13900009999" not in entries
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


def test_a_refused_request_leaves_no_value_in_the_log(office: SampleOffice) -> None:
    with pytest.raises((Refused, BadData)):
        ask(office, "id_number", id_number(2))
    entries = b"".join(row["personal"] or b"" for row in audit.read_entries(office.store))
    assert id_number(2).encode() not in entries
    assert audit.verify_log(office.store)[1] == []


def test_a_person_who_was_registered_without_a_source_can_be_corrected_too(office: SampleOffice) -> None:
    details = PersonDetails(name="令狐冲", id_number=id_number(2))
    office.door.perform(RegisterPerson(id="p-2", personal=details), SYSTEM)
    (found,) = find(office, number=id_number(2))
    correct(office, "name", "令狐聪", kind="person", subject=found)
    assert office.select("persons", id="p-2")[0]["name"] == "令狐聪"
