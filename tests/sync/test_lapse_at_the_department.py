"""An officer whose task ends without a decision reads so, with and without a center, and takes the next one."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.roles.department.service import OfficeDepartment
from tests.cases.bundles import accept, after, bundle, commit, publish
from tests.office import SampleOffice
from tests.sync.city import City

pytestmark = pytest.mark.usefixtures("english")

PROMISED = bundle(a=[], b=[after("a", join="committed")])  # the second task may begin before the first is decided


def officer_of(office: SampleOffice, staff: str) -> OfficeDepartment:
    return OfficeDepartment(office.office, office.select("staff", id=staff)[0])


def test_the_officer_reads_which_refusal_ended_the_task(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    officer = officer_of(office, "police-1")
    assert officer.claim_next().held == 1
    first = office.task(number, "a")
    decide = DecideTask(task=first["id"], fence=first["fence"], outcome="refused", reason="no")
    office.door.perform(decide, first["owner"])
    view = officer.read_view()
    assert (view.held, view.task) == (0, None)
    assert view.ended == (f"{number}-02: b: Ended without a decision, because this was refused: a.",)
    assert officer.read_view().ended == view.ended  # until it is acknowledged
    assert officer_of(office, "police-1").read_view().ended == view.ended  # also after a restart
    assert officer.acknowledge_ended().ended == ()
    assert officer_of(office, "police-1").read_view().ended == ()


@pytest.mark.wide
@pytest.mark.parametrize("is_returned", [False, pytest.param(True, marks=pytest.mark.wide)])
def test_a_task_that_lapses_after_its_hold_has_ended_is_shown_at_the_next_sign_in(
    office: SampleOffice, *, is_returned: bool
) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    officer = officer_of(office, "police-1")
    officer.claim_next()
    if is_returned:
        held = office.task(number, "b")
        returned = ReturnTask(task=held["id"], fence=held["fence"], materials=("paper-b",), reason="unclear")
        office.door.perform(returned, "police-1")
    office.clock.advance(hours=9)  # the hold is over, the officer absent
    office.decide(office.claim_of(number, "a", "health-1"), "refused")
    (sentence,) = officer_of(office, "police-1").read_view().ended
    assert sentence.startswith(f"{number}-02")
    assert officer_of(office, "police-2").read_view().ended == ()


@pytest.mark.wide
def test_the_officer_of_a_window_reads_that_an_application_was_closed_and_takes_the_next(city: City) -> None:
    window = city.join("n7", window="w2", organs=("health",))
    withdrawn, other = city.center.accept_birth(), city.center.accept_birth(window="w2")
    city.exchange_all()
    officer = officer_of(window, "health-1")
    opened = officer.claim_next().task
    assert opened is not None
    city.exchange_all()
    city.center.withdraw(withdrawn)
    city.exchange_all()
    view = officer.read_view()
    assert view.task is None
    (sentence,) = view.ended
    assert sentence.startswith(f"{opened.row.id[:12]}-{opened.row.id[12:]}: This task is closed")
    following = officer.claim_next().task
    assert following is not None
    assert following.row.id.startswith(other)


@pytest.mark.wide
def test_an_officer_who_decides_or_puts_back_reads_nothing_of_an_end(office: SampleOffice) -> None:
    office.accept_birth()
    officer = officer_of(office, "health-1")
    for act in (officer.release_task, lambda: officer.approve("")):
        assert officer.claim_next().task is not None
        assert act().ended == ()
        assert officer.read_view().ended == ()
