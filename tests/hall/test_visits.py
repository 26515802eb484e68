"""Visits: identification by a code, its refusal, and confirmation of the person."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, RefuseCode, ShownPerson, parse_check_notes
from tests.office import SampleOffice
from tests.sample_data import MOTHER_NUMBER, STRANGER_NUMBER


def identify_command(visit: str, person: str, name: str, number: str, key: str = "k") -> IdentifyPerson:
    shown = ShownPerson(name=name, number=number)
    return IdentifyPerson(visit=visit, person=person, result="green", notes="", code_key=key, since=0, personal=shown)


MOTHER = ("mother", "王芳", MOTHER_NUMBER)
STRANGER = ("stranger", "欧阳明", STRANGER_NUMBER)
VISITOR = ("", "外地人", "44030619900101123X")  # not registered


def walk_in(office: SampleOffice) -> str:
    return office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit


@pytest.mark.parametrize(("first", "second"), [(MOTHER, STRANGER), (MOTHER, VISITOR), (VISITOR, MOTHER)])
def test_the_code_of_another_person_is_refused(
    office: SampleOffice, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    visit = walk_in(office)
    office.door.perform(identify_command(visit, *first), "clerk-1")
    with pytest.raises(Refused) as refused:
        office.door.perform(identify_command(visit, *second), "clerk-1")
    assert refused.value.reason == "another_person"
    row = office.select("visits", id=visit)[0]
    assert (row["person"], row["shown_number"]) == (first[0], first[2])


def test_the_same_person_may_show_another_code(office: SampleOffice) -> None:
    visit = walk_in(office)
    office.door.perform(identify_command(visit, *MOTHER, key="phone"), "clerk-1")
    office.door.perform(identify_command(visit, *MOTHER, key="paper"), "clerk-1")
    assert office.select("visits", id=visit)[0]["code_key"] == "paper"


def test_a_new_code_needs_a_new_confirmation(office: SampleOffice) -> None:
    visit = office.serve()
    assert office.select("visits", id=visit)[0]["confirmed"]
    office.identify(visit, "mother", "clerk-1")
    assert not office.select("visits", id=visit)[0]["confirmed"]


def test_a_person_is_confirmed_only_after_a_code_was_read(office: SampleOffice) -> None:
    visit = walk_in(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    assert refused.value.reason == "nobody_shown"


def test_the_same_code_at_another_window_is_noted(office: SampleOffice) -> None:
    office.serve("mother", "w1")
    office.serve("mother", "w2")
    notes = office.select("visits", window_id="w2")[0]["check_notes"]
    assert parse_check_notes(notes) == ("elsewhere:w1",)


def test_a_refused_code_is_recorded_without_a_person(office: SampleOffice) -> None:
    visit = walk_in(office)
    office.door.perform(RefuseCode(visit=visit, format="EL1", reason="forged"), "clerk-1")
    entry = office.entries()[-1]
    assert (entry["kind"], entry["personal"]) == ("RefuseCode", None)
    assert office.select("visits", id=visit)[0]["person"] is None


def test_an_ended_visit_and_the_visit_of_another_clerk_take_no_code(office: SampleOffice) -> None:
    visit = walk_in(office)
    with pytest.raises(Refused):
        office.door.perform(identify_command(visit, *MOTHER), "clerk-2")
    office.door.perform(MoveTicket(visit=visit, act="finish"), "clerk-1")
    with pytest.raises(Refused):
        office.door.perform(identify_command(visit, *MOTHER), "clerk-1")
