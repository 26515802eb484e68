"""Retention: what a case knew about people is gone from log, tables and file; chain and rebuild hold."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import ArchiveCase
from clerk_app.cases.erasure import CaseErased, EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase, PartyDetails
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.roles.case_view import build_case_view
from db.tables import PERSONAL
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults

SECRETS = {
    "child_name": "令狐小雨",
    "home_address": "梧桐巷99号",
    "bank_account": "6222777788889999",
}
SIGNED = "令狐大山"
CERTIFICATE = "birth-medical-certificate"


def erase(office: SampleOffice, number: str, reason: str = "retention is over") -> CaseErased:
    return office.door.perform(EraseCase(case=number, reason=reason), "admin")


def deliver_case(office: SampleOffice, command: AcceptCase | None = None) -> str:
    """A case with these secrets, handed over."""
    number = office.accept(command or office.prepare_birth(**SECRETS))
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, SIGNED)
    return number


def test_what_is_erased_is_gone_and_what_was_done_stays(office: SampleOffice) -> None:
    number, other = deliver_case(office), office.accept_birth(child_name="李小二")
    before = audit.verify_log(office.store)[0]
    erase(office, number)
    case = office.case(number)
    assert (case["applicant_name"], case["applicant_number"], case["state"]) == (None, None, "delivered")
    assert office.select("field_values", case_number=number) == office.select("parties", case_number=number) == []
    assert [row["signature"] for row in office.select("deliveries", case_number=number)] == [None]
    assert len(office.select("decisions")) == len(office.tasks(number))
    entries = [row for row in office.entries() if row["stream"] == f"case/{number}"]
    assert [row["personal"] for row in entries if row["personal"] or row["salt"]] == []
    assert [row["kind"] for row in entries][-1] == "EraseCase"
    assert office.case(other)["applicant_name"] == "王芳"
    assert len(office.select("field_values", case_number=other)) > 5
    assert audit.verify_log(office.store) == (before + 1, [])
    assert find_faults(office.store) == []


def test_an_erased_case_can_still_be_looked_at(office: SampleOffice) -> None:
    number = deliver_case(office)
    erase(office, number)
    with office.store.read() as look:
        view = build_case_view(look, read_case(look, number), office.clock())
    assert view.number == number
    assert "王" not in view.applicant
    office.door.perform(ArchiveCase(case=number), "clerk-1")
    assert find_faults(office.store) == []


@pytest.mark.parametrize("again", [1, 2])
def test_erasing_twice_changes_nothing_more(office: SampleOffice, again: int) -> None:
    number = deliver_case(office)
    made = [erase(office, number) for _ in range(1 + again)]
    assert made[0].entries
    assert made[-1] == CaseErased(entries=(), visit=made[0].visit)
    assert find_faults(office.store) == []


def test_only_an_administrator_erases_and_only_what_is_over(office: SampleOffice) -> None:
    number = office.accept_birth()
    for staff, reason in (("clerk-1", "x"), ("supervisor", "x"), (SYSTEM, "x"), ("admin", "x")):
        with pytest.raises(Refused) as refused:
            office.door.perform(EraseCase(case=number, reason=reason), staff)
        assert refused.value.reason == ("case_state" if staff == "admin" else "permission")
    office.withdraw(number)
    for unknown, reason, why in ((number, "  ", "reason"), ("260000000000", "x", "no_case")):
        with pytest.raises(Refused) as refused:
            erase(office, unknown, reason)
        assert refused.value.reason == why
    assert office.case(number)["applicant_name"] == "王芳"


def test_a_visit_goes_with_its_last_case(office: SampleOffice) -> None:
    visit = office.serve("mother")
    first = office.door.perform(office.prepare_birth(visit=visit), "clerk-1").number
    second = office.accept(office.prepare_birth(visit=visit, child_name="李二宝"))
    for number in (first, second):
        office.withdraw(number)
    erase(office, first)
    assert office.select("visits", id=visit)[0]["shown_name"] == "王芳"
    erase(office, second)
    assert office.select("visits", id=visit)[0]["shown_name"] is None
    assert find_faults(office.store) == []


def add_agent(command: AcceptCase) -> AcceptCase:
    """The same case, in which a person has a part whom nothing else refers to."""
    assert command.personal is not None
    party = PartyDetails(role="agent", kind="person", name="令狐奶奶", number="1", subject="grandmother")
    return replace(command, personal=replace(command.personal, parties=(*command.personal.parties, party)))


def test_a_person_goes_when_nothing_else_refers_to_them(office: SampleOffice) -> None:
    details = PersonDetails(name="令狐奶奶", id_number="310101193001011234", phone="13911112222")
    office.door.perform(RegisterPerson(id="grandmother", personal=details), SYSTEM)
    numbers = [deliver_case(office, add_agent(office.prepare_birth())) for _ in range(2)]
    erase(office, numbers[0])
    assert office.select("persons", id="grandmother")[0]["name"] == "令狐奶奶"
    assert erase(office, numbers[1]).persons == ("grandmother",)
    person = office.select("persons", id="grandmother")[0]
    assert {person[column] for column in PERSONAL["persons"]} == {None}
    assert office.select("persons", id="mother")[0]["name"] == "王芳"  # the city holds her licences
    assert find_faults(office.store) == []


def test_a_scan_goes_with_the_case_it_belongs_to_alone(office: SampleOffice) -> None:
    own, shared = (office.office.attachments.add(data) for data in (b"own", b"shared"))
    for digest in (own, shared):
        office.door.perform(AddAttachment(digest=digest, media_type="image/png", size=3), SYSTEM)
    command = office.prepare_birth()
    given = tuple(replace(one, content=digest) for one, digest in zip(command.materials, (own, shared), strict=False))
    number = deliver_case(office, replace(command, materials=(*given, *command.materials[2:])))
    command = office.prepare_birth()
    other = replace(command, materials=(replace(command.materials[0], content=shared), *command.materials[1:]))
    deliver_case(office, other)
    assert erase(office, number).attachments == (own,)
    assert [row["digest"] for row in office.select("contents")] == [shared]
    assert find_faults(office.store) == []


@sqlite_only
def test_no_byte_of_what_was_erased_is_in_the_file_or_beside_it(office: SampleOffice) -> None:
    for n in range(3):  # a store in use: what is erased lies among other things
        office.accept_birth(child_name=f"李{n}")
    number = deliver_case(office)
    office.accept_birth()
    path = office.store.path

    def found() -> set[str]:
        data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        return {word for word in (*SECRETS.values(), SIGNED) if word.encode() in data}

    assert found() == {*SECRETS.values(), SIGNED}
    erase(office, number)
    assert office.store.purge_old_versions()
    assert found() == set()
    assert find_faults(office.store) == []


@sqlite_only
def test_somebody_who_still_reads_what_was_is_told(office: SampleOffice) -> None:
    number = deliver_case(office)
    with office.store.read() as look:
        look.select("cases", number=number)
        erase(office, number)
        assert not office.store.purge_old_versions()
    assert office.store.purge_old_versions()


def test_every_table_that_knows_people_is_emptied_or_goes() -> None:
    """A new table with personal columns has to be thought of in `erase`."""
    known = {"cases", "materials", "deliveries", "parties", "field_values", "visits", "persons"}
    goes_at_acceptance, of_the_city = {"drafts"}, {"licences"}
    assert set(PERSONAL) == known | goes_at_acceptance | of_the_city
