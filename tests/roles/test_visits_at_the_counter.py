"""Visits at the counter: a called ticket is served, held, put back or ended on purpose, and comes back when shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext
from clerk_app.hall.day_state import count_served
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.windows import SetWindowState
from clerk_app.locales import localize_name
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import prepare_birth
from tests.sample_data import CITY_PIN


def call(counter: CounterService) -> str:
    """Call the next ticket; return its number."""
    return number_of(counter.call_next())


def number_of(view: CounterView) -> str:
    assert view.serving is not None
    return view.serving.number


def test_calling_again_without_having_done_anything_ends_nobody(counter: CounterService) -> None:
    first = call(counter)
    with pytest.raises(Refused) as refused:
        counter.call_next()
    assert refused.value.reason == "nothing_done"
    assert number_of(counter.read_view()) == first
    assert counter.read_view().nothing_done


def test_a_ticket_ended_without_service_is_not_counted_as_served_and_is_offered_again(
    counter: CounterService, office: Office
) -> None:
    first = call(counter)
    view = counter.finish_visit("unserved")
    assert [ticket.number for ticket in view.ended] == [first]
    assert number_of(counter.resume(view.ended[0].id)) == first
    counter.finish_visit("unserved")
    with office.store.read() as tx:
        counts = count_served(tx, office.settings.hall)
    assert [(row["served"], row["unserved"]) for row in counts] == [(0, 1)]


@pytest.mark.wide
def test_what_is_typed_is_saved_also_after_the_hall_closed_its_day(
    counter: CounterService, workstation: Workstation, office: Office, code: Callable[[str], str]
) -> None:
    prepare_birth(counter, code("mother"))
    with office.store.read() as tx:
        (day,) = tx.select("service_days", state="open")
    office.door.perform(CloseServiceDay(hall=day["hall"], day=day["day"]), "3001")
    counter.fill_field("contact_phone", "13800138000")
    assert counter.read_view().serving is None
    with pytest.raises(Refused, match="sign in"):
        counter.call_next()
    workstation.sign_in("1001", CITY_PIN)
    (draft,) = counter.list_drafts()
    assert draft.clerk == counter.read_view().status.person
    counter.reopen_draft(draft.id)
    counter.process_scan(code("mother"))
    fields = counter.confirm_person().intake
    assert fields is not None
    assert "13800138000" in [field.value for field in fields.fields]


@pytest.mark.many_cases
@pytest.mark.parametrize("leaving", ["finish", "unserved", "hold"])
def test_a_printed_ticket_is_served_when_it_is_shown_again(counter: CounterService, leaving: str) -> None:
    first = call(counter)
    counter.finish_visit(leaving)  # type: ignore[arg-type]
    assert number_of(counter.process_scan(first)) == first


@pytest.mark.wide
def test_a_printed_ticket_shown_during_a_visit_is_asked_about_first(counter: CounterService) -> None:
    first = call(counter)
    other = counter.read_view().waiting[-1].number
    view = counter.process_scan(other)
    assert view.requested_ticket is not None
    assert (view.requested_ticket.number, view.requested_ticket.window) == (other, "")
    assert number_of(view) == first
    assert number_of(counter.resume(view.requested_ticket.id, "hold")) == other
    assert [ticket.number for ticket in counter.read_view().held] == [first]


@pytest.mark.wide
def test_a_ticket_called_at_another_window_is_asked_about_and_taken_over(
    counter: CounterService, office: Office
) -> None:
    with office.store.read() as tx:
        other_clerk = next(row for row in tx.select("staff", role="clerk") if row["id"] != "1001")
        other_window = next(row for row in tx.select("windows") if row["id"] != office.settings.window)
    office.door.perform(SetWindowState(window=other_window["id"], state="open"), other_clerk["id"])
    called = office.door.perform(CallNext(hall=office.settings.hall, window=other_window["id"]), other_clerk["id"])
    number = str(called.ticket).rpartition("/")[2]
    view = counter.process_scan(number)
    assert view.requested_ticket is not None
    assert view.requested_ticket.window == localize_name(other_window["name"])
    assert number_of(counter.resume(view.requested_ticket.id, take_over=True)) == number


def test_a_ticket_of_a_citizen_who_was_identified_is_served(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    first = call(counter)
    counter.process_scan(code("mother"))
    assert counter.read_view().nothing_done
    with pytest.raises(Refused, match="Nothing was done"):
        counter.call_next()
    counter.confirm_person()
    assert not counter.read_view().nothing_done
    assert number_of(counter.call_next()) != first


@pytest.mark.wide
def test_the_supervisor_sees_how_many_tickets_ended_without_service(
    counter: CounterService, workstation: Workstation, office: Office
) -> None:
    letter = call(counter)[0]
    counter.finish_visit("unserved")
    with office.store.read() as tx:
        (person,) = tx.select("staff", role="supervisor")
    supervisor = workstation.sign_in(person["number"], CITY_PIN).supervisor
    assert supervisor is not None
    assert "Served today: 0. Ended without service: 1." in supervisor.read_category(letter).lines
