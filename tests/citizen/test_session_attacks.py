"""Sessions under attack and with a line that fails: another kiosk, a stolen one, guessed ids, cuts at every step."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from clerk_app.citizen.own_matters import QueryOwnCase, QueryOwnCases
from clerk_app.citizen.session_opening import OpenCitizenSession
from clerk_app.citizen.sessions import EndCitizenSession
from clerk_app.cli.window import enrol_window
from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import Door
from clerk_app.licences.issuance import new_dynamic_digits
from clerk_app.licences.recognised_code import CodePolicy
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.sync.connection import WindowConnection
from tests.citizen.sessions import create_code
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER
from tests.sample_node import run_center
from tests.sync.city import City, SampleWindow
from tests.sync.cut_line import cut_line

pytestmark = pytest.mark.usefixtures("english")

LAST = MOTHER_NUMBER[-4:]
Step = Callable[[OfficeKiosk], object]


def show_code(authority: Door, person: str = "mother") -> str:
    """Create the digits that a citizen's phone shows; return them."""
    digits = new_dynamic_digits(CodePolicy())
    authority.perform(CreateDynamicCode(digest=digest_dynamic_code(digits), subject=person), SYSTEM)
    return digits


def read_files(office: SampleOffice) -> bytes:
    """Return the bytes of every file of a machine: store, write-ahead log, log, spool."""
    return b"".join(path.read_bytes() for path in sorted(office.office.folder.rglob("*")) if path.is_file())


def refusal(door: Door, command: Command[Any], actor: str) -> str:
    with pytest.raises(Refused) as refused:
        door.perform(command, actor)
    return refused.value.reason


def states(city: City) -> list[tuple[str, str]]:
    return [(row["person"] + row["case_number"], row["ended_how"]) for row in city.center.select("citizen_sessions")]


