"""What a machine with a valid key tries to do beyond its kind is rejected, and changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clerk_app.cases.case_search import FindCases, SearchQuery
from clerk_app.cases.erasure import EraseCase
from clerk_app.composition.office import begin_incarnation
from clerk_app.hall.appointments import BookedSlot, CancelAppointment, RegisterAppointments
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.ledger.commands import Command
from clerk_app.ledger.nodes import InviteNode, ShutNode
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.ledger.replication.messages import raw_or_absent
from clerk_app.people import SYSTEM
from clerk_app.people.sign_in import RecordSignIn
from clerk_app.people.staff import RegisterStaff
from tests.office import SampleOffice
from tests.sample_data import CLERKS, HALL
from tests.sample_node import RunningCenter, SampleNode, build_entry

ADMIN_COMMANDS: tuple[Command[Any], ...] = (
    RegisterStaff(id="evil", number="666", name="x", role="administrator", pin_hash="", organ="centre"),
    InviteNode(
        digest="00" * 32, name="x", node_kind="admin", hall=HALL, window="", organs=("centre", "health"), seconds=3600
    ),
    EraseCase(case="260000000017", reason="x"),
    FindCases(purpose="status", personal=SearchQuery(number="690102199403120267")),
)


def table_contents(office: SampleOffice) -> dict[str, list[Any]]:
    return {
        name: office.select(name) for name in ("staff", "invitations", "nodes", "number_blocks", "tickets", "cases")
    }


@pytest.fixture
def kiosk(served: RunningCenter) -> SampleNode:
    return SampleNode.enrol(served.client, served.invite(window="", kind="kiosk"))


def test_a_kiosk_key_and_an_administrators_id_change_nothing(
    served: RunningCenter, office: SampleOffice, kiosk: SampleNode
) -> None:
    window = served.join()
    commands = (*ADMIN_COMMANDS, ShutNode(node=window.enrolled.node, reason="x"))
    before = table_contents(office)
    for actor in ("admin", SYSTEM, "kiosk", CLERKS[0]):
        answer = kiosk.push(*(build_entry(command, actor) for command in commands))
        assert {refusal.reason for refusal in answer.refused.values()} == {"machine_kind"}
        assert len(answer.refused) == len(commands)
        for command in commands:
            (refusal,) = kiosk.call(command, actor).refused.values()
            assert refusal.reason == "machine_kind"
    assert table_contents(office) == before
    assert f'clerk_entries_total{{outcome="forged"}} {4 * len(commands)}.0' in served.client.get("/metrics").text


def test_a_restored_center_adopts_no_decision_of_a_machine_of_another_kind(
    office: SampleOffice, served: RunningCenter, kiosk: SampleNode
) -> None:
    before = table_contents(office)
    begin_incarnation(office.office, "put back")
    after = table_contents(office)
    entries = [
        msgspec.structs.replace(build_entry(command, "nobody", said_at=1), decision=raw_or_absent(b"{}"))
        for command in ADMIN_COMMANDS
    ]
    answer = kiosk.push(*entries)
    assert [refusal.reason for refusal in answer.refused.values()] == ["machine_kind"] * len(entries)
    for name in ("staff", "invitations", "tickets", "cases"):
        assert table_contents(office)[name] == before[name] == after[name]


@pytest.mark.wide
def test_a_kiosk_acts_for_itself_in_its_own_hall_only(office: SampleOffice, kiosk: SampleNode) -> None:
    ticket = PrepareTicket(hall=HALL, category="A")
    assert kiosk.call(ticket, SYSTEM).refused == {}
    assert kiosk.call(ticket, "kiosk").refused == {}  # a program of the last version
    reasons = [
        next(iter(kiosk.call(command, actor).refused.values())).reason
        for command, actor in (
            (ticket, "admin"),
            (ticket, "health-1"),
            (PrepareTicket(hall="elsewhere", category="A"), SYSTEM),
            (LendNumbers(node=kiosk.enrolled.node, incarnation=1), SYSTEM),
            (RecordSignIn(staff=CLERKS[0], place="", correct=False), CLERKS[0]),
        )
    ]
    assert reasons == ["machine_kind", "permission", "other_place", "machine_kind", "machine_kind"]
    assert office.select("number_blocks", node=kiosk.enrolled.node) == []


@pytest.mark.wide
def test_a_machine_changes_appointments_for_itself_as_a_portal_of_the_hall_only(served: RunningCenter) -> None:
    slot = BookedSlot(day="2026-05-06", begin="09:20", end="09:40", category="A", code="0" * 64)
    here, elsewhere = (RegisterAppointments(hall=hall, source="x", slots=(slot,)) for hall in (HALL, "elsewhere"))
    cancelled = CancelAppointment(hall="elsewhere", day=slot.day, code=slot.code)
    admin, portal = (
        SampleNode.enrol(served.client, served.invite(window="", kind=kind)) for kind in ("admin", "portal")
    )
    assert portal.call(here, SYSTEM).refused == {}
    reasons = [
        next(iter(node.call(command, SYSTEM).refused.values())).reason
        for node, command in ((admin, here), (portal, elsewhere), (portal, cancelled))
    ]
    assert reasons == ["machine_kind", "other_place", "other_place"]
