"""The counter before the first call of the day in the sample city: what it shows of the hall, and how full it is."""

from __future__ import annotations

import pytest

from clerk_app.composition.office import Office
from clerk_app.locales import set_language
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from screens.sign_in import StaffApp
from tests.roles.conftest import NoCamera
from tests.roles.test_birth_keystrokes import open_screen
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter_panels import MOST_EMPTY, WIDE, empty_share


@pytest.mark.parametrize("language", ["zh_CN", pytest.param("en", marks=pytest.mark.wide)])
async def test_the_hall_uses_the_room_before_the_first_call_of_the_day(office: Office, language: str) -> None:
    set_language(language)
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter")
        await wait_until_idle(pilot)
        text = screen_text(app)
    assert "A003 A001" in text
    assert language == "en" or "叫下一号(共6人)：A003 个人事务 老年" in text  # on one line
    assert empty_share(text, WIDE, has_picture=False) <= MOST_EMPTY


@pytest.mark.wide
def test_queues_name_the_next_tickets_and_events_name_the_visit_that_ended(counter: CounterService) -> None:
    day = counter.read_view().day
    assert day is not None
    assert [(queue.waiting, queue.next_tickets, queue.windows) for queue in day.queues] == [
        (3, ("A003", "A001", "A002"), 1),
        (2, ("B001", "B002"), 1),
        (1, ("C001",), 1),
    ]
    counter.call_next()
    day = counter.finish_visit("unserved").day
    assert day is not None
    assert day.events[0].text == "A003 left Window 1 without service"


@pytest.mark.wide
async def test_the_top_line_names_a_visit_without_a_ticket(office: Office) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8", "17", "enter")
        assert "without a ticket" in screen_text(app).splitlines()[0]


@pytest.mark.wide
async def test_an_empty_list_of_cases_names_what_to_do_once_its_preview_has_left(office: Office) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter")
        await wait_until_idle(pilot)
        assert "F5 finds one of" in screen_text(app)
