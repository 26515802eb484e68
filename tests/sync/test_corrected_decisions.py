"""An officer's machine corrects a decision on a case that it does not hold any more: the center decides."""

from __future__ import annotations

import pytest

from clerk_app.roles.department.service import OfficeDepartment
from tests.sync.city import City

pytestmark = pytest.mark.usefixtures("english")


def test_a_decision_is_listed_and_corrected_after_the_case_has_left_the_machine(city: City) -> None:
    machine = city.join("n7", organs=("health",), kind="department")
    number = city.center.accept_birth()
    city.exchange_all()
    officer = OfficeDepartment(machine.office, machine.select("staff", id="health-1")[0])
    officer.claim_next()
    officer.refuse("not entitled")
    city.exchange_all()
    assert machine.select("cases") == []
    (row,) = officer.list_decided()
    assert (row.number, row.outcome, row.obstacle) == (f"{number}-01", "refused", "")
    assert officer.read_view().decided == 1
    view = officer.reopen_decision(row.id, "the wrong line")
    assert view.task is not None
    assert view.task.row.id in {task["id"] for task in city.center.tasks(number) if task["recheck_of"] == row.id}
    officer.approve("")
    city.exchange_all()
    assert {row["state"] for row in city.center.tasks(number) if row["recheck_of"]} == {"approved"}
    assert len(officer.list_decided()) == 2
    assert city.differences() == []
