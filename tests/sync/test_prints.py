"""Prints of papers at several machines: who sees them, who answers, and what counts if two machines recorded."""

from __future__ import annotations

import pytest

from tests.case_prints import PAGE, begin, begin_receipt, begin_reprint, record
from tests.office import find_faults
from tests.sync.city import City, SampleWindow


@pytest.fixture
def windows(city: City) -> tuple[SampleWindow, SampleWindow]:
    """Two windows of a site."""
    return city.join("n1", window="w1"), city.join("n3", window="w3")


def outcomes(city: City) -> set[tuple[str, int]]:
    """Return outcome of the newest print and count of the receipt, at every store; they are equal in one with work."""
    stores = (city.center, *city.windows.values())
    return {(store.select("prints")[-1]["outcome"], store.select("notices")[0]["prints"]) for store in stores}


def test_a_print_is_seen_and_repeated_at_another_window_and_its_page_at_no_other_machine(
    city: City, windows: tuple[SampleWindow, SampleWindow]
) -> None:
    here, there = windows
    supervisor, health = city.join("s1", kind="supervisor"), city.join("d1", kind="department", organs=("health",))
    number = here.door.perform(here.prepare_birth(), "clerk-1").number
    record(here, begin(here, begin_receipt(number)), "printed")
    city.exchange_all()
    ((print_id, page),) = ((row["id"], row["content"]) for row in there.select("prints"))
    assert page == PAGE
    for machine in (supervisor, health):
        assert [(row["outcome"], row["content"]) for row in machine.select("prints")] == [("printed", None)]
    record(there, begin(there, begin_reprint(number, print_id, 1), "clerk-2"), "printed", "clerk-2")
    city.exchange_all()
    assert [row["prints"] for row in here.select("notices")] == [2]
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("printer", "answer", "counted"),
    [("printed", "missing", "printed"), ("unknown", "missing", "missing"), ("not_printed", "confirmed", "confirmed")],
)
def test_two_machines_that_record_one_print_count_it_once(
    city: City, windows: tuple[SampleWindow, SampleWindow], printer: str, answer: str, counted: str
) -> None:
    here, there = windows
    number = here.door.perform(here.prepare_road(), "clerk-1").number
    print_id = begin(here, begin_receipt(number))
    city.exchange_all()
    here.transport.down = True
    record(here, print_id, printer)
    record(there, print_id, answer, "clerk-2")  # before the line of the first window is back
    there.client.flush()
    here.transport.down = False
    city.exchange_all()
    assert outcomes(city) == {(counted, int(counted != "missing"))}
    assert city.differences() == []
    assert not here.select("refusals")
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_reprints_at_two_windows_without_a_line_are_both_kept(
    city: City, windows: tuple[SampleWindow, SampleWindow]
) -> None:
    here, there = windows
    number = here.door.perform(here.prepare_road(), "clerk-1").number
    first = begin(here, begin_receipt(number))
    record(here, first, "printed")
    city.exchange_all()
    for window, clerk in ((here, "clerk-1"), (there, "clerk-2")):
        window.transport.down = True
        record(window, begin(window, begin_reprint(number, first, 1), clerk), "written", clerk)
    here.transport.down = there.transport.down = False
    city.exchange_all()
    assert sorted(row["number"] for row in city.center.select("prints")) == [0, 1, 1]
    assert [row["prints"] for row in city.center.select("notices")] == [3]
    assert city.differences() == []
