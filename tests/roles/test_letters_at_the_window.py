"""Letters of a case at the window: every decision is printed with one act, and none before it exists."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.composition.office import Office
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, approve_all

OFFICERS = ("2001", "2003", "2004", "2005", "2006")


def test_after_the_hand_over_every_decision_is_printed_with_one_act(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str], office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    assert [letter.title for letter in counter.read_view().letters] == ["Notice of acceptance"]
    approve_all(workstation, OFFICERS)
    counter.open_case(number)
    view = counter.hand_over_results("mother", "code")
    decisions = [letter.id for letter in view.letters if letter.is_decision]
    with office.store.read() as tx:
        tasks = [row for row in tx.select("tasks", case_number=number) if row["state"] == "approved"]
    assert len(decisions) == len(tasks) > 3

    empty = office.printers.spool.folder / OUT_OF_PAPER
    empty.touch()
    view = counter.print_letters(decisions)
    assert view.message == ""
    assert not any(letter.is_printed for letter in view.letters)
    empty.unlink()
    view = counter.print_letters(decisions)
    assert view.message == f"{len(decisions)} letters printed."
    assert all(letter.is_printed for letter in view.letters if letter.is_decision)
    assert len([paper for paper in counter.list_papers() if paper.title.startswith("Decision of approval")]) == len(
        decisions
    )
