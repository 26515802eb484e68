"""A store that is its own center asks whether its clock is right, and lets a person confirm it."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.roles.counter.service import OfficeCounter
from tests.clock import local_date
from tests.office import SampleOffice, find_faults


def counter_of(office: SampleOffice) -> OfficeCounter:
    return OfficeCounter(office.office, office.select("staff", id="clerk-1")[0])


@pytest.mark.parametrize("time", ["2026-05-26 10:00", "2027-03-01 10:00", "2028-12-20 10:00"])
def test_an_absence_or_a_late_calendar_is_no_proof_of_a_wrong_clock(office: SampleOffice, time: str) -> None:
    office.clock.set(time)
    assert counter_of(office).read_clock_question() is None


def test_a_clock_years_after_the_end_of_the_calendar_is_asked_for_and_can_be_confirmed(office: SampleOffice) -> None:
    number = office.accept_road()
    office.clock.set("2029-02-01 10:00")
    counter = counter_of(office)
    assert counter.read_view().status.clock_wrong
    question = counter.read_clock_question()
    assert question is not None
    assert question.value == "2029-02-01 10:00"
    assert "2026-12-31" in question.sentence
    with pytest.raises(Refused) as refused:
        counter.reprint_paper(f"{number}-receipt")
    assert refused.value.reason == "clock"
    with pytest.raises(Refused) as refused:
        counter.set_clock("2026-05-06 10:00")
    assert refused.value.reason == "own_center"
    counter.set_clock(question.value)
    assert counter.read_clock_question() is None
    assert not counter.read_view().status.clock_wrong
    office.clock.set("2030-11-01 10:00")
    assert counter.read_clock_question() is None
    assert find_faults(office.store) == []


def test_acts_under_a_clock_that_was_set_back_do_not_hide_that_it_is_wrong(office: SampleOffice) -> None:
    office.clock.set("2026-07-06 10:00")
    number = office.accept_road()
    office.clock.set("2026-06-06 10:00")  # after the publication of the catalogue
    counter = counter_of(office)
    for _ in range(3):
        counter.serve_walk_in("finish")
        question = counter.read_clock_question()
        assert question is not None
        assert question.value == "2026-07-06 10:00"
    with pytest.raises(Refused) as refused:
        counter.reprint_paper(f"{number}-receipt")
    assert refused.value.reason == "clock"


@pytest.mark.wide
def test_entries_with_a_later_time_do_not_lock_out_a_corrected_machine(office: SampleOffice) -> None:
    office.clock.set("2027-10-01 10:00")
    office.accept_road()  # the system had another date for a day
    office.clock.set("2026-05-07 10:00")
    counter = counter_of(office)
    question = counter.read_clock_question()
    assert question is not None
    with pytest.raises(Refused) as refused:
        counter.set_clock(question.value)
    assert refused.value.reason == "own_center"
    counter.set_clock("2026-05-07 10:00")
    assert counter.read_clock_question() is None
    number = office.accept_birth()
    assert local_date(office.case(number)["accepted_at"]) == "2026-05-07"
    assert find_faults(office.store) == []
