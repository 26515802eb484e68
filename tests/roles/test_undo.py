"""Ctrl+Z at counter and department: the last act of two minutes is undone by the command that corrects it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.errors import Refused
from clerk_app.roles.counter.undo import UndoableCounter
from clerk_app.roles.department.undo import UndoableDepartment
from clerk_app.roles.undo import ActLog
from clerk_app.views.counter import CounterService
from clerk_app.views.department import DepartmentView
from clerk_app.views.undo import UndoOffer
from clerk_app.views.workstation import Workstation
from tests.office import SampleOffice
from tests.roles.workflows import accept_birth, prepare_birth, sign_in_officer

pytestmark = pytest.mark.usefixtures("english")


def question(counter: CounterService) -> str:
    offer = counter.read_undo()
    assert offer is not None
    return offer.question


def undo(counter: CounterService) -> None:
    offer = counter.read_undo()
    assert offer is not None
    assert counter.undo(offer.id).message == "Undone."


def test_a_ticket_that_was_ended_called_or_held_is_taken_back(counter: CounterService) -> None:
    assert counter.read_undo() is None
    first = counter.call_next().serving
    assert first is not None
    second = counter.call_next("unserved").serving
    assert second is not None
    assert second.number in question(counter)
    undo(counter)  # the second ticket waits at its place again
    assert counter.read_view().serving is None
    assert first.number in question(counter)
    undo(counter)  # and the first one is served again
    assert counter.read_view().serving is not None
    counter.hold()
    undo(counter)
    serving = counter.read_view().serving
    assert serving is not None
    assert serving.number == first.number


def test_a_discarded_draft_is_restored_with_all_that_was_typed(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    before = prepare_birth(counter, code("mother")).intake
    assert before is not None
    counter.discard_draft("by mistake")
    assert counter.read_view().intake is None
    assert question(counter).startswith("Restore the draft of")
    assert "林**" in question(counter)
    undo(counter)
    after = counter.read_view().intake
    assert after is not None
    assert [field.value for field in after.fields] == [field.value for field in before.fields]
    assert not after.is_masked


@pytest.mark.wide
def test_a_draft_of_an_earlier_visit_stays_masked_after_it_was_discarded_and_restored(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    prepare_birth(counter, code("mother"))
    counter.finish_visit()
    (row,) = counter.list_drafts()
    opened = counter.reopen_draft(row.id).intake
    assert opened is not None
    assert opened.is_masked
    counter.discard_draft("by mistake")
    undo(counter)
    restored = counter.read_view().intake
    assert restored is not None
    assert restored.is_masked


@pytest.mark.wide
def test_a_matter_and_a_paper_are_changed_back_and_an_acceptance_says_what_corrects_it(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    intake = prepare_birth(counter, code("mother")).intake
    assert intake is not None
    matter = next(row for row in intake.matters if row.level == "good" and row.chosen)
    counter.drop_matter(matter.id)
    assert matter.name in question(counter)
    undo(counter)
    intake = counter.read_view().intake
    assert intake is not None
    assert next(row for row in intake.matters if row.id == matter.id).chosen
    counter.toggle_paper("mother-id", "differs", "The name is wrong")
    undo(counter)
    counter.accept_case()
    offer = counter.read_undo()
    assert offer is not None
    assert offer.question == ""
    assert "F8 withdraws it" in offer.reason


def test_after_two_minutes_and_while_another_is_served_nothing_is_undone(office_template: Path, tmp_path: Path) -> None:
    office = SampleOffice.open_copy(office_template, tmp_path / "office")
    counter = UndoableCounter(office.office, office.select("staff", id="clerk-1")[0])
    office.take_ticket()
    office.take_ticket()
    counter.call_next()
    counter.hold()
    office.call_next()
    offer = counter.read_undo()
    assert offer is not None
    assert (offer.question, offer.reason[:13]) == ("", "Somebody else")
    with pytest.raises(Refused, match="Somebody else"):
        counter.undo(offer.id)
    office.clock.advance(minutes=3)
    assert counter.read_undo() is None
    with pytest.raises(Refused, match="two minutes"):
        counter.undo(offer.id)
    office.close()


def test_an_officer_puts_a_task_back_takes_it_again_and_reads_how_a_decision_is_corrected(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str]
) -> None:
    accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    assert isinstance(officer, UndoableDepartment)

    def undo_task() -> DepartmentView:
        offer = officer.read_undo()
        assert offer is not None
        return officer.undo(offer.id)

    task = officer.claim_next().task
    assert task is not None
    assert undo_task().task is None
    claimed = officer.claim_next().task
    assert claimed is not None
    assert officer.release_task().task is None
    again = undo_task().task
    assert again is not None
    assert again.row.id == claimed.row.id
    officer.approve("")
    offer = officer.read_undo()
    assert offer is not None
    assert "List 5" in offer.reason


@pytest.mark.wide
def test_an_earlier_act_is_offered_after_the_reason_why_the_last_one_stays() -> None:
    acts: ActLog[str] = ActLog(lambda: 0)
    acts.record("Take the ticket back?", lambda: "taken back")
    acts.record("The papers were taken in: that is not undone.", None)
    offer = acts.find_offer()
    assert offer == UndoOffer(1, question="The papers were taken in: that is not undone.\nTake the ticket back?")
