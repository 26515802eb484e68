"""Prints of a paper: two phases, what counts as printed, versions, erasure, and the pause of a supplement notice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.prints import ANSWERS, BeginPrint, PrintContent
from clerk_app.errors import Refused
from tests.case_prints import PAGE, begin, begin_receipt, begin_reprint, record
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = postgresql_wide
COUNTED = ("printed", "written", "confirmed")


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case whose receipt is not printed."""
    return office.door.perform(office.prepare_road(), "clerk-1").number


def receipt(office: SampleOffice, number: str) -> tuple[str, int]:
    (row,) = office.select("notices", id=f"{number}-receipt")
    return row["state"], row["prints"]


def refusal(office: SampleOffice, command: BeginPrint) -> str:
    """Return why a print is refused."""
    with pytest.raises(Refused) as refused:
        begin(office, command)
    return refused.value.reason


@pytest.mark.many_cases
@pytest.mark.parametrize("outcome", ["printed", "written", "unknown", "not_printed", *sorted(ANSWERS)])
def test_a_paper_counts_as_printed_only_by_the_printer_the_folder_or_the_clerk(
    office: SampleOffice, number: str, outcome: str
) -> None:
    print_id = begin(office, begin_receipt(number))
    assert receipt(office, number) == ("pending", 0)
    assert record(office, print_id, outcome) == outcome
    assert receipt(office, number) == (("printed", 1) if outcome in COUNTED else ("pending", 0))
    (row,) = office.select("prints", id=print_id)
    assert (row["outcome"], row["ended_by"], row["staff"], row["content"]) == (outcome, "clerk-1", "clerk-1", PAGE)
    assert find_faults(office.store) == []


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_an_unknown_print_is_answered_once(office: SampleOffice, number: str, answer: str) -> None:
    print_id = begin(office, begin_receipt(number))
    record(office, print_id, "unknown")
    assert record(office, print_id, answer) == answer
    for other in sorted(ANSWERS):
        with pytest.raises(Refused) as refused:
            record(office, print_id, other)
        assert refused.value.reason == "answered"
    assert receipt(office, number)[1] == (answer == "confirmed")


@pytest.mark.parametrize("outcome", ["", "unknown"])
def test_nothing_is_printed_again_before_the_question_is_answered(
    office: SampleOffice, number: str, outcome: str
) -> None:
    print_id = begin(office, begin_receipt(number))
    if outcome:
        record(office, print_id, outcome)
    assert refusal(office, begin_reprint(number, print_id, 1)) == "print_open"
    assert office.unprinted_notices() == []  # it is asked for, not offered
    record(office, print_id, "missing")
    assert office.unprinted_notices() == [f"{number}-receipt"]
    begin(office, begin_reprint(number, print_id, 1))


def test_the_first_paper_after_a_certain_failure_is_no_reprint(office: SampleOffice, number: str) -> None:
    record(office, begin(office, begin_receipt(number)), "not_printed")
    record(office, begin(office, begin_receipt(number)), "printed")
    assert receipt(office, number) == ("printed", 1)


def test_a_reprint_has_the_content_of_the_first_print(office: SampleOffice, number: str) -> None:
    first = begin(office, begin_receipt(number))
    record(office, first, "written")
    assert refusal(office, begin_receipt(number)) == "changed"  # the number was used
    assert refusal(office, begin_reprint(number, first, 2)) == "changed"
    assert refusal(office, replace(begin_receipt(number), number=1)) == "content"  # a content of its own
    assert refusal(office, begin_reprint(number, "another", 1)) == "content"
    record(office, begin(office, begin_reprint(number, first, 1)), "written")
    assert [(row["number"], row["content"]) for row in office.select("prints", order=("begun_at", "number"))] == [
        (0, PAGE),
        (1, None),
    ]
    assert receipt(office, number) == ("printed", 2)


def test_a_new_version_has_its_own_content_and_numbers(office: SampleOffice, number: str) -> None:
    assert refusal(office, begin_receipt(number, version=2)) == "changed"  # there is no first one
    record(office, begin(office, begin_receipt(number)), "printed")
    second = begin(office, begin_receipt(number, "[]", version=2))
    record(office, second, "printed")
    assert refusal(office, begin_receipt(number, version=1)) == "changed"
    record(office, begin(office, begin_reprint(number, second, 1, version=2)), "printed")
    assert receipt(office, number) == ("printed", 3)
    assert find_faults(office.store) == []


@pytest.mark.parametrize("paper", ["", "receipt", "{number}", "{number}-", "999999999999-receipt", "{number}1-x"])
def test_a_paper_belongs_to_a_case(office: SampleOffice, number: str, paper: str) -> None:
    assert refusal(office, replace(begin_receipt(number), paper=paper.format(number=number))) == "no_notice"


@pytest.mark.wide
def test_another_paper_of_a_case_is_printed_without_a_notice(office: SampleOffice, number: str) -> None:
    copy = replace(begin_receipt(number), paper=f"{number}-licence_copy-1", kind="licence_copy")
    assert record(office, begin(office, copy), "printed") == "printed"
    assert receipt(office, number) == ("pending", 0)
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_pages_of_an_erased_case_are_gone_and_its_prints_stay(office: SampleOffice) -> None:
    number = office.accept_road()
    print_id = begin(office, replace(begin_receipt(number), number=1))
    record(office, print_id, "printed")
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, "王芳")
    office.door.perform(EraseCase(case=number, reason="x"), "admin")
    (row,) = office.select("prints")
    assert (row["outcome"], row["content"]) == ("printed", None)
    assert not any(b"block" in (entry["personal"] or b"") for entry in office.entries())
    assert refusal(office, begin_reprint(number, print_id, 2)) == "erased"
    assert find_faults(office.store) == []


def supplement_notice(office: SampleOffice) -> tuple[str, BeginPrint]:
    """Let traffic ask for a safety plan; return the task, and the command that begins the print of the notice."""
    number = office.accept_road()
    office.return_task(number, "excavation-traffic", "safety-plan")
    (notice,) = office.select("notices", kind="supplement")
    command = replace(begin_receipt(number), paper=notice["id"], kind="supplement", personal=PrintContent(page=PAGE))
    return number, command


@pytest.mark.many_cases
@pytest.mark.parametrize(("outcome", "is_paused"), [(None, False), ("unknown", False), *((x, True) for x in COUNTED)])
def test_a_pause_begins_with_a_print_that_is_confirmed(
    office: SampleOffice, outcome: str | None, is_paused: bool
) -> None:
    number, command = supplement_notice(office)
    print_id = begin(office, command)
    if outcome:
        record(office, print_id, outcome)
    (task,) = (row for row in office.tasks(number) if row["state"] == "returned")
    assert (task["due_at"] is None) == is_paused
    if outcome == "unknown":
        office.clock.advance(hours=25)
        record(office, print_id, "confirmed")
        (request,) = office.select("supplements")
        (row,) = office.select("prints")
        assert request["notified_at"] == row["ended_at"] > row["begun_at"]
    assert find_faults(office.store) == []
