"""The supervisor of the hall sees how many complaints are not answered, and whether one is late."""

from __future__ import annotations

import pytest

from clerk_app.feedback.complaints import FileComplaint
from clerk_app.roles.supervisor.feedback_alerts import feedback_alerts
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import HALL


@sqlite_only
@pytest.mark.usefixtures("english")
def test_an_alert_counts_the_open_complaints_of_the_hall_and_is_bad_when_one_is_late(office: SampleOffice) -> None:
    def read() -> list[tuple[str, str]]:
        with office.store.read() as tx:
            return [(alert.level, alert.text) for alert in feedback_alerts(office.office, tx)]

    assert read() == []
    office.door.perform(FileComplaint(hall=HALL, category="other"), "kiosk")
    assert read() == [("warn", "1 complaint of a citizen is not answered, 0 past the date: clerk feedback list")]
    office.clock.advance(minutes=8 * 24 * 60)
    office.door.perform(FileComplaint(hall=HALL, category="other"), "kiosk")
    assert read() == [("bad", "2 complaints of citizens are not answered, 1 past the date: clerk feedback list")]
