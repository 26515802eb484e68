"""The details of an account on the administrator's screen."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.people.staff import SetBadge, compute_badge_digest
from clerk_app.roles.workstation import open_workstation
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


def test_the_details_of_an_account_have_badge_present_work_and_lock_outs(office: SampleOffice) -> None:
    service = open_workstation(office.office, NoCamera()).sign_in("1004", PIN).admin
    assert service is not None
    office.clock.advance(minutes=30)
    office.door.perform(SetBadge(staff="clerk-1", digest=compute_badge_digest("B-17")), "admin")
    facts = {fact.label: fact.value for fact in service.read_person("clerk-1")}
    assert facts["Sign-in"] == "possible"
    assert facts["Badge"] == "identifies the person; the PIN is still asked for"
    assert facts["Works now"].startswith("Window 1 for 3")
    assert facts["Wrong PINs in a row"] == "none"
    service.set_state("clerk-1", "suspend", "left")
    facts = {fact.label: fact.value for fact in service.read_person("clerk-1")}
    assert facts["Sign-in"] == "not possible: suspended"
    assert "Sign-ins ended" in facts
    assert service.read_person("nobody") == ()


def test_a_change_of_an_account_that_changes_nothing_is_refused(office: SampleOffice) -> None:
    service = open_workstation(office.office, NoCamera()).sign_in("1004", PIN).admin
    assert service is not None
    row = next(row for row in service.read_view().staff if row.id == "clerk-1")
    with pytest.raises(Refused, match="Nothing of the entry was changed"):
        service.change_person(row.id, row.name, row.role, row.organ)
