"""A licence that was revoked while a window had no line: its acceptance counts, and the center objects to it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, ShownPerson
from clerk_app.licences.repository import RevokeLicence
from clerk_app.people import SYSTEM
from clerk_app.roles.rejected_work import read_rejected_work
from tests.office import BIRTH, paper_materials
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

REVOKE = RevokeLicence(id="mother-card", reason="lost")


def show_card(city: City, counter: SampleWindow) -> AcceptCase:
    """Show the code of the mother's identity card, hand in papers alone; return the command that accepts the case."""
    visit = counter.serve("mother")
    (card,) = city.center.select("licences", id="mother-card")
    shown = ShownPerson(name="王芳", number=BIRTH["mother_id_number"], licence=card["identifier"])
    identify = IdentifyPerson(
        visit=visit, person="mother", result="green", notes="", code_key="a code", since=0, personal=shown
    )
    counter.door.perform(identify, "clerk-1")
    counter.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    reason = {"paper_code": "other", "paper_reason": "the citizen brought the papers"}
    papers = paper_materials("birth-certificate", "mother-id", "household-register", **reason)
    return replace(counter.prepare_birth(visit=visit), materials=papers)


@pytest.mark.many_cases
@pytest.mark.parametrize("is_material", [False, True], ids=["shown", "material"])
def test_a_licence_that_was_revoked_behind_a_cut_line_is_objected_to_at_the_window(
    city: City, counter: SampleWindow, is_material: bool
) -> None:
    command = counter.prepare_birth() if is_material else show_card(city, counter)
    counter.transport.down = True
    city.center.door.perform(REVOKE, SYSTEM)
    number = counter.accept(command)
    counter.transport.down = False
    city.exchange_all()
    with counter.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai")
    assert (work.case_number, work.action) == (number, "A case was accepted with a licence that had been revoked")
    assert work.sentence.endswith("Revoked before the case was accepted: Identity card.")
    assert city.center.case(number)["state"] == "accepted"
    assert city.differences() == []


@pytest.mark.wide
def test_a_licence_that_was_revoked_after_the_acceptance_is_not_objected_to(city: City, counter: SampleWindow) -> None:
    command = show_card(city, counter)
    counter.transport.down = True
    counter.accept(command)
    city.center.clock.advance(minutes=1)
    city.center.door.perform(REVOKE, SYSTEM)
    counter.transport.down = False
    city.exchange_all()
    assert city.center.select("objections") == []
