"""A result that was decided differently does not count at once, before the schedule revokes its licence."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.catalogue.model import Catalogue
from clerk_app.citizen.offered_rows import list_offered_rows
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.licences.shared_materials import FetchMaterials
from clerk_app.roles.case_history import read_history
from tests.cases.result_city import accept_page, approve_page, plain_city, result_city
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]
CITY, PLAIN = result_city(claims={"number": "field:page_number"}), plain_city()


def reopen(office: SampleOffice, number: str) -> None:
    office.door.perform(ReopenDecision(task=f"{number}01", reason="a wrong key"), "health-1")


def fetch(office: SampleOffice, visit: str, city: Catalogue = CITY) -> tuple[str, ...]:
    """Fetch what the city holds for the renewal; return the ids."""
    command = FetchMaterials(visit=visit, one_thing="later", catalogue=city.id, catalogue_version=city.version)
    return tuple(sorted(office.door.perform(command, "clerk-1").ids))


def offered(office: SampleOffice, visit: str) -> dict[str, str]:
    """Return the states of what was offered in a visit, as F8 53 shows it, by id."""
    with office.store.read() as tx:
        return {row["id"]: row["state"] for row in list_offered_rows(tx, visit, "later")}


def lines(office: SampleOffice, number: str) -> list[str]:
    with office.store.read() as tx:
        return [row.action for row in read_history(tx, read_case(tx, number))]


def begin_visit(office: SampleOffice) -> str:
    visit = office.serve("mother")
    office.prove(visit)
    return visit


def test_a_replaced_licence_is_not_offered_and_is_shown_as_replaced_before_the_schedule(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    make_out_result_licences(office.office)
    old = f"R{number}01-0"
    visit = begin_visit(office)
    assert fetch(office, visit) == (old,)
    reopen(office, number)
    approve_page(office, number, page_number="0816")
    new = next(f"R{row['task']}-0" for row in office.select("result_licences", state="due"))
    assert new != old
    assert office.select("licences", id=old)[0]["state"] == "valid"
    assert offered(office, visit) == {old: "replaced"}
    assert fetch(office, visit) == ()
    assert any("its licence is replaced by a new one" in line for line in lines(office, number))
    make_out_result_licences(office.office)
    assert fetch(office, visit) == (new,)
    assert offered(office, visit) == {old: "replaced", new: "valid"}
    assert find_faults(office.store) == []


def test_the_licence_of_a_refused_result_is_revoked_in_the_list_at_once(office: SampleOffice) -> None:
    number = accept_page(office, CITY)
    approve_page(office, number)
    make_out_result_licences(office.office)
    visit = begin_visit(office)
    (old,) = fetch(office, visit)
    reopen(office, number)
    office.refuse(number, "page")
    assert offered(office, visit) == {old: "revoked"}
    assert fetch(office, visit) == ()
    assert any("its licence is revoked" in line for line in lines(office, number))


def test_of_a_result_without_a_licence_only_the_newest_version_is_offered(office: SampleOffice) -> None:
    number = accept_page(office, PLAIN)
    approve_page(office, number)
    visit = begin_visit(office)
    assert fetch(office, visit, PLAIN) == (f"{number}/page/1",)
    reopen(office, number)
    approve_page(office, number, page_number="0816")
    assert offered(office, visit) == {f"{number}/page/1": "replaced"}
    assert fetch(office, visit, PLAIN) == (f"{number}/page/2",)
