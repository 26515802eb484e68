"""Which documents a machine of each kind receives, and that no other byte of a citizen's data is in its files."""

from __future__ import annotations

import pytest

from clerk_app.citizen.code_slips import RequestCodeSlip
from clerk_app.citizen.session_opening import OpenCitizenSession
from clerk_app.errors import Refused
from clerk_app.feedback.complaints import ComplaintText, FileComplaint
from clerk_app.hall.emergency_calls import RaiseEmergency
from clerk_app.hall.staff_messages import MessageText, SendMessage
from clerk_app.ledger.access import INVITED_KINDS, MachineKind
from clerk_app.ledger.chain_tips import assign_feed_positions
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.roles.workstation import open_workstation
from tests.composition.test_retention import read_files
from tests.roles.conftest import NoCamera
from tests.sample_data import HALL, MOTHER_NUMBER, PIN, SITE
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow

EVERYBODY = {"catalogue", "organ"}
HALL_TYPES = {"service_day", "window", "ticket"}
CALLS = {"announcement"}
HELP = {"emergency_call"}
MESSAGES = {"staff_message"}
COMPLAINTS = {"complaint"}
REQUESTS = {"code_request"}
TYPES = {
    MachineKind.COUNTER: EVERYBODY
    | HALL_TYPES
    | CALLS
    | HELP
    | MESSAGES
    | REQUESTS
    | {"staff", "visit", "case", "rejected", "block"},
    MachineKind.DEPARTMENT: EVERYBODY | {"staff"},  # and the cases with a task of its organ
    MachineKind.SUPERVISOR: EVERYBODY
    | HALL_TYPES
    | CALLS
    | HELP
    | MESSAGES
    | COMPLAINTS
    | {"staff", "case", "rejected"},
    MachineKind.ADMIN: EVERYBODY | {"staff", "window"},
    MachineKind.AUDIT: EVERYBODY | {"staff"},
    MachineKind.ISSUER: EVERYBODY | {"staff"},
    MachineKind.KIOSK: EVERYBODY | HALL_TYPES,
    MachineKind.BOARD: EVERYBODY | HALL_TYPES | CALLS,
    MachineKind.RECEPTION: EVERYBODY | HALL_TYPES | CALLS | HELP | REQUESTS | {"staff"},
    MachineKind.PORTAL: EVERYBODY,
}
MESSAGE = "请回拨李先生"
COMPLAINT = ComplaintText(text="窗口的人骂了我", contact="13912345678")
PERSONAL = (COMPLAINT.text, COMPLAINT.contact, "赵不留痕", "王芳", MOTHER_NUMBER)


@pytest.fixture
def busy_city(city: City, counter: SampleWindow) -> City:
    """A city with a case, a rejected acceptance and an open visit of its site."""
    counter.accept_birth(child_name="赵不留痕")
    counter.client.flush()
    counter.transport.down = True
    counter.accept_road()
    counter.transport.down = False
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "clerk-1"}, organ="police")
    city.exchange_all()
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "clerk-1"}, organ=SITE)
        tx.update("staff", {"id": "admin"}, organ=SITE)
        tx.mark_changed(f"organ/{SITE}", "staff/admin")
        assign_feed_positions(tx)
    counter.take_ticket()
    city.center.take_ticket()
    city.center.call_next("w2")
    counter.serve("mother")
    message = SendMessage(window="w1", personal=MessageText(text=MESSAGE))
    city.center.door.perform(message, "supervisor")
    city.center.door.perform(FileComplaint(hall=HALL, category="conduct", personal=COMPLAINT), "kiosk")
    digest = digest_dynamic_code("a code of the mother")
    city.center.door.perform(CreateDynamicCode(digest=digest, subject="mother"), SYSTEM)
    session = city.center.door.perform(OpenCitizenSession(digest=digest), "kiosk").session
    licence = next(row["id"] for row in city.center.select("licences", holder="mother"))
    city.center.door.perform(RequestCodeSlip(hall=HALL, session=session, licence=licence), "kiosk")
    city.center.door.perform(RaiseEmergency(window="w2"), "clerk-2")
    city.exchange_all()
    return city


def held_types(window: SampleWindow) -> set[str]:
    with window.store.read() as tx:
        return {document_type.name for document_type in DOCUMENT_TYPES if any(True for _ in document_type.list_all(tx))}


def test_each_kind_of_machine_receives_only_the_documents_of_its_screens(busy_city: City) -> None:
    found: dict[MachineKind, set[str]] = {}
    for kind in INVITED_KINDS:
        machine = busy_city.join(f"m-{kind}", window="w1" if kind == MachineKind.COUNTER else "", kind=kind)
        machine.client.flush()
        found[kind] = held_types(machine)
        secret = PERSONAL[:2] if "case" in TYPES[kind] else PERSONAL
        assert [text for text in secret if text.encode() in read_files(machine)] == [], kind
    assert found == TYPES
    assert busy_city.differences() == []


@pytest.mark.wide
def test_a_department_holds_the_tasks_of_its_organ_and_a_counter_those_of_its_site(busy_city: City) -> None:
    (case,) = busy_city.center.select("cases")
    health = busy_city.join("d1", organs=("health",), kind="department")
    assert [row["number"] for row in health.select("cases")] == [case["number"]]
    assert {row["organ"] for row in health.select("decisions")} <= {"health"}
    assert busy_city.join("c1", organs=("health",), window="w2", kind="counter").select("cases") == []
    assert busy_city.differences() == []


@pytest.mark.wide
def test_an_administrator_registers_a_citizen_at_the_center_and_keeps_no_copy(busy_city: City) -> None:
    machine = busy_city.join("a1", kind="admin")
    details = PersonDetails(name="孙登记", id_number="31010119751111222X", born="1975-11-11")
    machine.door.perform(RegisterPerson(id="sun", personal=details), "admin")
    assert busy_city.center.select("persons", id="sun")[0]["name"] == "孙登记"
    assert "孙登记".encode() not in read_files(machine)


@pytest.mark.wide
def test_an_administrator_sees_no_hall_at_a_machine_that_holds_none(busy_city: City) -> None:
    admin, both = busy_city.join("a1", kind="admin"), busy_city.join("a2", kind="admin,supervisor")
    (number,) = [row["number"] for row in busy_city.center.select("staff", id="admin")]
    for machine, has_hall in ((admin, False), (both, True)):
        session = open_workstation(machine.office, NoCamera()).sign_in(number, PIN)
        assert (session.admin is not None, session.supervisor is not None) == (True, has_hall)
    with pytest.raises(Refused):
        open_workstation(admin.office, NoCamera()).sign_in(number, "000000")


def test_a_board_holds_the_last_six_calls_to_each_window(city: City) -> None:
    board = city.join("b1", kind="board")
    for _call in range(8):
        city.center.take_ticket()
        city.center.call_next("w2")
        city.center.move_ticket("finish", "w2")
    city.exchange_all()
    assert [row["number"] for row in board.select("announcements")] == [f"A{number:03}" for number in range(3, 9)]
    assert city.differences() == []