def test_another_kiosk_and_a_window_cannot_use_a_stolen_session(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    kiosk, other = city.join("k1", kind="kiosk"), city.join("k2", kind="kiosk")
    digest = create_code(city.center.door, "mother")
    session = kiosk.door.perform(OpenCitizenSession(digest=digest), "k1").session
    for command in (QueryOwnCases(session=session), QueryOwnCase(session=session, case=number)):
        assert refusal(other.door, command, "k2") == "session_ended"
    assert refusal(other.door, EndCitizenSession(session=session), "k2") == "session_ended"
    clerk = counter.door, QueryOwnCases(session=session), "clerk-1"
    with pytest.raises(ClerkError):
        clerk[0].perform(clerk[1], clerk[2])
    assert kiosk.door.perform(QueryOwnCases(session=session), "k1").cases[0].number == number


def test_a_stolen_kiosk_holds_nothing_of_a_session(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    machine = city.join("k1", kind="kiosk")
    kiosk, digits = OfficeKiosk(machine.office), show_code(city.center.door)
    kiosk.sessions.open_by_code(digits)
    assert [row.number for row in kiosk.own.list_cases().rows] == [number]
    assert kiosk.own.read_case(number).number == number
    assert kiosk.own.list_held("birth").rows
    assert kiosk.own.list_accesses().rows
    (row,) = city.center.select("citizen_sessions")
    kiosk.sessions.end()
    with pytest.raises(Refused, match=r"second|belong"):
        kiosk.sessions.open_by_receipt(number, "0000")
    content = read_files(machine)
    for secret in (number, digits, digest_dynamic_code(digits), row["id"], MOTHER_NUMBER, "王芳", "13800138000"):
        assert secret.encode() not in content, secret
    assert machine.select("citizen_sessions") == []
    assert find_faults(city.center.store) == []


def test_after_the_end_the_service_shows_nothing_and_asks_for_a_scan(city: City) -> None:
    kiosk = OfficeKiosk(city.join("k1", kind="kiosk").office)
    kiosk.sessions.open_by_code(show_code(city.center.door))
    kiosk.sessions.end(is_idle=True)
    assert (kiosk.sessions.current, states(city)) == (None, [("", "idle")])
    for read in (kiosk.own.list_cases, kiosk.own.list_accesses, kiosk.sessions.prolong):
        with pytest.raises(Refused, match="Scan your code or receipt again"):
            read()


def test_a_killed_kiosk_leaves_a_session_that_the_center_ends(city: City) -> None:
    machine = city.join("k1", kind="kiosk")
    OfficeKiosk(machine.office).sessions.open_by_code(show_code(city.center.door))
    assert OfficeKiosk(machine.office).sessions.current is None  # the new process
    assert states(city) == [("mother", "")]
    city.center.clock.advance(minutes=3)
    run_due_commands(city.center.office)
    assert states(city) == [("", "due")]


def test_a_session_that_the_center_ended_is_removed_at_the_kiosk(city: City) -> None:
    kiosk = OfficeKiosk(city.join("k1", kind="kiosk").office)
    kiosk.sessions.open_by_code(show_code(city.center.door))
    city.center.clock.advance(minutes=4)
    with pytest.raises(Refused, match="has ended"):
        kiosk.own.list_cases()
    assert kiosk.sessions.current is None


STEPS: dict[str, Step] = {
    "cases": lambda kiosk: kiosk.own.list_cases(),
    "held": lambda kiosk: kiosk.own.list_held("birth"),
    "accesses": lambda kiosk: kiosk.own.list_accesses(),
    "matters": lambda kiosk: kiosk.matters.open("medical-payment"),
    "prolong": lambda kiosk: kiosk.sessions.prolong(),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_line_cut_at_a_step_keeps_the_session_and_the_step_is_repeated(city: City, step: str) -> None:
    machine = city.join("k1", kind="kiosk")
    kiosk = OfficeKiosk(machine.office)
    kiosk.sessions.open_by_code(show_code(city.center.door))
    machine.transport.down = True
    with pytest.raises(OutOfReach, match="ask at a window"):
        STEPS[step](kiosk)
    assert kiosk.sessions.current is not None
    machine.transport.down = False
    machine.transport.responses_to_lose = 1
    STEPS[step](kiosk)
    assert find_faults(city.center.store) == []


def test_without_the_center_the_list_for_a_copy_gives_the_sentence_for_citizens(city: City) -> None:
    machine = city.join("k1", kind="kiosk")
    kiosk = OfficeKiosk(machine.office)
    kiosk.sessions.open_by_code(show_code(city.center.door))
    machine.transport.down = True
    with pytest.raises(OutOfReach, match="ask at a window"):
        kiosk.copies.list_licences()


@pytest.mark.parametrize("is_answer_lost", [True, False])
def test_a_line_cut_at_the_opening_claims_no_session(city: City, is_answer_lost: bool) -> None:
    machine = city.join("k1", kind="kiosk")
    kiosk, digits = OfficeKiosk(machine.office), show_code(city.center.door)
    machine.transport.down, machine.transport.responses_to_lose = not is_answer_lost, 9 * is_answer_lost
    with pytest.raises(OutOfReach):
        kiosk.sessions.open_by_code(digits)
    assert kiosk.sessions.current is None
    machine.transport.down, machine.transport.responses_to_lose = False, 0
    kiosk.sessions.open_by_code(show_code(city.center.door))
    assert [how for _who, how in states(city) if how != "replaced"] == [""]


@pytest.mark.parametrize("is_answer_lost", [True, False])
def test_a_line_cut_at_the_end_leaves_no_session_here(city: City, is_answer_lost: bool) -> None:
    machine = city.join("k1", kind="kiosk")
    kiosk = OfficeKiosk(machine.office)
    kiosk.sessions.open_by_code(show_code(city.center.door))
    machine.transport.down, machine.transport.responses_to_lose = not is_answer_lost, is_answer_lost
    kiosk.sessions.end()
    assert kiosk.sessions.current is None
    city.center.clock.advance(minutes=3)
    run_due_commands(city.center.office)
    assert {who for who, _how in states(city)} == {""}


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.wide
def test_over_http_a_cut_line_loses_no_session_and_claims_none(office: SampleOffice, tmp_path: Path) -> None:
    """The line is cut within the message of each act; then it carries the act again."""
    with run_center(office.office) as served, cut_line(served.client.base_url.port or 0) as line, ExitStack() as opened:
        folder = tmp_path / "kiosk"
        code = served.invite(kind="kiosk")
        assert enrol_window(Namespace(office=folder, url=line.url, code=code)) == 0
        machine = open_office(folder)
        opened.callback(machine.store.close)
        connection = WindowConnection(
            folder, machine.door, all_rules(), all_document_types(), machine.attachments, min_backoff=0.05
        )
        opened.callback(connection.transport.close)
        connection.client.flush()
        kiosk = OfficeKiosk(machine)
        line.bytes_left = 200
        with pytest.raises(OutOfReach):
            kiosk.sessions.open_by_code(show_code(office.door))
        assert (kiosk.sessions.current, office.select("citizen_sessions")) == (None, [])
        line.bytes_left = None
        kiosk.sessions.open_by_code(show_code(office.door))
        for step in STEPS.values():
            line.bytes_left = 200
            with pytest.raises(OutOfReach):
                step(kiosk)
            line.bytes_left = None
            step(kiosk)
        line.bytes_left = 200
        kiosk.sessions.end()
        assert kiosk.sessions.current is None
        (row,) = office.select("citizen_sessions")
        assert row["ended_at"] is None  # until its time is over
