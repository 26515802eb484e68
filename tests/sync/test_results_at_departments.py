"""A result that one department approves at its machine reaches the machine of the next department with its content."""

from __future__ import annotations

import pytest

from clerk_app.roles.department.service import OfficeDepartment
from tests.office import SampleOffice
from tests.sync.city import City

pytestmark = pytest.mark.usefixtures("english")


def officer_of(office: SampleOffice, staff: str) -> OfficeDepartment:
    return OfficeDepartment(office.office, office.select("staff", id=staff)[0])


def test_the_next_department_opens_at_its_machine_what_another_has_filled_in_at_its_own(city: City) -> None:
    health = city.join("n7", window="w2", organs=("health",))
    police = city.join("n8", window="w2", organs=("police",))
    city.center.accept_birth()
    city.exchange_all()
    officer = officer_of(health, "health-1")
    officer.claim_next()
    officer.approve("", {"birth_certificate_number": "C-2026-0042"})
    city.exchange_all()
    next_officer = officer_of(police, "police-1")
    task = next_officer.claim_next().task
    city.exchange_all()
    assert task is not None
    assert "birth-certificate-duplicate" in [row.id for row in task.materials if row.state == "held"]
    view = next_officer.open_material("birth-certificate-duplicate")
    assert "C-2026-0042" in [fact.value for fact in view.facts]
    assert [row["claims"] for row in health.select("materials", material="birth-certificate-duplicate")] == []
    city.exchange_all()
    assert city.differences() == []
