"""What the city holds, at the counter: papers given before are used again, and paper for a licence needs a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService
from tests.roles.test_certificates import ANSWERS, accept_permit
from tests.roles.workflows import agree

Code = Callable[[str], str]


def begin_permit(counter: CounterService, code: str) -> IntakeView:
    """Serve the next citizen, and fill in an application for a residence permit."""
    counter.call_next("finish")
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("residence-permit")
    for field, value in ANSWERS.items():
        view = counter.fill_field(field, value)
    assert view.intake is not None
    return view.intake


def test_papers_of_the_last_visit_are_listed_with_their_age_and_used_again(counter: CounterService, code: Code) -> None:
    first = accept_permit(counter, code("mother"))
    intake = begin_permit(counter, code("mother"))
    deed = next(row for row in intake.materials if row.id == "real-estate-certificate")
    assert (deed.state, deed.consent, deed.grade, deed.earlier_case) == ("held", "asked", "B", first)
    assert first in deed.issuer
    assert "learnt on" in deed.freshness
    assert deed.answers_for_it == "Planning and natural resources"
    held = {row.used_as: row for row in counter.list_held_materials() if row.used_as}
    assert held["real-estate-certificate"].kind == "paper of an earlier case"
    assert held["applicant-id"].kind == "e-licence"
    agreed = agree(counter, [row.id for row in intake.materials if row.consent == "asked"]).intake
    assert agreed is not None
    assert agreed.gaps == ()
    duplicates = [case.id for case in counter.find_duplicates().cases]
    receipt = counter.accept_case(duplicates, "insists").receipt
    assert receipt is not None
    assert "Certificate of real estate: consent" in " ".join(receipt.lines)
    case = counter.open_case(receipt.id[:12]).case
    assert case is not None
    used = next(row for row in case.materials if row.id == "real-estate-certificate")
    assert f"given with case {first}" in used.reason
    assert any("Certificate of real estate" in line for line in counter.list_accesses())


def test_paper_for_a_held_licence_is_taken_with_a_reason_that_the_case_shows(
    counter: CounterService, code: Code
) -> None:
    intake = begin_permit(counter, code("mother"))
    card = next(row for row in intake.materials if row.id == "applicant-id")
    assert card.paper_needs_reason
    with pytest.raises(Refused, match="The city holds it"):
        counter.toggle_paper("applicant-id")
    with pytest.raises(Refused, match="The city holds it"):
        counter.toggle_paper("applicant-id", "other", " ")
    counter.toggle_paper("applicant-id", "other", "The card was renewed yesterday")
    for row in intake.materials:
        if not row.paper_needs_reason:
            counter.toggle_paper(row.id)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    case = counter.open_case(receipt.id[:12]).case
    assert case is not None
    assert "The card was renewed yesterday" in next(row for row in case.materials if row.id == "applicant-id").reason
    assert "The card was renewed yesterday" in case.history[0].action
