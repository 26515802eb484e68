"""Periods that the city sets reach papers and screens; the kiosk's idle time is a setting of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.composition.office import Office
from clerk_app.roles.printing import CasePrinter
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.city_policy import publish_policy
from tests.roles.conftest import NoCamera
from tests.roles.workflows import accept_birth
from tests.sample_data import CITY_PIN


@pytest.fixture(autouse=True)
def accepted_case(counter: CounterService, code: Callable[[str], str]) -> str:
    """Number of a case whose first tasks are in the queues of the departments."""
    return accept_birth(counter, code("mother"))


def request_papers(office: Office) -> str:
    """Return a task in the queue of the health department for papers; return the id of the supplement notice."""
    claim = office.door.perform(ClaimTask(organ="health"), "2001")
    with office.store.read() as tx:
        materials = [row["material"] for row in tx.select("materials", case_number=claim.task[:12])]
    command = ReturnTask(task=claim.task, fence=claim.fence, materials=(materials[0],), reason="unreadable")
    return office.door.perform(command, "2001").notice


def supplement_text(office: Office, notice: str) -> str:
    """Print a supplement notice and return its text."""
    return " ".join(CasePrinter(office, "1001", "1001").print_notice(notice).lines)


@pytest.mark.parametrize(
    ("policy", "days"), [({}, "15 working days"), ({"supplement_working_days": 7}, "7 working days")]
)
@pytest.mark.wide
def test_the_city_policy_sets_the_days_on_a_supplement_notice(
    office: Office, policy: dict[str, int], days: str
) -> None:
    publish_policy(office, **policy)
    assert f" {days}" in supplement_text(office, request_papers(office))


@pytest.mark.wide
def test_a_new_version_of_a_notice_names_no_days_that_the_city_changed_since(office: Office) -> None:
    notice = request_papers(office)
    assert "within 15 working days" in supplement_text(office, notice)
    assert "within 15 working days" in supplement_text(office, notice)
    publish_policy(office, supplement_working_days=7)
    assert "It has changed since." in supplement_text(office, notice)
    renewed = CasePrinter(office, "1001", "1001").print_new_version(notice)
    assert "Please bring it by this day:" in " ".join(renewed.lines)


def test_the_city_policy_sets_what_the_supervisor_sees_as_due_soon(office: Office, workstation: Workstation) -> None:
    supervisor = workstation.sign_in("3001", CITY_PIN).supervisor
    assert supervisor is not None
    counts = []
    for hours in (1, 720):
        publish_policy(office, supervisor_due_soon_hours=hours)
        counts.append(sum(row.due_soon for row in supervisor.read_view().queues))
    assert counts[0] < counts[1]


@pytest.mark.wide
def test_the_city_policy_sets_the_warning_colour_in_the_queue(office: Office, workstation: Workstation) -> None:
    department = workstation.sign_in("2001", CITY_PIN).department
    assert department is not None
    colours = []
    for days in (0, 30):
        publish_policy(office, officer_due_soon_days=days)
        colours.append([row.urgency for row in department.list_tasks("open", 0, 20).rows])
    assert "good" in colours[0]
    assert "good" not in colours[1]
    assert department.claim_next().task is not None


@pytest.mark.wide
def test_the_kiosk_becomes_idle_after_the_time_in_the_settings(office: Office, workstation: Workstation) -> None:
    assert workstation.open_kiosk().idle_seconds == 45
    settings = msgspec.structs.replace(office.settings, kiosk_idle_seconds=90)
    assert open_workstation(replace(office, settings=settings), NoCamera()).open_kiosk().idle_seconds == 90
