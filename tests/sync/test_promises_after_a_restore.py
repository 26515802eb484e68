"""Promises, and the record of a false one, after the center was restored from a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.cases.erasure import EraseCase
from tests.cases.promise_city import accept_low_risk, find_promise, promises_of, prove_false
from tests.office import find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_restored_work import back_up, end_leases, rejected


def test_promises_given_since_the_backup_come_back_from_the_window(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    backup = back_up(city, tmp_path)
    number = accept_low_risk(counter)
    counter.client.flush()
    before = promises_of(city.center, number)
    assert len(before) == 3
    city.restore_center(backup)
    assert promises_of(city.center, number) == []
    city.center.clock.advance(hours=5)
    end_leases(city)
    city.exchange_all()
    assert [(row["id"], row["state"], row["organ"]) for row in promises_of(city.center, number)] == [
        (row["id"], "open", row["organ"]) for row in before
    ]
    assert (rejected(city), city.differences()) == ([], [])
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_record_in_the_backup_is_there_after_a_restore(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    number = accept_low_risk(counter)
    counter.client.flush()
    prove_false(city.center, find_promise(city.center, number, "excavation-road"))
    backup = back_up(city, tmp_path)
    city.restore_center(backup)
    city.exchange_all()
    assert [row["subject"] for row in counter.select("broken_promises")] == ["enterprise"]
    assert find_promise(city.center, number, "excavation-road")["state"] == "broken"


@pytest.mark.wide
def test_an_erased_case_keeps_its_promises_without_the_name(city: City, counter: SampleWindow) -> None:
    number = accept_low_risk(counter)
    counter.withdraw(number)
    counter.client.flush()
    assert any(row["applicant_name"] for row in promises_of(city.center, number))
    city.center.door.perform(EraseCase(case=number, reason="request of the person"), "admin")
    counter.client.flush()
    for place in (city.center, counter):
        rows = promises_of(place, number)
        assert [(row["state"], row["applicant_name"]) for row in rows] == [("ended", None)] * 3
    assert find_faults(city.center.store) == []
