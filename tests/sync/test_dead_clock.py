"""A window whose clock lost its date asks for it; the center bounds the times of entries that were made anyway."""

from __future__ import annotations

from datetime import datetime

import pytest

from clerk_app.errors import BadData, Refused
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.roles.department.service import OfficeDepartment
from tests.clock import ZONE, local_date, parse_local_time
from tests.sync.city import City, SampleWindow

DAY = 86_400_000_000  # microseconds
WRONG_CLOCKS = {"20 months back": -600 * DAY, "40 days ahead": 40 * DAY}


@pytest.fixture
def window(city: City) -> SampleWindow:
    """Return a window that has a case, has exchanged everything, and is then cut off."""
    joined = city.join("n1", window="w1")
    joined.accept_birth()
    city.exchange_all()
    return joined


def restart_offline(city: City, window: SampleWindow, wrong: str, node: str = "n1") -> SampleWindow:
    """Restart the window without its center, with another date."""
    window.transport.down = True
    window.skew[0] = WRONG_CLOCKS[wrong]
    reopened = window.reopen()
    city.windows[node] = reopened
    return reopened


def counter_of(window: SampleWindow) -> OfficeCounter:
    return OfficeCounter(window.office, window.select("staff", id="clerk-1")[0])


def local_minute(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1_000_000, ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.many_cases
@pytest.mark.parametrize("wrong", WRONG_CLOCKS)
def test_no_act_whose_time_counts_is_recorded_under_a_wrong_clock(city: City, window: SampleWindow, wrong: str) -> None:
    department = city.join("n2", organs=("health",))
    (case,) = window.select("cases")
    task = department.claim("health").task
    window = restart_offline(city, window, wrong)
    counter = counter_of(window)
    counter.open_case(case["number"])
    department = restart_offline(city, department, wrong, "n2")
    officer = OfficeDepartment(department.office, department.select("staff", id="health-1")[0])
    officer.open_task(task)
    for act in (
        lambda: counter.receive_supplements(["father-id"]),
        lambda: counter.withdraw_case("no longer wanted"),
        lambda: officer.approve(""),
        lambda: officer.refuse("the form lacks a date"),
        lambda: officer.return_task(["birth-certificate"], "cannot be read"),
        lambda: officer.commit_to_approve(""),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason == "clock"
    counter.set_clock(local_minute(city.center.clock.now + 60_000_000))
    assert counter.receive_supplements(["father-id"]).message


@pytest.mark.wide
@pytest.mark.parametrize("wrong", WRONG_CLOCKS)
def test_a_wrong_clock_is_asked_for_before_anything_is_printed(city: City, window: SampleWindow, wrong: str) -> None:
    (case,) = window.select("cases")
    assert counter_of(window).read_clock_question() is None
    window = restart_offline(city, window, wrong)
    counter = counter_of(window)
    assert counter.read_view().status.clock_wrong
    question = counter.read_clock_question()
    assert question is not None
    with pytest.raises(Refused) as refused:
        counter.reprint_paper(f"{case['number']}-receipt")
    assert refused.value.reason == "clock"

    counter.set_clock(local_minute(city.center.clock.now + 60_000_000))
    assert counter.read_clock_question() is None
    assert not counter.read_view().status.clock_wrong
    number = window.accept_road()
    assert local_date(window.case(number)["accepted_at"]) == "2026-05-06"
    said = window.entries()[-1]["said_at"]
    assert abs(said - city.center.clock.now) > 30 * DAY  # the time by the wrong clock is stored too

    window.transport.down = False
    city.exchange_all()
    assert city.center.select("objections", case_number=number) == []
    assert city.differences() == []
    assert counter.read_clock_question() is None


def test_the_time_cannot_be_set_before_the_last_exchange(city: City, window: SampleWindow) -> None:
    counter = counter_of(restart_offline(city, window, "20 months back"))
    with pytest.raises(Refused) as refused:
        counter.set_clock("2026-05-05 09:00")
    assert refused.value.reason == "earlier"
    for text in ("tomorrow", "2026-13-01 09:00", ""):
        with pytest.raises(BadData):
            counter.set_clock(text)
    assert counter.read_clock_question() is not None


@pytest.mark.wide
def test_a_window_may_start_offline_after_a_long_holiday(city: City, window: SampleWindow) -> None:
    window.transport.down = True
    city.center.clock.advance(days=9)
    assert counter_of(window.reopen()).read_clock_question() is None


@pytest.mark.wide
def test_after_a_very_long_absence_the_date_is_confirmed_once(city: City, window: SampleWindow) -> None:
    window.transport.down = True
    city.center.clock.advance(days=30)
    counter = counter_of(window.reopen())
    question = counter.read_clock_question()
    assert question is not None
    assert question.value == local_minute(city.center.clock.now)
    counter.set_clock(question.value)
    assert counter.read_clock_question() is None


@pytest.mark.many_cases
@pytest.mark.parametrize("wrong", WRONG_CLOCKS)
def test_the_center_bounds_the_time_of_an_acceptance(city: City, window: SampleWindow, wrong: str) -> None:
    window = restart_offline(city, window, wrong)
    number = window.accept_road()  # as a program without the question would
    assert local_date(window.case(number)["accepted_at"]) != "2026-05-06"
    city.center.clock.advance(minutes=30)
    window.transport.down = False
    city.exchange_all()
    case = city.center.case(number)
    assert local_date(case["accepted_at"]) == "2026-05-06"
    assert local_date(case["promised_at"]) == "2026-05-12"
    assert {local_date(task["started_at"]) for task in city.center.tasks(number)} == {"2026-05-06"}
    assert min(task["due_at"] for task in city.center.tasks(number)) > parse_local_time("2026-05-11 00:00")
    (objection,) = city.center.select("objections", case_number=number)
    assert objection["reason"] == "clock"
    assert city.differences() == []
    accepted = [row for row in city.center.entries() if row["kind"] == "AcceptCase"][-1]
    assert abs(accepted["said_at"] - accepted["corrected_at"]) > 30 * DAY


@pytest.mark.wide
@pytest.mark.parametrize("wrong", WRONG_CLOCKS)
def test_everything_is_judged_by_the_time_that_was_set(city: City, window: SampleWindow, wrong: str) -> None:
    window = restart_offline(city, window, wrong)
    counter = counter_of(window)
    counter.set_clock(local_minute(city.center.clock.now + 60_000_000))
    assert f"{counter.read_view().status.now:%Y-%m-%d %H:%M}" == "2026-05-06 09:01"
    counter.serve_walk_in()
    counter.begin_draft("birth")
    before, after = (
        counter.fill_field("child_birth_date", day).intake.gaps  # type: ignore[union-attr]
        for day in ("2026-05-05", "2026-05-07")
    )
    assert len(after) == len(before) + 1  # the second day is in the future
    assert counter.list_drafts()[0].age.startswith("<2")
    case = counter.open_case(window.select("cases")[0]["number"]).case
    assert case is not None
    assert case.as_of.endswith("09:00")  # by the center's clock


@pytest.mark.wide
def test_an_offset_from_before_the_clock_was_set_right_is_not_used(city: City, window: SampleWindow) -> None:
    counter = counter_of(restart_offline(city, window, "20 months back"))
    counter.set_clock(local_minute(city.center.clock.now + 60_000_000))
    number = city.windows["n1"].accept_road()
    window.skew[0] = 0  # a technician has set the clock; the center is still out of reach
    repaired = city.windows["n1"].reopen()
    city.windows["n1"] = repaired
    counter = counter_of(repaired)
    assert counter.read_clock_question() is None
    assert f"{counter.read_view().status.now:%Y-%m-%d}" == "2026-05-06"
    window.transport.down = False
    city.exchange_all()
    assert city.center.select("objections", case_number=number) == []
    assert city.differences() == []


@pytest.mark.parametrize("days", [-5, pytest.param(5, marks=pytest.mark.wide)])
def test_a_clock_that_may_have_been_set_right_is_confirmed_once(city: City, window: SampleWindow, days: int) -> None:
    window.skew[0] = days * DAY
    city.exchange_all()
    window.accept_road()
    city.exchange_all()
    assert counter_of(window).read_clock_question() is None  # the offset was measured a moment ago
    city.center.clock.advance(hours=1)
    window.transport.down, window.skew[0] = True, 0
    counter = counter_of(window.reopen())
    question = counter.read_clock_question()
    if question is not None:
        assert days == -5
        assert question.value == local_minute(city.center.clock.now)
        assert question.value in question.sentence  # what the machine's own clock shows
        counter.set_clock(question.value)
    assert counter.read_clock_question() is None
    assert f"{counter.read_view().status.now:%Y-%m-%d %H}" == "2026-05-06 10"
