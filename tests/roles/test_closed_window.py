"""A window that is closed while a citizen is served: the clerk reads it at once, and nothing of the citizen stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.windows import SetWindowState
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, prepare_birth
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]
SUPERVISOR = "3001"


def close_day(office: Office) -> None:
    with office.store.read() as tx:
        (day,) = tx.select("service_days", state="open")
    office.door.perform(CloseServiceDay(hall=day["hall"], day=day["day"]), SUPERVISOR)


def close_window(office: Office) -> None:
    office.door.perform(SetWindowState(window=office.settings.window, state="closed"), SUPERVISOR)


def shows_nobody(view: CounterView) -> bool:
    shown = (view.serving, view.applicant, view.intake, view.case, view.receipt, view.found_party)
    return not any(shown) and not view.remote_case


@pytest.mark.parametrize(
    ("close", "sentence"), [(close_day, "The hall's day was closed at"), (close_window, "This window was closed at")]
)
@pytest.mark.wide
def test_a_receipt_and_a_case_do_not_stay_on_the_screen(
    counter: CounterService,
    office: Office,
    code: Code,
    close: Callable[[Office], None],
    sentence: str,
) -> None:
    number = accept_birth(counter, code("mother"))
    assert counter.read_view().receipt is not None
    close(office)
    view = counter.read_view()
    assert view.closed.startswith(sentence)
    assert shows_nobody(view)
    assert counter.open_case(number).case is not None  # asked for again, it is shown


def test_a_window_opened_again_begins_without_the_last_citizen(
    counter: CounterService, workstation: Workstation, office: Office, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    close_day(office)
    workstation.sign_in("1001", CITY_PIN)
    view = counter.read_view()
    assert view.closed == ""
    assert shows_nobody(view)
    assert len(counter.list_drafts()) == 1


@pytest.mark.wide
def test_a_window_that_another_clerk_takes_over_shows_nobody_of_the_first(
    counter: CounterService, office: Office, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    with office.store.read() as tx:
        other = next(row["id"] for row in tx.select("staff", role="clerk", order=("id",)) if row["number"] != "1001")
    office.door.perform(SetWindowState(window=office.settings.window, state="open"), other)
    view = counter.read_view()
    assert view.closed.startswith("Another person has signed in at this window.")
    assert shows_nobody(view)
