"""Each organ's decision on each matter has a letter of its own; a lapsed matter has none."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.errors import BadData
from clerk_app.paper.documents.decision_letters import ApprovalLetter, RefusalLetter
from clerk_app.roles.case_letters import build_letter, list_letters
from clerk_app.roles.printing import CasePrinter
from tests.engines import sqlite_only
from tests.office import SampleOffice

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]

CERTIFICATE, TRAFFIC, ROAD = "birth-medical-certificate", "excavation-traffic", "excavation-road"


def letters(office: SampleOffice, number: str) -> dict[str, ApprovalLetter | RefusalLetter]:
    """Return the letters on decisions of a case, with names in full, by paper."""
    with office.store.read() as tx:
        case = read_case(tx, number)
        rows = [row for row in list_letters(tx, case) if row["task"]]
        built = {row["id"]: build_letter(office.office, tx, case, row, in_full=True) for row in rows}
    return {paper: facts for paper, facts in built.items() if isinstance(facts, ApprovalLetter | RefusalLetter)}


def test_two_organs_that_decide_have_two_letters_with_their_own_names_and_signers(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, ROAD)
    office.refuse(number, TRAFFIC, "the night is missing")
    approval, refusal = letters(office, number).values()
    assert isinstance(approval, ApprovalLetter)
    assert isinstance(refusal, RefusalLetter)
    assert (approval.organ, refusal.organ) == ("Transport commission", "Police")
    signers = [office.select("staff", id=row["signer"])[0]["name"] for row in office.select("decisions", order=("at",))]
    assert [approval.signer, refusal.signer] == signers
    assert refusal.reasons == ("the night is missing",)
    assert refusal.legal_basis == "Road Traffic Safety Law, art. 32"
    text = " ".join(CasePrinter(office.office, "clerk-1", "9").print_notice(f"{number}-refusal-03").lines)
    assert "60 days" in text
    assert refusal.court in text


def test_the_letter_of_a_refusal_names_the_lapsed_matters_which_have_no_letter(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "no such birth")
    ((paper, refusal),) = letters(office, number).items()
    assert paper == f"{number}-refusal-01"
    assert isinstance(refusal, RefusalLetter)
    assert len(refusal.lapsed) == sum(state == "lapsed" for state in office.task_states(number).values()) == 6


@pytest.mark.wide
def test_a_reversed_refusal_names_the_decision_in_force_and_no_lapsed_matter(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "no such birth")
    office.clock.set("2026-05-08 10:00")
    office.take_in(number, "birth-certificate")
    office.approve(number, CERTIFICATE)
    refusal, approval = letters(office, number).values()
    assert isinstance(refusal, RefusalLetter)
    assert (refusal.replaced_by, refusal.lapsed) == ("approved 2026-05-08", ())
    assert (approval.replaces, approval.replaced_by) == ("refused 2026-05-06", "")


@pytest.mark.wide
def test_the_paper_has_the_name_in_full_and_the_screen_a_masked_one(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE)
    printer = CasePrinter(office.office, "clerk-1", "9")
    paper = printer.print_notice(f"{number}-refusal-01")
    assert paper.names_in_full
    assert "王芳" not in "".join(paper.lines)
    (row,) = office.select("prints", case_number=number)
    assert "王芳" in row["content"]
    assert (row["kind"], row["outcome"]) == ("refusal", "written")


@pytest.mark.wide
def test_a_letter_is_listed_with_the_papers_of_the_case_once_it_was_printed(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, ROAD)
    printer = CasePrinter(office.office, "clerk-1", "9")
    assert [paper.title for paper in printer.papers.list_papers(number)] == ["Receipt"]
    printer.print_notice(f"{number}-approval-02")
    again = printer.print_notice(f"{number}-approval-02")
    assert again.lines[0].strip() == "重打 REPRINT 1"
    newest = printer.papers.list_papers(number)[0]
    assert (newest.title, len(newest.prints)) == ("Decision of approval: Permit to dig up a city road", 2)


def test_a_letter_that_no_decision_has_is_not_printed(office: SampleOffice) -> None:
    number = office.accept_road()
    office.refuse(number, ROAD)
    printer = CasePrinter(office.office, "clerk-1", "9")
    for paper in (f"{number}-approval-02", f"{number}-refusal-01", f"{number}-refusal"):
        with pytest.raises(BadData):
            printer.print_notice(paper)
    assert office.select("prints") == []
