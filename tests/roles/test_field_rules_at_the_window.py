"""Rules across fields at the counter: quoted at their fields, in the list of what is missing, and on the notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.errors import Refused
from clerk_app.views.case import FieldRow, IntakeView
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.workflows import prepare_birth


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def field(view: CounterView, name: str) -> FieldRow:
    return next(row for row in intake(view).fields if row.id == name)


def test_a_broken_rule_is_quoted_at_its_fields_and_stops(counter: CounterService, code: Callable[[str], str]) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("builder-agent"))
    counter.confirm_person()
    counter.begin_draft("road-excavation")
    counter.fill_field("works_start", "2026-12-10")
    view = counter.fill_field("works_end", "2026-12-01")
    assert "cannot end before" in field(view, "works_start").error
    assert "cannot end before" in field(view, "works_end").error
    assert "cannot end before" in " ".join(intake(view).gaps)
    step = next(step for step in intake(view).open_steps if "cannot end before" in step.text)
    assert (step.kind, step.id) == ("field", "works_end")
    with pytest.raises(Refused):
        counter.accept_case()
    view = counter.fill_field("works_end", "2026-12-10")
    assert field(view, "works_end").error == ""


def test_a_warning_is_shown_and_stops_nothing(counter: CounterService, code: Callable[[str], str]) -> None:
    prepare_birth(counter, code("mother"))
    before = field(counter.read_view(), "child_birth_date")
    born = f"{int(before.value[:4]) - 30}{before.value[4:]}"
    view = counter.fill_field("child_birth_date", born)
    assert "younger than 14" in field(view, "child_birth_date").warning
    assert not [gap for gap in intake(view).gaps if "younger than 14" in gap]
