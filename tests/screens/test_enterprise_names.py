"""The check of an enterprise name on the screen of the counter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.views.case import OpenStep
from screens.counter.enterprise_names import _describe, _list_acts
from screens.counter.steps import list_steps
from tests.screens.sample_counter import SampleCounterService
from tests.screens.sample_names import NAME, TAKEN


@pytest.mark.usefixtures("english")
def test_a_taken_name_offers_free_ones_and_no_reservation() -> None:
    assert [row.id for row in _list_acts(TAKEN)] == [*TAKEN.alternatives, "keep"]
    assert _describe(TAKEN).startswith(f"{NAME}: cannot be used")


@pytest.mark.usefixtures("english")
def test_a_free_name_can_be_reserved_and_a_reserved_one_released() -> None:
    free = replace(TAKEN, severity="", findings=(), alternatives=(), verdict="free")
    assert [row.id for row in _list_acts(free)] == ["reserve", "keep"]
    kept = replace(free, reserved_until="2026-06-05")
    assert [row.id for row in _list_acts(kept)] == ["release", "keep"]
    assert "2026-06-05" in _describe(kept)


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_an_unchecked_name_is_a_step_and_without_a_line_a_sentence() -> None:
    view = SampleCounterService().begin_draft("birth")
    assert view.intake is not None
    open_step = OpenStep("name", "Check the name (F8 69): Company", "company")
    intake = replace(view.intake, open_steps=(open_step,), unchecked_names=("Company is not checked.",))
    steps = list_steps("intake", replace(view, intake=intake))
    found = {step.target: (step.text, step.needed) for step in steps}
    assert found["name:company"] == (open_step.text, True)
    assert found[""] == ("Company is not checked.", False)
    assert "submit:" not in found
