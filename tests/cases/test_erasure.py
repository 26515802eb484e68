"""Erasure: personal data of a case is deleted from ledger, tables and file; chain and rebuild still verify."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import ArchiveCase
from clerk_app.cases.erasure import CaseErased, EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.roles.case_view import build_case_view
from clerk_app.similarity.names.checking import AskedName
from clerk_app.similarity.names.reservations import ReserveName
from db.tables import PERSONAL
from tests.city_policy import publish_field_check
from tests.engines import both_engines, sqlite_only
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
    """Hand over the results of a case with these secrets; return its number."""
    number = office.accept(command or office.prepare_birth(**SECRETS))
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, SIGNED)
    return number


@both_engines
def test_personal_data_is_deleted_and_the_record_of_acts_stays(office: SampleOffice) -> None:
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


def test_an_erased_case_can_still_be_viewed_and_archived(office: SampleOffice) -> None:
    number = deliver_case(office)
    erase(office, number)
    with office.store.read() as tx:
        view = build_case_view(tx, read_case(tx, number), office.clock(), data_time=office.clock())
    assert view.number == number
    assert "王" not in view.applicant
    office.door.perform(ArchiveCase(case=number), "clerk-1")
    assert find_faults(office.store) == []


@pytest.mark.wide
@pytest.mark.parametrize("repetitions", [1, 2])
def test_erasing_again_changes_nothing(office: SampleOffice, repetitions: int) -> None:
    number = deliver_case(office)
    first, *repeated = [erase(office, number) for _ in range(1 + repetitions)]
    assert first.entries
    assert repeated[-1] == CaseErased(entries=(), visit=first.visit, alone=True)
    assert find_faults(office.store) == []


def test_only_an_administrator_erases_and_only_an_ended_case(office: SampleOffice) -> None:
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


@pytest.mark.wide
def test_a_visit_is_erased_with_its_last_case(office: SampleOffice) -> None:
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
    """Return the command with an additional party: a registered person to whom nothing else refers."""
    assert command.personal is not None
    party = PartyDetails(role="agent", kind="person", name="令狐奶奶", number="1", subject="grandmother")
    return replace(command, personal=replace(command.personal, parties=(*command.personal.parties, party)))


@pytest.mark.wide
def test_a_person_is_erased_when_nothing_else_refers_to_them(office: SampleOffice) -> None:
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


def test_a_scan_is_erased_with_the_only_case_that_refers_to_it(office: SampleOffice) -> None:
    own, shared = (office.office.attachments.add(data) for data in (b"own", b"shared"))
    for digest in (own, shared):
        office.door.perform(AddAttachment(digest=digest, media_type="image/png", size=3), SYSTEM)
    command = office.prepare_birth()
    given = tuple(
        replace(material, content=digest) for material, digest in zip(command.materials, (own, shared), strict=False)
    )
    number = deliver_case(office, replace(command, materials=(*given, *command.materials[2:])))
    command = office.prepare_birth()
    other = replace(command, materials=(replace(command.materials[0], content=shared), *command.materials[1:]))
    deliver_case(office, other)
    assert erase(office, number).attachments == (own,)
    assert [row["digest"] for row in office.select("contents")] == [shared]
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_compared_texts_and_reserved_names_are_erased_with_the_case(office: SampleOffice) -> None:
    publish_field_check(office.office, "project_name", "enterprise_name")
    publish_field_check(office.office, "road_section", "similar_text")
    version = office.office.catalogue().version
    secret = "令狐路至独孤路之间的冷链管线穿越工程，" * 12
    command = office.prepare_road(project_name="海州市令狐科技有限公司", road_section=secret)
    asked = AskedName(name="海州市令狐科技有限公司", reason="令狐大山同意")
    office.door.perform(ReserveName(draft=command.draft, field="project_name", personal=asked), "clerk-1")
    number = deliver_case(office, replace(command, catalogue_version=version))
    before = [len(office.select(table)) for table in ("case_texts", "text_fingerprints", "name_reservations")]
    assert all(before)
    erase(office, number)
    tables = ("case_texts", "text_fingerprints", "name_reservations", "name_claims", "name_checks")
    assert [table for table in tables if office.select(table)] == []
    assert office.select("enterprise_names", source="reservations") == []
    assert [row["personal"] for row in office.entries() if "令狐" in str(row["personal"])] == []
    assert audit.verify_log(office.store)[1] == []
    assert find_faults(office.store) == []


@sqlite_only
def test_no_byte_of_erased_data_remains_in_the_files_of_the_store(office: SampleOffice) -> None:
    for n in range(3):  # other data before and after the erased data
        office.accept_birth(child_name=f"李{n}")
    number = deliver_case(office)
    office.accept_birth()
    path = office.store.path

    def find_secrets() -> set[str]:
        data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        return {word for word in (*SECRETS.values(), SIGNED) if word.encode() in data}

    assert find_secrets() == {*SECRETS.values(), SIGNED}
    erase(office, number)
    assert office.store.purge_old_versions()
    assert find_secrets() == set()
    assert find_faults(office.store) == []


@sqlite_only
@pytest.mark.wide
def test_pages_are_not_freed_while_an_old_snapshot_is_read(office: SampleOffice) -> None:
    number = deliver_case(office)
    with office.store.read() as tx:
        tx.select("cases", number=number)
        erase(office, number)
        assert not office.store.purge_old_versions()
    assert office.store.purge_old_versions()


def test_every_table_with_personal_columns_is_handled_by_erasure() -> None:
    """A new table with personal columns must be added to the erasure."""
    erased = {
        "cases",
        "materials",
        "deliveries",
        "result_licences",
        "result_parties",
        "parties",
        "field_values",
        "field_differences",
        "visits",
        "persons",
        "prints",
        "rejected_acceptances",
        "representations",
        "co_signatures",
        "staff_messages",
        "applications",
        "registry_corrections",
        "earlier_materials",
        "promises",
        "case_messages",
    }
    erased |= {"complaints", "ratings"}  # by commands of their own, when their time is over
    deleted_at_acceptance, kept_by_the_city = {"drafts", "received_records"}, {"licences"}
    assert set(PERSONAL) == erased | deleted_at_acceptance | kept_by_the_city
