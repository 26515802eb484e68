"""A place that is corrected after the acceptance moves the open task to the organ that decides there."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.answer_corrections import AnswerCorrected, CorrectAnswer, CorrectedValue
from clerk_app.cases.tasks.organ_moves import OTHER_ORGAN
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.roles.objection_view import describe_objection
from tests.cases.test_deciding_organs import accept, place_city, responsible
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")


def correct(office: SampleOffice, number: str, value: str) -> AnswerCorrected:
    details = CorrectedValue(value=value, reason="the address was in the other district")
    return office.door.perform(CorrectAnswer(case=number, field="in_west", personal=details), "clerk-1")


@pytest.mark.parametrize("state", ["pooled", "claimed", "returned"])
def test_an_open_task_moves_to_the_organ_of_the_corrected_place(office: SampleOffice, state: str) -> None:
    number = accept(office, place_city(), in_west="no")
    task = office.task(number, "permit")
    held = office.claim_of(number, "permit") if state == "claimed" else None
    if state == "returned":
        office.return_task(number, "permit", "paper")
    moved = correct(office, number, "yes").moved
    assert [(move.from_organ, move.organ) for move in moved] == [("police", "health")]
    row = office.task(number, "permit")
    assert (row["id"], row["organ"], row["moved_from"]) == (task["id"], "health", "police")
    assert (row["state"], row["owner"]) == ("returned" if state == "returned" else "pooled", None)
    assert (row["due_at"], row["started_at"]) == (task["due_at"], task["started_at"])
    if held is not None:
        with pytest.raises(Refused):
            office.decide(held, "approved")
    if state == "returned":
        office.take_in(number, "paper")
    assert responsible(office, number)[0] == [("decision", "health")]
    office.approve(number, "permit")
    assert [row["organ"] for row in office.select("decisions")] == ["health"]
    assert office.select("objections", case_number=number) == []
    assert find_faults(office.store) == []


def test_a_decided_task_stays_and_an_objection_names_it(office: SampleOffice) -> None:
    number = accept(office, place_city(), in_west="no")
    office.approve(number, "permit")
    corrected = correct(office, number, "yes")
    assert (corrected.moved, corrected.stays) == ((), ("permit",))
    assert {task["organ"] for task in office.tasks(number)} == {"police"}
    (objection,) = office.select("objections", case_number=number)
    assert objection["reason"] == OTHER_ORGAN
    with office.store.read() as tx:
        assert "in the west was corrected, another organ decides: permit" in describe_objection(tx, objection, "UTC")
    assert find_faults(office.store) == []


def test_an_escalated_task_takes_its_escalation_to_the_new_organ(office: SampleOffice) -> None:
    number = accept(office, place_city(), in_west="no")
    office.clock.advance(days=20)
    run_due_commands(office.office)
    assert {row["addressee"] for row in office.select("escalations", step=1)} == {"police"}
    correct(office, number, "yes")
    assert {(row["addressee"], row["organ"]) for row in office.select("escalations", step=1)} == {("health", "health")}
    assert find_faults(office.store) == []
