"""What the key of a machine and a signed-in person must not get from the center, or do there, beyond their place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.status_query import RecordStatusQuery
from clerk_app.composition.document_check import find_unreadable_documents
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.service_days import CloseServiceDay, OpenServiceDay
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.hall.visits import IdentifyPerson, ShownPerson
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.licences.identity_proof import LISTED, record_proof
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.people.kiosk_exit import RecordKioskExit
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.sign_in import EndLockout
from clerk_app.people.staff import RegisterStaff
from tests.office import SampleOffice
from tests.sample_data import CLERKS, HALL, PERSONS
from tests.sample_node import RunningCenter, SampleNode, build_entry

CLERK = CLERKS[0]


def begin_visit(window: SampleNode, person: str, number: str) -> str:
    """A visit in which the window states a person, as if a code of theirs had been scanned."""
    visit = f"{window.enrolled.node}-1-2"
    identify = IdentifyPerson(
        visit=visit,
        person=person,
        result="green",
        notes="",
        code_key="x",
        since=0,
        personal=ShownPerson(name="x", number=number),
    )
    commands = (SetWindowState(window="w1", state="open"), ServeWalkIn(window="w1"), identify)
    assert window.push(*(build_entry(command, CLERK) for command in commands)).refused == {}
    return visit


def rows_of_visit(window: SampleNode, visit: str) -> dict[str, list[dict[str, object]]]:
    (content,) = window.fetch(f"visit/{visit}").changes.documents.values()
    rows: dict[str, list[dict[str, object]]] = msgspec.json.decode(content)
    return rows


@pytest.mark.wide
def test_a_person_whom_a_window_states_is_not_sent_to_it(served: RunningCenter, office: SampleOffice) -> None:
    """The telephone number, the second factor of a printed code, is never sent."""
    mother = PERSONS["mother"]
    window = served.join()
    visit = begin_visit(window, "mother", mother.id_number)
    assert rows_of_visit(window, visit)["persons"] == []
    with office.store.write() as tx:
        record_proof(tx, visit, "mother", LISTED, "printed", 1)
    (person,) = rows_of_visit(window, visit)["persons"]
    assert (person["name"], person["id_number"]) == (mother.name, mother.id_number)
    assert person["phone"] == person["address"] == person["born"] is None


def test_a_dynamic_code_proves_nothing_in_a_visit_of_somebody_else(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    visit = begin_visit(window, "", "1")
    code = digest_dynamic_code("token")
    office.door.perform(CreateDynamicCode(digest=code, subject="mother"), SYSTEM)
    resolve = ResolveDynamicCode(digest=code, visit=visit, window="w1", purpose="identify")
    (refusal,) = window.call(resolve, CLERKS[1]).refused.values()
    assert refusal.reason == "visit"
    assert window.call(resolve, CLERK).refused == {}


@pytest.mark.wide
def test_a_supervisor_closes_the_day_and_ends_lock_outs_at_the_own_site_only(
    served: RunningCenter, office: SampleOffice
) -> None:
    setup: tuple[Command[Any], ...] = (
        RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second centre", level="street"),
        RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2"),
        RegisterStaff(id="supervisor-5", number="0006", name="吴", role="supervisor", pin_hash="", organ="centre-2"),
    )
    for command in setup:
        office.door.perform(command, SYSTEM)
    other = SampleNode.enrol(served.client, served.invite(window="", kind="supervisor", organs=("centre-2",)))
    (day,) = office.select("service_days")
    attempts: tuple[Command[Any], ...] = (
        CloseServiceDay(hall=HALL, day=day["day"]),
        OpenServiceDay(hall=HALL),
        EndLockout(staff=CLERK),
    )
    reasons = [next(iter(other.call(command, "supervisor-5").refused.values())).reason for command in attempts]
    assert reasons == ["other_site"] * 3
    assert other.call(EndLockout(staff="clerk-5"), "supervisor-5").refused == {}
    own = SampleNode.enrol(served.client, served.invite(window="", kind="supervisor"))
    assert own.call(EndLockout(staff=CLERK), "supervisor").refused == {}
    assert own.call(CloseServiceDay(hall=HALL, day=day["day"]), "supervisor").refused == {}


@pytest.mark.wide
def test_long_texts_stop_no_other_machine(served: RunningCenter, office: SampleOffice) -> None:
    cases = [*(office.accept_birth() for _ in range(3)), office.accept_road()]
    with office.store.write() as tx:  # as a center of an earlier version took them
        for number, size in zip(cases, (9, 7, 7, 7), strict=True):
            tx.update("cases", {"number": number}, ended_reason="x" * (size << 20))
    window = served.join()
    documents: dict[str, object] = {}
    is_more = True
    while is_more:
        changes = window.pull().changes
        assert sum(len(bytes(content)) for content in changes.documents.values()) < 24 << 20
        documents |= changes.documents
        is_more = changes.more
    assert {name for name in documents if name.startswith("case/")} == {f"case/{number}" for number in cases[1:]}
    assert f"case/{cases[0]}" not in documents
    assert find_unreadable_documents(office.store) == [f"case/{cases[0]}"]
    long = WithdrawCase(case=cases[0], reason="x" * 300_000)
    assert len(window.push(build_entry(long, CLERK)).refused) == 1


def test_a_kiosk_finds_no_case_numbers_and_makes_no_tickets_of_its_own(served: RunningCenter) -> None:
    kiosk = SampleNode.enrol(served.client, served.invite(window="", kind="kiosk"))
    entries = [build_entry(RecordStatusQuery(case=f"26{at:010d}", correct=True), SYSTEM) for at in range(21)]
    reasons = [refusal.reason for refusal in kiosk.push(*entries).refused.values()]
    assert reasons == ["second_factor"] * 20 + ["too_many_tries"]
    for category in ("", "%", "Z", "A" * 500, "\x1b[2J"):
        (refusal,) = kiosk.call(PrepareTicket(hall=HALL, category=category), SYSTEM).refused.values()
        assert refusal.reason == "category"


@pytest.mark.wide
def test_a_kiosk_counts_its_own_wrong_codes_only(served: RunningCenter) -> None:
    kiosk = SampleNode.enrol(served.client, served.invite(window="", kind="kiosk"))
    entry = build_entry(RecordKioskExit(node="another", correct=False), kiosk.enrolled.node)
    signed = kiosk.entry_signer
    signed.keys[kiosk.enrolled.node] = ("", signed.machine_key)  # it acts under its own id
    (refusal,) = kiosk.push(entry).refused.values()
    assert refusal.reason == "other_place"
