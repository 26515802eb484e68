"""An officer asks for a paper that the matter does not require: the screen asks for its legal basis."""

from __future__ import annotations

import pytest

from clerk_app.views.shared import Option
from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import press, screen_text


@pytest.mark.wide
async def test_another_paper_of_the_catalogue_is_asked_for_with_its_legal_basis() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.other_materials = (Option("plan", "Safety plan"),)
        await press(pilot, "f2", "f6", "end", "space", "enter", "needed", "enter", "enter")
        assert "Which paper?" in screen_text(app)
        await press(pilot, "enter")
        assert "The matter does not require this: Safety plan" in screen_text(app)
        await press(pilot, "rule 12", "enter", "enter")
        (_claim, returned) = app.service.asked
        assert returned.endswith("plan: needed basis rule 12")
