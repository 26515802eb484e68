"""The supervisor's hall: summary, alerts and rows follow from one rule; details, windows and the service day."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.status_query import list_matter_statuses
from clerk_app.errors import Refused
from clerk_app.hall.ticket_priority import PrioritiseTicket
from clerk_app.hall.windows import RegisterWindow
from clerk_app.people import SYSTEM
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.lists import ListQuery
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.roles.conftest import NoCamera
from tests.sample_data import HALL, PIN, SITE

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]  # the rules are tested on both engines


@pytest.fixture
def supervisor(office: SampleOffice) -> SupervisorService:
    service = open_workstation(office.office, NoCamera()).sign_in("1002", PIN).supervisor
    assert service is not None
    return service


def check_consistent(view: SupervisorView) -> None:
    """Check that summary, alerts and rows do not contradict each other."""
    levels = {row.level for row in view.queues} | {row.level for row in view.hall}
    assert {alert.level for alert in view.alerts} >= levels & {"bad", "warn"}
    assert not view.alerts or view.alerts[0].level == ("bad" if "bad" in levels else "warn")
    assert view.status.waiting == sum(row.waiting for row in view.hall)
    assert bool(view.longest) == any(row.waiting for row in view.hall)
    for category in view.hall:
        assert bool(category.longest) == bool(category.waiting)
    for queue in view.queues:
        assert bool(queue.oldest) == bool(queue.length)
    for window in view.windows:
        assert bool(window.since) == bool(window.person) == window.is_open


def test_summary_and_rows_never_contradict_each_other(office: SampleOffice, supervisor: SupervisorService) -> None:
    assert supervisor.read_view().alerts == ()
    check_consistent(supervisor.read_view())
    office.take_ticket()
    for minutes in (1, 11, 25):  # the promise is 20 minutes
        office.clock.advance(minutes=minutes)
        check_consistent(supervisor.read_view())
    office.accept_birth(window="w2")
    for days in (0, 1, 10, 20, 60):
        office.clock.advance(days=days)
        check_consistent(supervisor.read_view())


def test_plots_of_waits_draw_the_promise_of_the_category(office: SampleOffice, supervisor: SupervisorService) -> None:
    for category in "AB":
        office.take_ticket(category)
    plots = supervisor.read_view().plots
    assert plots is not None
    limits = [(plot.limit, plot.limit_name) for plot in (plots.categories["A"], plots.categories["B"], plots.waits)]
    assert limits == [(20, "promised 20 min"), (30, "promised 30 min"), (15, "promised 15 to 30 min")]


def test_a_queue_from_which_everything_was_taken_has_no_oldest_task(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    office.accept_birth()
    office.clock.advance(minutes=7)
    row = next(row for row in supervisor.read_view().queues if row.length)
    assert row.oldest == "7 min"
    for _ in range(row.length):
        office.claim(row.organ)
    after = next(each for each in supervisor.read_view().queues if each.organ == row.organ)
    assert (after.length, after.claimed, after.oldest) == (0, row.length, "")


def test_a_case_past_its_promised_date_is_counted_also_if_its_open_tasks_are_in_time(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    number = office.accept_birth()
    office.clock.set("2026-05-20 10:00")
    office.approve(number, "birth-medical-certificate")
    view = supervisor.read_view()
    assert not any(row.overdue for row in view.queues)
    assert "1 case past the promised date" in [alert.text for alert in view.alerts]


def test_a_window_that_was_never_opened_has_no_duration(office: SampleOffice, supervisor: SupervisorService) -> None:
    office.door.perform(RegisterWindow(id="w9", name="9号窗口", categories="B", hall=HALL, site=SITE), SYSTEM)
    office.clock.advance(hours=3)
    row = supervisor.read_view().windows[-1]
    assert (row.id, row.state, row.since, row.person) == ("w9", "not manned", "", "")


def test_tickets_that_no_open_window_serves_are_named(office: SampleOffice, supervisor: SupervisorService) -> None:
    office.take_ticket("C")
    texts = [alert.text for alert in supervisor.read_view().alerts]
    assert any(text.startswith("Pick up, bring papers") and "no window is open" in text for text in texts)
    assert [row.waiting for row in supervisor.read_view().hall if row.id == "C"] == [1]
    check_consistent(supervisor.read_view())


def test_the_details_of_a_category_state_why_a_ticket_comes_first(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    tickets = [office.take_ticket("A", priority) for priority in ("ordinary", "elderly", "ordinary")]
    office.door.perform(PrioritiseTicket(ticket=tickets[2], reason="infant"), "supervisor")
    reasons = [line for line in supervisor.read_category("A").lines if not line.startswith("  ")][1:4]
    assert reasons == [
        "A supervisor gave it priority: The citizen comes with an infant.",
        "Ranks as if taken at 08:40 (elderly).",
        "In the order of arrival.",
    ]


def test_the_details_of_a_category_list_its_tickets_in_the_order_of_calling(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    for priority in ("ordinary", "elderly"):
        office.take_ticket("A", priority)
    office.take_ticket("B")
    lines = supervisor.read_category("A").lines
    assert lines[0] == "Waiting, in the order of calling: 2"
    assert [line.split()[0] for line in lines if line.startswith("  A0")] == ["A002", "A001"]
    assert any("Window 1" in line for line in lines)


def test_the_details_of_a_window_offer_the_acts_that_are_possible(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    office.take_ticket()
    number = office.call_next()
    details = supervisor.read_window("w1")
    assert any(number in line for line in details.lines)
    assert [act.id for act in details.acts] == ["close_window", "change_functions", "send_message"]
    view = supervisor.close_window("w1")
    assert next(row for row in view.windows if row.id == "w1").person == ""
    assert [act.id for act in supervisor.read_window("w1").acts] == ["open_window", "change_functions"]


def test_closing_the_day_lists_who_waits_is_held_and_is_served(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    for _ in range(3):
        office.take_ticket()
    office.call_next("w1")
    office.move_ticket("hold", "w1")
    office.call_next("w2")
    details = supervisor.read_day()
    text = "\n".join(details.lines)
    assert "Still waiting, will end as not served: 1\n  A003" in text
    assert "On hold, will end as not served: 1\n  A001" in text
    assert "Window 2" in text
    assert "A002" in text
    view = supervisor.close_day()
    assert not view.day.is_open
    assert view.message == "The hall's day was closed. Tickets not served: 3."
    assert {row.state for row in view.windows} == {"not manned"}
    assert view.status.waiting == 0
    assert view.alerts[0].text == f"{view.day.sentence} F8 opens it."
    with pytest.raises(Refused):
        supervisor.close_day()
    assert [act.id for act in supervisor.read_day().acts] == ["open_day"]
    view = supervisor.open_day()
    assert view.day.is_open
    assert not any("F8 opens it." in alert.text for alert in view.alerts)


def test_the_figures_of_the_day_stay_until_the_next_day_opens(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    for act in ("finish", "unserved"):
        office.take_ticket()
        office.call_next("w1")
        office.move_ticket(act, "w1")
    view = supervisor.close_day()
    assert [row.served for row in view.hall if row.id == "A"] == [1]
    assert "Served today: 1. Ended without service: 1." in supervisor.read_category("A").lines
    assert not view.day.is_open
    office.clock.advance(days=1)
    view = supervisor.open_day()
    assert [row.served for row in view.hall if row.id == "A"] == [0]


def test_a_task_whose_lease_ended_is_shown_as_free(office: SampleOffice, supervisor: SupervisorService) -> None:
    number = office.accept_birth()
    organ = supervisor.read_view().queues[0].organ
    length = supervisor.read_view().queues[0].length
    claimed = office.claim(organ)
    row = supervisor.read_view().queues[0]
    assert (row.length, row.claimed, bool(row.oldest)) == (length - 1, 1, length > 1)
    (task,) = [task for task in supervisor.list_tasks(organ, 0, 20).rows if task.id == claimed.task]
    assert (task.state, bool(task.holder)) == ("in review", True)
    office.clock.now = claimed.lease_until
    row = supervisor.read_view().queues[0]
    assert (row.length, row.claimed, bool(row.oldest)) == (length, 0, True)
    (task,) = [task for task in supervisor.list_tasks(organ, 0, 20).rows if task.id == claimed.task]
    assert (task.state, task.holder) == ("in the queue", "")
    with office.store.read() as tx:
        states = {
            status.state for status in list_matter_statuses(tx, read_case(tx, number), office.office.corrected_now)
        }
    assert "claimed" not in states


def test_a_service_is_measured_against_the_usual_time_of_its_category(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    for minutes in (4, 10, 6):
        office.take_ticket()
        office.call_next("w1")
        office.clock.advance(minutes=minutes)
        office.move_ticket("finish", "w1")
    office.clock.advance(minutes=2)
    row = supervisor.read_view().windows[0]
    assert (row.seconds, row.served, row.average_seconds) == (120, 3, 400)
    assert row.busy[-2:] == (False, False)
    assert row.busy[-4:-2] == (True, True)
    office.take_ticket()
    number = office.call_next("w1")
    office.clock.advance(minutes=11)
    row = supervisor.read_view().windows[0]
    assert (row.ticket, row.seconds, row.usual_seconds, row.level) == (number, 660, 360, "plain")
    office.clock.advance(minutes=2)
    view = supervisor.read_view()
    assert view.windows[0].level == "warn"
    alert = next(alert for alert in view.alerts if alert.place == "windows")
    assert (alert.text, alert.row) == (f"Window 1: {number} takes 13 min, usually 6", "w1")


def test_events_begin_with_the_newest_and_name_ticket_and_window(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    office.take_ticket()
    office.clock.advance(minutes=1)
    number = office.call_next("w2")
    office.clock.advance(minutes=8)
    assert supervisor.read_view().events[0].text == f"{number} was called to Window 2"
    office.move_ticket("unserved", "w2")
    events = supervisor.read_view().events
    assert (events[0].text, events[0].level) == (f"{number} left Window 2 without service", "warn")
    assert events[-1].text == "The service day was opened."
    supervisor.close_window("w2")
    assert supervisor.read_view().events[0].text == "Window 2 was closed"


def test_the_tasks_of_an_organ_are_filtered_by_text_and_holder(
    office: SampleOffice, supervisor: SupervisorService
) -> None:
    office.accept_birth()
    organ = supervisor.read_view().queues[0].organ
    everything = supervisor.list_tasks(organ, 0, 20)
    claimed = office.claim(organ)
    found = supervisor.list_tasks(organ, 0, 20, ListQuery(text=f"员工{claimed.staff}"))
    assert [row.id for row in found.rows] == [claimed.task]
    assert supervisor.list_tasks(organ, 0, 20, ListQuery(text="no such matter")).total == 0
    turned = supervisor.list_tasks(organ, 0, 20, ListQuery(order="number", descending=True))
    assert [row.id for row in turned.rows] == sorted((row.id for row in everything.rows), reverse=True)
    urgent = supervisor.list_urgent(organ, 20)
    assert {row.state for row in urgent.rows} <= {"in the queue", "in review"}
    assert urgent.total < everything.total
