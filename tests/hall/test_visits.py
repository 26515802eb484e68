"""Who stands at the window: what the code proved, and nobody else."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.calling import MoveTicket, WalkIn
from clerk_app.hall.visits import ConfirmPerson, Identify, RefuseCode, ShownPerson
from tests.furnishing import MOTHER_NUMBER, STRANGER_NUMBER
from tests.office import SampleOffice


def identify(visit: str, person: str, name: str, number: str, key: str = "k") -> Identify:
    shown = ShownPerson(name=name, number=number)
    return Identify(visit=visit, person=person, result="green", notes="", code_key=key, since=0, personal=shown)


MOTHER = ("mother", "王芳", MOTHER_NUMBER)
STRANGER = ("stranger", "欧阳明", STRANGER_NUMBER)
VISITOR = ("", "外地人", "44030619900101123X")  # somebody the city does not know


def walk_in(office: SampleOffice) -> str:
    return office.door.perform(WalkIn(window="w1"), "clerk-1").visit


@pytest.mark.parametrize(("first", "second"), [(MOTHER, STRANGER), (MOTHER, VISITOR), (VISITOR, MOTHER)])
def test_the_code_of_another_person_stops_the_visit(
    office: SampleOffice, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    visit = walk_in(office)
    office.door.perform(identify(visit, *first), "clerk-1")
    with pytest.raises(Refused) as refused:
        office.door.perform(identify(visit, *second), "clerk-1")
    assert refused.value.reason == "another_person"
    row = office.rows("visits", id=visit)[0]
    assert (row["person"], row["shown_number"]) == (first[0], first[2])


def test_the_same_person_may_show_another_code(office: SampleOffice) -> None:
    visit = walk_in(office)
    office.door.perform(identify(visit, *MOTHER, key="phone"), "clerk-1")
    office.door.perform(identify(visit, *MOTHER, key="paper"), "clerk-1")
    assert office.rows("visits", id=visit)[0]["code_key"] == "paper"


def test_a_new_code_must_be_compared_again(office: SampleOffice) -> None:
    visit = office.serve()
    assert office.rows("visits", id=visit)[0]["confirmed"]
    office.identify(visit, "mother", "clerk-1")
    assert not office.rows("visits", id=visit)[0]["confirmed"]


def test_nobody_is_confirmed_before_a_code_was_read(office: SampleOffice) -> None:
    visit = walk_in(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    assert refused.value.reason == "nobody_shown"


def test_the_same_code_at_another_window_is_told(office: SampleOffice) -> None:
    office.serve("mother", "w1")
    office.serve("mother", "w2")
    notes = office.rows("visits", window_id="w2")[0]["check_notes"]
    assert notes == "elsewhere:w1"


def test_a_code_that_is_not_believed_leaves_one_line_and_no_person(office: SampleOffice) -> None:
    visit = walk_in(office)
    office.door.perform(RefuseCode(visit=visit, format="EL1", reason="forged"), "clerk-1")
    entry = office.entries()[-1]
    assert (entry["kind"], entry["personal"]) == ("RefuseCode", None)
    assert office.rows("visits", id=visit)[0]["person"] is None


def test_nobody_is_identified_in_the_visit_of_another_clerk_or_after_it(office: SampleOffice) -> None:
    visit = walk_in(office)
    with pytest.raises(Refused):
        office.door.perform(identify(visit, *MOTHER), "clerk-2")
    office.door.perform(MoveTicket(visit=visit, act="finish"), "clerk-1")
    with pytest.raises(Refused):
        office.door.perform(identify(visit, *MOTHER), "clerk-1")
