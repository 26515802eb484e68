"""Referrals and messages on a case between machines over HTTP, on a line that loses and doubles requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from clerk_app.cases.case_messages import CaseMessageText, SendCaseMessage
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from clerk_app.views.case_list import CaseRow
from db.engines import Row
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import PIN
from tests.sample_node import RunningCenter
from tests.sync.disturbed_line import DisturbedLine, disturbed_line
from tests.sync.test_registry_over_http import joined

pytestmark = [pytest.mark.wide, both_engines, pytest.mark.usefixtures("english")]

TRAFFIC, GOVERNMENT = "excavation-traffic", "district-government"


@pytest.fixture
def line(served: RunningCenter) -> Iterator[DisturbedLine]:
    """The line of all machines of a test to the center."""
    port = served.client.base_url.port
    assert port is not None
    with disturbed_line(port) as line:
        yield line


def exchange(*machines: Office) -> None:
    """Exchange at these machines, again where a response was lost."""
    for machine in machines:
        assert isinstance(machine.connection, WindowConnection)
        with suppress(OutOfReach):
            machine.connection.sync_now(lambda: None)
        machine.connection.sync_now(lambda: None)


def sign_in(machine: Office, center: SampleOffice, staff: str, window: str = "") -> Row:
    """Sign a person in at a machine; return the row of the person."""
    return verify_here(machine, center.select("staff", id=staff)[0]["number"], PIN, window)


def states(office: Office, number: str) -> list[tuple[str, str]]:
    """Return organ and state of the tasks of the traffic permit, as a store has them."""
    with office.store.read() as tx:
        rows = tx.select("tasks", case_number=number, matter=TRAFFIC, order=("id",))
    return [(row["organ"], row["state"]) for row in rows]


def test_a_referral_and_its_return_reach_both_organs_once(
    served: RunningCenter, office: SampleOffice, line: DisturbedLine, tmp_path: Path
) -> None:
    number = office.accept_road()
    with ExitStack() as running:
        lower = running.enter_context(joined(served, tmp_path / "d1", "department", ("police",), line.url))
        upper = running.enter_context(joined(served, tmp_path / "d2", "department", (GOVERNMENT,), line.url))
        sign_in(lower, office, "police-1")
        sign_in(upper, office, f"{GOVERNMENT}-1")
        held = lower.door.perform(ClaimTask(organ="police", task=office.task(number, TRAFFIC)["id"]), "police-1")
        referral = ReferTask(task=held.task, fence=held.fence, opinion="agreed, a main road")
        assert lower.door.perform(referral, "police-1").consequences_pending  # the center makes the new task
        line.responses_to_lose = 1
        exchange(lower, upper)
        assert (
            states(upper, number) == states(office.office, number) == [("police", "referred"), (GOVERNMENT, "pooled")]
        )

        claim = ClaimTask(organ=GOVERNMENT, task=office.task(number, TRAFFIC)["id"])
        held = upper.door.perform(claim, f"{GOVERNMENT}-1")
        back = SendBackTask(task=held.task, fence=held.fence, reason="within your own power")
        upper.door.perform(back, f"{GOVERNMENT}-1")
        line.requests_to_double = 1
        exchange(upper, lower)
        expected = [("police", "referred"), (GOVERNMENT, "sent_back"), ("police", "pooled")]
        assert states(lower, number) == states(office.office, number) == expected
        assert states(upper, number) == []  # it has no task in the case any more

        desk = OfficeDepartment(lower, office.select("staff", id="police-1")[0])
        task = desk.open_task(office.task(number, TRAFFIC)["id"]).task
        assert task is not None
        assert "within your own power" in repr(task)
        claimed = office.task(number, TRAFFIC)
        decision = DecideTask(task=claimed["id"], fence=claimed["fence"], outcome="approved", reason="agreed")
        lower.door.perform(decision, "police-1")
        exchange(lower)
    assert line.disturbed == ["/v1/push", "/v1/push"]
    assert len(office.select("referrals", case_number=number)) == 1
    assert office.task_states(number)[TRAFFIC] == "approved"
    assert office.select("objections") == []
    assert find_faults(office.store) == []


def send(machine: Office, number: str, actor: str, text: str, organ: str = "") -> None:
    """Send a message to an organ, or to the window."""
    personal = CaseMessageText(text=text)
    message = SendCaseMessage(case=number, addressee="organ" if organ else "window", organ=organ, personal=personal)
    machine.door.perform(message, actor)


def test_messages_between_window_and_organ_arrive_once_and_are_announced(
    served: RunningCenter, office: SampleOffice, line: DisturbedLine, tmp_path: Path
) -> None:
    number = office.accept_road()
    with ExitStack() as running:
        window = running.enter_context(joined(served, tmp_path / "w1", "window", url=line.url))
        organ = running.enter_context(joined(served, tmp_path / "d1", "department", ("police",), line.url))
        counter = OfficeCounter(window, sign_in(window, office, "clerk-1", "w1"))
        desk = OfficeDepartment(organ, sign_in(organ, office, "police-1"))
        send(window, number, "clerk-1", "Is a survey needed?", "police")
        line.responses_to_lose = 1
        exchange(window, organ)
        assert line.disturbed == ["/v1/push"]

        task = desk.open_task(office.task(number, TRAFFIC)["id"]).task
        assert task is not None
        assert "1 message, 1 new" in repr(task)
        (message,) = desk.read_messages().rows
        assert (message.text, message.is_new) == ("Is a survey needed?", True)
        send(organ, number, "police-1", "No, the map suffices.")
        line.requests_to_double = 3
        exchange(organ, window)
        assert "/v1/push" in line.disturbed[1:]

        row = own_case(counter, number)
        assert (row.messages, row.level) == (1, "warn")
        assert row.state.endswith("new messages: 1")
        counter.open_case(number)
        read = {message.text: message.is_new for message in counter.read_messages().rows}
        assert read == {"Is a survey needed?": False, "No, the map suffices.": True}
        assert own_case(counter, number).messages == 0
        line.responses_to_lose = 1
        exchange(window, organ)
    rows = office.select("case_messages", case_number=number, order=("sender",))
    assert [(row["sender"], row["addressee"], row["read_by"]) for row in rows] == [
        ("organ", "window", "clerk-1"),
        ("window", "organ", "police-1"),
    ]
    assert office.select("objections") == []
    assert find_faults(office.store) == []


def own_case(counter: OfficeCounter, number: str) -> CaseRow:
    """Return the row of a case in the list of the window."""
    (row,) = [row for row in counter.list_own_cases() if row.number == number]
    return row
