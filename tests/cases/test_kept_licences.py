"""Licences of results outlive their erased case while they are valid, and are erased after their own retention."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.result_licences import make_out_result_licences, revoke_result_licence
from clerk_app.composition.retention import erase_expired
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.registry.erasure import EraseRegistered
from tests.cases.result_city import ADDRESS, PAGE_NUMBER, accept_page, approve_page, result_city
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import id_number, import_file, person, write_csv

pytestmark = sqlite_only
CITY = result_city(holder="child")
CHILD, FIRST = PartyDetails(role="child", kind="person", name="令狐小安", number=""), id_number(7)
SECRETS = (ADDRESS, PAGE_NUMBER, CHILD.name, FIRST)
RETENTION = timedelta(days=3650)


def find_secrets(office: SampleOffice) -> set[str]:
    """Return which of the secrets the files of the store contain."""
    path = office.office.folder / STORE_FILE
    data = b"".join(file.read_bytes() for file in path.parent.glob(f"{STORE_FILE}*") if file.suffix != ".lock")
    return {text for text in SECRETS if text.encode() in data}


def register_child(office: SampleOffice) -> None:
    """Register the child by hand; no register has sent it."""
    command = RegisterPerson(id="newborn", personal=PersonDetails(name=CHILD.name, id_number=FIRST))
    office.door.perform(command, SYSTEM)


def deliver(office: SampleOffice, city: Catalogue = CITY) -> tuple[str, str]:
    """Hand over the results of a case for the child; return the number of the case and the id of its licence."""
    number = accept_page(office, city, CHILD)
    approve_page(office, number, child_number=FIRST)
    office.approve_all(number)
    assert make_out_result_licences(office.office) == 1
    office.issue(number)
    office.hand_over(number)
    return number, f"R{number}01-0"


def erase(office: SampleOffice, number: str) -> tuple[str, ...]:
    return office.door.perform(EraseCase(case=number, reason="request"), "admin").licences


def advance(office: SampleOffice, days: float) -> None:
    office.clock.advance(minutes=days * 24 * 60)


def test_a_licence_of_an_erased_case_is_erased_with_every_byte_after_its_own_retention(office: SampleOffice) -> None:
    register_child(office)
    number, licence = deliver(office)
    assert erase(office, number) == ()
    office.store.purge_old_versions()
    assert find_secrets(office) == {ADDRESS, CHILD.name, FIRST}  # claims and holder of the valid licence
    assert [row["case_number"] for row in office.select("kept_licences", licence=licence)] == [number]
    advance(office, 365 + RETENTION.days - 2)
    erase_expired(office.office)
    assert office.select("licences", id=licence)[0]["claims"] is not None
    advance(office, 5)
    assert erase_expired(office.office) == 1
    assert office.select("licences", id=licence)[0]["claims"] is None
    assert office.select("kept_licences") == office.select("licence_users", licence=licence) == []
    assert find_secrets(office) == set()
    assert erase_expired(office.office) == 0
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_revoked_licence_is_kept_for_the_retention_since_its_revocation(office: SampleOffice) -> None:
    register_child(office)
    number, licence = deliver(office, result_city(holder="child", valid_months=0))
    erase(office, number)
    advance(office, 400)
    revoke_result_licence(office.office, licence, "a false statement")
    advance(office, RETENTION.days - 1)
    erase_expired(office.office)
    assert office.select("licences", id=licence)[0]["claims"] is not None
    advance(office, 2)
    assert erase_expired(office.office) == 1
    assert find_secrets(office) == set()
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_schedule_erases_the_case_first_and_its_later_licence_in_another_pass(office: SampleOffice) -> None:
    register_child(office)
    number, licence = deliver(office, result_city(holder="child", valid_months=132))
    advance(office, RETENTION.days + 1)
    assert erase_expired(office.office) > 0
    assert office.case(number)["applicant_name"] is None
    assert office.select("licences", id=licence)[0]["state"] == "valid"
    assert erase_expired(office.office) == 0
    advance(office, 11 * 366)
    assert erase_expired(office.office) == 1
    assert find_secrets(office) == set()


@pytest.mark.wide
def test_an_administrator_erases_an_ended_licence_at_once(office: SampleOffice) -> None:
    register_child(office)
    number, licence = deliver(office)
    assert erase(office, number) == ()
    advance(office, 367)
    assert erase(office, number) == (licence,)
    assert office.select("persons", id="newborn")[0]["name"] is None
    assert find_faults(office.store) == []


def test_a_person_whose_licence_was_erased_before_is_erased_with_the_last_case(office: SampleOffice) -> None:
    register_child(office)
    first, licence = deliver(office)
    second, other = deliver(office, CITY.model_copy(update={"version": 2}))
    erase(office, first)
    advance(office, 367)
    assert erase(office, first) == (licence,)
    assert office.select("persons", id="newborn")[0]["name"] == CHILD.name
    assert erase(office, second) == (other,)
    assert office.select("persons", id="newborn")[0]["name"] is None


@pytest.mark.wide
def test_the_erasure_of_the_person_erases_the_licence_too(office: SampleOffice, tmp_path: Path) -> None:
    import_file(office, write_csv(tmp_path / "p.csv", [person(7, CHILD.name)]))
    (row,) = office.select("persons", id_number=FIRST)
    number, licence = deliver(office)
    assert [each["holder"] for each in office.select("licences", id=licence)] == [row["id"]]
    command = EraseRegistered(subject=row["id"], reason="request of the person")
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "admin")
    assert refused.value.reason == "in_use"
    erase(office, number)
    office.door.perform(command, "admin")
    office.store.purge_old_versions()
    assert office.select("licences", id=licence) == office.select("kept_licences") == []
    assert find_secrets(office) == set()
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []
