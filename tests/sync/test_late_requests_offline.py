"""A department returns a task while it is out of reach and the notice of another task of its organ is printed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.tasks.claims import TaskClaimed
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.errors import Refused
from clerk_app.roles.rejected_work import read_rejected_work
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

CERTIFICATE, MATERNITY = "birth-medical-certificate", "maternity-certificate"


@dataclass
class TwoRequests:
    """A case of which one officer of the health office holds a task, while another has requested a paper for another.

    The notice of that request is not printed yet, and the holder's window is out of reach.
    """

    city: City
    counter: SampleWindow
    health: SampleWindow
    held: TaskClaimed
    notice: str

    def print_notice(self, local_time: str) -> None:
        """Print the notice of the other officer's request at the counter."""
        self.city.center.clock.set(local_time)
        self.counter.door.perform(RecordNoticePrint(notice=self.notice, printed=True), "clerk-1")
        self.counter.client.flush()

    def return_held(self, local_time: str, code: str = "", reason: str = "") -> None:
        """Return the held task for a paper, at the window that is out of reach."""
        self.city.center.clock.set(local_time)
        command = ReturnTask(
            task=self.held.task, fence=self.held.fence, materials=("mother-id",), reason="unclear",
            late_code=code, late_reason=reason,
        )  # fmt: skip
        self.health.door.perform(command, self.held.staff)

    def reconnect(self) -> None:
        self.health.transport.down = False
        self.city.exchange_all()


@pytest.fixture
def requests(city: City, counter: SampleWindow) -> TwoRequests:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth(mother_insured="yes")
    city.exchange_all()
    held = health.claim_of(number, CERTIFICATE)
    notice = city.center.return_task(number, MATERNITY, "birth-certificate").notice
    counter.client.flush()
    health.transport.down = True
    return TwoRequests(city, counter, health, held, notice)


@pytest.mark.wide
def test_a_return_before_the_notice_of_another_task_was_printed_is_not_late(requests: TwoRequests) -> None:
    requests.return_held("2026-05-06 10:00")
    requests.print_notice("2026-05-06 11:00")
    requests.print_notice("2026-05-06 11:30")  # again
    requests.reconnect()
    center = requests.city.center
    assert center.select("tasks", id=requests.held.task)[0]["state"] == "returned"
    assert center.select("objections") == []
    assert [row["late_materials"] for row in center.select("supplements", task=requests.held.task)] == ["[]"]
    assert requests.city.differences() == []


def test_a_return_after_a_notice_that_was_not_known_there_is_kept_with_an_objection(requests: TwoRequests) -> None:
    requests.print_notice("2026-05-06 10:00")
    requests.return_held("2026-05-06 11:00")
    requests.reconnect()
    center = requests.city.center
    assert center.select("tasks", id=requests.held.task)[0]["state"] == "returned"
    with center.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai", requests.held.task[:12])
    assert work.sentence == (
        "Birth certificate (Health commission) requests what was visible at a notice that its office had not"
        " received: Mother's identity card."
    )
    assert requests.city.differences() == []


@pytest.mark.wide
def test_a_return_where_the_notice_was_known_needs_a_reason(requests: TwoRequests) -> None:
    requests.print_notice("2026-05-06 10:00")
    requests.reconnect()
    with pytest.raises(Refused, match="visible at your organ's previous notice"):
        requests.return_held("2026-05-06 10:00")
    requests.return_held("2026-05-06 10:00", "law", "the rule of May")
    requests.city.exchange_all()
    assert [row["reason"] for row in requests.city.center.select("objections")] == ["late_request"]
    assert requests.city.differences() == []
