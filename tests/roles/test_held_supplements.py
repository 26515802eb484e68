"""A requested material is met from what the city holds, after consent; paper for it needs a written reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.test_certificates import ANSWERS
from tests.roles.workflows import sign_in_officer
from tests.store_faults import find_faults

Code = Callable[[str], str]
ORGAN_OF_RESIDENCE = "2010"


def accept_with_paper_card(counter: CounterService, code: str) -> str:
    """Accept a residence permit with the identity card on paper, for a reason; return its number."""
    counter.call_next("finish")
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("residence-permit")
    for field, value in ANSWERS.items():
        view = counter.fill_field(field, value)
    assert view.intake is not None
    counter.toggle_paper("applicant-id", "differs", "The name was changed yesterday")
    for row in view.intake.materials:
        if row.state == "missing":
            counter.toggle_paper(row.id)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    counter.finish_visit("finish")
    return receipt.id[:12]


def ask_for_card(workstation: Workstation) -> None:
    officer = sign_in_officer(workstation, ORGAN_OF_RESIDENCE)
    officer.claim_next()
    officer.return_task(["applicant-id"], "The copy cannot be read")


@pytest.fixture
def number(counter: CounterService, workstation: Workstation, code: Code) -> str:
    """A case whose department has asked for the identity card; the holder is served and the case is open."""
    found = accept_with_paper_card(counter, code("mother"))
    ask_for_card(workstation)
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.open_case(found)
    return found


def test_what_the_city_holds_meets_a_request_after_consent(
    counter: CounterService, office: Office, workstation: Workstation, number: str
) -> None:
    (held,) = counter.list_held_supplements()
    assert held.id == "applicant-id"
    refused = counter.use_held_supplements([held.id])
    view = counter.use_held_supplements([held.id], "0001") if refused.is_refusal else refused
    assert "Taken in." in view.message
    assert "1 task continues" in view.message
    assert view.case is not None
    card = next(row for row in view.case.materials if row.id == "applicant-id")
    assert (card.state, card.grade, card.consent) == ("held", "A", "given")
    assert "version 2" in card.reason
    assert "consent" in card.reason
    assert counter.list_held_supplements() == ()
    with office.store.read() as tx:
        (supplement,) = tx.select("supplements", case_number=number)
        rows = tx.select("materials", case_number=number, material="applicant-id", order=("version",))
    assert supplement["answered_at"] is not None
    assert [row["how"] for row in rows] == ["paper", "licence"]
    assert rows[1]["claims"]
    officer = sign_in_officer(workstation, ORGAN_OF_RESIDENCE)
    task = officer.claim_next().task
    assert task is not None
    assert next(row for row in task.materials if row.id == "applicant-id").issuer
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_paper_for_a_request_that_the_city_can_meet_needs_a_written_reason(
    counter: CounterService, office: Office, number: str
) -> None:
    assert counter.list_held_supplements()
    with pytest.raises(Refused, match="The city holds it"):
        counter.receive_supplements(["applicant-id"])
    counter.receive_supplements(["applicant-id"], None, {"applicant-id": ("differs", "The address is out of date")})
    with office.store.read() as tx:
        rows = tx.select("materials", case_number=number, material="applicant-id", order=("version",))
    assert rows[-1]["paper_reason"] == "The address is out of date"


@pytest.mark.wide
def test_nothing_is_offered_to_somebody_who_is_no_party(counter: CounterService, code: Code, number: str) -> None:
    counter.finish_visit("finish")
    counter.serve_walk_in()
    counter.process_scan(code("father"))
    counter.confirm_person()
    counter.open_case(number)
    assert counter.list_held_supplements() == ()
    with pytest.raises(Refused):
        counter.use_held_supplements(["applicant-id"])
