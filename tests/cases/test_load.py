"""Load of an organ: tasks that came, were decided and are open, by hours."""

from __future__ import annotations

from clerk_app.cases.tasks.load import OrganLoad, read_load
from tests.office import SampleOffice

HOUR = 3_600_000_000  # microseconds


def test_tasks_are_counted_in_the_hours_in_which_they_came_and_were_decided(office: SampleOffice) -> None:
    begin = office.clock()
    number = office.accept_road()
    organ = office.task(number, "excavation-planning")["organ"]
    office.clock.advance(hours=1, minutes=10)
    office.accept_road()
    office.approve(number, "excavation-planning")
    office.clock.advance(hours=1)
    with office.store.read() as tx:
        assert read_load(tx, organ, begin, HOUR, 3) == OrganLoad((1, 1, 0), (0, 1, 0), (1, 1, 1))
        # what came and ended before the day is in no interval
        assert read_load(tx, organ, office.clock(), HOUR, 1) == OrganLoad((0,), (0,), (1,))
