"""Also eligible for: from the answers of a draft to a hint, to the next draft, and to a line on the receipt."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.views.counter import CounterService, CounterView


def begin(counter: CounterService, code: Callable[[str], str], offer: str) -> CounterView:
    counter.serve_walk_in()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    return counter.begin_draft(offer)


def test_an_answer_leads_to_a_hint_and_the_draft_of_it_has_the_same_applicant(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    view = begin(counter, code, "matter.vaccination-record")
    assert view.also_eligible == ()
    first = view.intake.draft if view.intake else ""
    view = counter.fill_field("child_birth_date", "2026-11-20")
    child = next(row for row in view.also_eligible if row.id == "matter.medical-insurance-registration")
    assert (child.verdict, child.missing) == ("yes", "")
    assert "newborn child" in child.rule
    mother = next(row for row in view.also_eligible if row.id == "birth")
    assert mother.verdict == "may be"
    assert mother.missing.startswith("not known: ")
    view = counter.begin_also_eligible(child.id)
    assert view.intake is not None
    assert view.intake.draft != first
    values = {row.id: row.value for row in view.intake.fields}
    assert values["child_birth_date"] == "2026-11-20"
    assert [party.name for party in view.intake.parties if party.identified]
    assert first in {row.id for row in counter.list_drafts()}


def test_a_licence_that_nobody_agreed_to_supports_nothing(counter: CounterService, code: Callable[[str], str]) -> None:
    view = begin(counter, code, "matter.vaccination-record")
    assert view.intake is not None
    assert any(row.consent == "asked" for row in view.intake.materials)  # the city holds some
    assert view.also_eligible == ()
