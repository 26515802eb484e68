"""The letter of a revocation because of a false promise, and what screens state about the case."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.status_query import build_case_status
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.paper.documents.revocation_letter import RevocationLetter
from clerk_app.roles.case_letters import build_letter, list_letters
from clerk_app.roles.case_view import build_case_status_view
from clerk_app.roles.kiosk.citizen_words import describe_to_citizen
from clerk_app.roles.printing import CasePrinter
from tests.cases.promise_city import accept_low_risk, find_promise, prove_false
from tests.engines import sqlite_only
from tests.office import SampleOffice

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


@pytest.fixture
def number(office: SampleOffice) -> str:
    """A delivered road excavation by commitment, whose promise to the transport commission proved false."""
    number = accept_low_risk(office)
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, "示范建设公司")
    prove_false(office, find_promise(office, number, "excavation-road"))
    return number


def test_a_revocation_has_a_letter_with_facts_basis_two_persons_and_remedies(office: SampleOffice, number: str) -> None:
    with office.store.read() as tx:
        case = read_case(tx, number)
        (row,) = [row for row in list_letters(tx, case) if row["kind"] == "revocation"]
        letter = build_letter(office.office, tx, case, row, in_full=True)
        assert [row["kind"] for row in list_letters(tx, case)].count("refusal") == 0
    assert isinstance(letter, RevocationLetter)
    names = {row["id"]: row["name"] for row in office.select("staff")}
    assert (letter.reporter, letter.signer) == (names["transport-1"], names["transport-2"])
    assert (letter.finding, letter.evidence) == ("the road is deeper than stated", "measured on site")
    assert letter.promise == "By commitment: Permit to dig up a city road"
    assert (letter.reconsideration_days, letter.suit_months) == (60, 6)
    assert letter.excluded_until is not None
    paper = CasePrinter(office.office, "clerk-1", "9").print_notice(row["id"])
    text = " ".join(paper.lines)
    assert "art. 69 (2)" in text
    assert "within six months" not in text
    assert [row["kind"] for row in office.select("prints", paper=row["id"])] == ["revocation"]


def test_a_letter_states_a_later_decision_that_is_in_force(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve_all(number)
    prove_false(office, find_promise(office, number, "excavation-road"))
    task = office.task(number, "excavation-road")["id"]
    office.door.perform(ReopenDecision(task=task, reason="measured at the wrong road"), "transport-2")
    office.approve(number, "excavation-road")
    with office.store.read() as tx:
        case = read_case(tx, number)
        (row,) = [row for row in list_letters(tx, case) if row["kind"] == "revocation"]
        letter = build_letter(office.office, tx, case, row, in_full=True)
    assert isinstance(letter, RevocationLetter)
    assert letter.replaced_by.startswith("approved")


def test_the_case_and_the_kiosk_state_that_the_approval_was_revoked(office: SampleOffice, number: str) -> None:
    with office.store.read() as tx:
        case = read_case(tx, number)
        status = build_case_status(tx, case, office.clock())
    assert [each.matter for each in status.matters if each.false_promise_at] == ["excavation-road"]
    view = build_case_status_view(case.catalogue, number, status, office.clock(), data_time=None)
    (row,) = [row for row in view.matters if row.id == "excavation-road"]
    assert "because a promise proved false: the road is deeper than stated" in row.reason
    shown = describe_to_citizen(view, status, now=office.clock(), phone="")
    assert any("a promise proved false" in step for step in shown.next_steps)
    assert [row.state for row in shown.matters if row.id == "excavation-road"] == ["revoked"]
