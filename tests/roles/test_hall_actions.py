"""The clerk and the hall: a transfer is taken back with Ctrl+Z; a paused window opens with the next call."""

from __future__ import annotations

import pytest

from clerk_app.composition.office import Office
from clerk_app.views.counter import CounterService
from tests.roles.test_visits_at_the_counter import call, number_of


def test_a_transfer_is_undone_while_the_ticket_waits(counter: CounterService) -> None:
    number = call(counter)
    target = next(option.id for option in counter.list_transfer_targets() if option.id.startswith("category:"))
    assert counter.transfer_ticket(target).serving is None
    offer = counter.read_undo()
    assert offer is not None
    assert number_of(counter.undo(offer.id)) == number


@pytest.mark.wide
def test_a_ticket_that_a_finish_moved_on_is_taken_back_with_its_stations(counter: CounterService) -> None:
    number = call(counter)
    stations = tuple(option.id for option in counter.list_functions()[1:3])
    route = counter.set_stations(stations).serving.route  # type: ignore[union-attr]
    (moved,) = counter.finish_visit("finish").ended
    assert moved.number == number
    back = counter.resume(moved.id)
    assert number_of(back) == number
    assert back.serving is not None
    assert back.serving.route == route
    assert back.ended == ()


@pytest.mark.wide
def test_a_finish_that_moved_the_ticket_on_is_undone(counter: CounterService) -> None:
    number = call(counter)
    counter.set_stations((counter.list_functions()[1].id,))
    counter.finish_visit("finish")
    offer = counter.read_undo()
    assert offer is not None
    assert number_of(counter.undo(offer.id)) == number


@pytest.mark.wide
def test_after_a_no_show_the_view_names_whether_the_ticket_waits_again_or_has_ended(counter: CounterService) -> None:
    words: list[str] = []
    while len(words) < 2:
        call(counter)
        counter.recall()
        counter.recall()
        view = counter.mark_no_show()
        words.append(view.message)
        for ticket in view.waiting[:-1]:  # the others are served before it is called again
            counter.resume(ticket.id)
            counter.finish_visit("finish")
    assert "waits again" in words[0]
    assert "has ended" in words[1]


def test_a_paused_window_opens_with_the_next_call(counter: CounterService, office: Office) -> None:
    assert "F2" in counter.pause_window("meal").message
    assert call(counter)
    with office.store.read() as tx:
        row = tx.get("windows", id=office.settings.window)
    assert row is not None
    assert (row["state"], row["pause_reason"]) == ("open", "")


@pytest.mark.wide
def test_a_pause_is_shown_as_long_as_it_lasts(counter: CounterService) -> None:
    counter.pause_window("meal")
    assert "F2" in counter.read_view().window_state
    call(counter)
    assert counter.read_view().window_state == ""


def test_a_window_that_closes_after_the_visit_and_the_stations_of_its_ticket_are_shown(counter: CounterService) -> None:
    call(counter)
    station = counter.list_functions()[0]
    counter.set_stations((station.id,))
    counter.close_after_visit()
    view = counter.read_view()
    assert view.serving is not None
    assert station.name.partition(" ")[2] in view.serving.route
    assert view.window_state
