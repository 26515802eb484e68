"""The measures of the hall's day on a machine of a supervisor, which holds no visit."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.hall.day_report import report_day
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.sample_data import HALL
from tests.sync.city import City, SampleWindow


def test_a_supervisor_reads_the_measures_at_the_center_and_the_reading_is_recorded(
    city: City, counter: SampleWindow
) -> None:
    counter.accept_birth()
    city.exchange_all()
    machine = city.join("s1", kind="supervisor")
    person = machine.select("staff", id="supervisor")[0]
    measures = OfficeSupervisor(machine.office, person).read_measures()
    with city.center.store.read() as tx:
        report = report_day(tx, HALL, "", city.center.office.now)
    assert machine.select("visits") == []
    assert [line.key for line in measures.groups["window"]] == [
        row.key for row in report.rows if row.grouping == "window"
    ]
    assert measures.total.visits == report.rows[0].visits > 0
    (entry,) = city.center.select("ledger_entries", kind="QueryDayMeasures")
    assert entry["personal"] is None


@pytest.mark.wide
def test_without_the_center_the_measures_are_not_read(city: City) -> None:
    machine = city.join("s1", kind="supervisor")
    person = machine.select("staff", id="supervisor")[0]
    machine.transport.down = True
    with pytest.raises(OutOfReach, match="中心"):
        OfficeSupervisor(machine.office, person).read_measures()
