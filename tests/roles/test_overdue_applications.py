"""Applications that were not answered in time: an alert and a list of the supervisor, first at the window given one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.applications import PostedApplication
from clerk_app.views.counter import CounterService
from clerk_app.views.supervisor import Alert, SupervisorService
from clerk_app.views.workstation import Workstation
from tests.sample_data import CITY_PIN


@pytest.fixture
def supervisor(workstation: Workstation) -> SupervisorService:
    service = workstation.sign_in("3001", CITY_PIN).supervisor
    assert service is not None
    return service


def type_in(counter: CounterService, office: Office, days: int) -> str:
    """Type in a letter that arrived days ago, and return it to those that wait; return its number."""
    received_on = (office.local_time().date() - timedelta(days=days)).isoformat()
    view = counter.receive_by_post(PostedApplication("letter", received_on, "林晓雯", "birth"))
    assert view.intake is not None
    assert view.intake.application is not None
    number = view.intake.application.number
    counter.discard_draft("for a colleague")
    return number


def alerts(supervisor: SupervisorService) -> list[Alert]:
    return [alert for alert in supervisor.read_view().alerts if alert.place == "applications"]


def test_an_application_past_its_period_is_an_alert_that_leads_to_it(
    counter: CounterService, supervisor: SupervisorService, office: Office
) -> None:
    type_in(counter, office, 0)
    assert alerts(supervisor) == []
    number = type_in(counter, office, 40)
    (alert,) = alerts(supervisor)
    assert (alert.level, alert.row) == ("bad", number)
    assert alert.text == "1 application not answered in its period: by law it counts as accepted"
    first, second = supervisor.list_applications().rows
    assert (first.number, first.is_overdue, first.age, first.state) == (number, True, "40 days old", "not opened")
    assert not second.is_overdue
    lines = " ".join(supervisor.read_application(number).lines)
    assert f"by law it counts as accepted since {first.received}" in lines


@pytest.mark.wide
def test_the_window_to_which_one_is_given_has_it_first_and_gets_a_message(
    counter: CounterService, supervisor: SupervisorService, office: Office
) -> None:
    late, later = type_in(counter, office, 40), type_in(counter, office, 30)
    assert [row.number for row in counter.list_applications().rows] == [late, later]
    windows = supervisor.list_windows_for_applications()
    assert (windows[0].id, windows[0].hint.partition("  ")[0]) == ("w1", "open")
    assert later in supervisor.assign_application(later, "w1").message
    first = counter.list_applications().rows[0]
    assert (first.number, first.assigned) == (later, "given to Window 1")
    assert later in " ".join(message.text for message in counter.read_view().messages)
    assert "given to Window 1" in supervisor.read_application(later).lines


@pytest.mark.wide
def test_the_counter_shows_the_consequence_and_needs_a_reason_for_a_late_answer(
    counter: CounterService, office: Office
) -> None:
    number = type_in(counter, office, 40)
    view = counter.open_application(number, "review")
    assert view.intake is not None
    assert view.intake.application is not None
    assert "Accept it: its terms run from that day." in view.intake.application.consequence
    assert view.intake.promised < office.local_time().date().isoformat()
    with pytest.raises(Refused, match="by law it counts as accepted since"):
        counter.answer_application("incomplete")
    assert number in counter.answer_application("incomplete", "the originals never came").message
