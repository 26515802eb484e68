"""Course of a hall's day, for any tickets: who waits, and for how long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.hall.day_course import compute_course
from db.engines import Row
from tests.office import SampleOffice

STEP = 15


def ticket(issued: int, waited: int | None, *, called: bool) -> Row:
    """Return a ticket that left the queue after `waited`; None while it waits."""
    left = None if waited is None else issued + waited
    is_called = called and left is not None
    return {"issued_at": issued, "left_at": left, "called_at": left if is_called else None,
            "served_at": left + 5 if is_called and left is not None else None}  # fmt: skip


TICKETS = st.lists(
    st.builds(ticket, st.integers(0, 300), st.one_of(st.none(), st.integers(0, 200)), called=st.booleans()), max_size=40
).map(lambda rows: sorted(rows, key=lambda row: int(row["issued_at"])))


@given(tickets=TICKETS, until=st.integers(1, 300))
def test_waiting_and_longest_wait_are_those_of_the_tickets_at_the_end_of_each_interval(
    tickets: list[Row], until: int
) -> None:
    course = compute_course(tickets, 0, STEP, until)
    assert len(course.waiting) == -(-until // STEP)
    for index, waiting in enumerate(course.waiting):
        end = min((index + 1) * STEP, until)
        last = end if end == until else end - 1  # an event at a boundary belongs to the next interval
        here = [row for row in tickets if row["issued_at"] <= last]
        there = [row for row in here if row["left_at"] is None or row["left_at"] > last]
        assert waiting == len(there)
        longest = course.longest[index]
        assert longest is None or longest >= 0
        if there:
            assert longest is not None
            assert longest >= end - min(row["issued_at"] for row in there) - 1
    assert sum(course.taken) == sum(row["issued_at"] <= until for row in tickets)


def test_the_course_of_a_day_is_read_from_the_tickets_of_the_hall(office: SampleOffice) -> None:
    begin = office.clock()
    for _ in range(3):
        office.take_ticket()
    office.clock.advance(minutes=20)
    office.call_next()
    with office.store.read() as tx:
        hall, day = office.office.settings.hall, tx.select("service_days")[0]["day"]
        rows = tx.query_all("hall.tickets_of_day", hall=hall, day=day)
    minute = 60_000_000
    course = compute_course(rows, begin, 15 * minute, office.clock())
    assert (course.taken, course.waiting) == ([3, 0], [3, 2])
    assert [wait and round(wait / minute) for wait in course.longest] == [15, 20]
