"""Signing out gives back the window with its ticket, or the claimed tasks; a clerk can then work at another window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.conftest import NoCamera
from tests.roles.workflows import accept_birth, sign_in_officer
from tests.sample_data import CITY_PIN

CLERK = "1001"


def window_of(office: Office) -> tuple[str, str | None]:
    with office.store.read() as tx:
        (row,) = tx.select("windows", id=office.settings.window)
    return row["state"], row["staff"]


def test_a_clerk_signs_out_and_in_again_at_another_window(
    counter: CounterService, workstation: Workstation, office: Office
) -> None:
    called = counter.call_next().serving
    assert called is not None
    assert called.number in workstation.describe_sign_out()
    workstation.sign_out()
    assert window_of(office) == ("closed", None)
    other = open_office(office.folder, window="w2", clock=office.door.clock)
    there = open_workstation(other, NoCamera()).sign_in(CLERK, CITY_PIN).counter
    assert there is not None
    assert window_of(other) == ("open", CLERK)
    again = there.call_next().serving
    assert again is not None
    assert again.number == called.number  # back at its place, so it is the next
    other.store.close()


def test_an_officer_puts_all_claimed_tasks_back_by_signing_out(
    counter: CounterService, workstation: Workstation, office: Office, code: Callable[[str], str]
) -> None:
    accept_birth(counter, code("mother"))
    with office.store.read() as tx:
        organ = tx.select("tasks", state="pooled")[0]["organ"]
        (officer, *_others) = tx.select("staff", role="officer", organ=organ)
    sign_in_officer(workstation, officer["number"]).claim_next()
    assert "1" in workstation.describe_sign_out()
    workstation.sign_out()
    with office.store.read() as tx:
        assert tx.select("tasks", state="claimed") == []
    assert workstation.describe_sign_out() == ""


@pytest.mark.wide
def test_the_lease_of_a_window_is_renewed_only_while_its_clerk_holds_it(
    counter: CounterService, workstation: Workstation, office: Office
) -> None:
    counter.read_view()
    workstation.renew_lease()
    assert window_of(office) == ("open", CLERK)
    workstation.sign_out()
    workstation.renew_lease()
    assert window_of(office) == ("closed", None)
