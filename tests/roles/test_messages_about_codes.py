"""The message about a code: a refused one is marked, and one that was not used is cleared after the question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.roles.workstation import open_workstation
from screens.sign_in import StaffApp
from tests.roles.conftest import NoCamera
from tests.roles.test_birth_keystrokes import open_screen
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, scan, screen_text


@pytest.mark.wide
async def test_a_refused_code_is_marked_and_a_code_not_used_is_reported_until_the_question_is_answered(
    office: Office, code: Callable[[str], str]
) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8")
        await press(pilot, "without", "enter")
        await scan(pilot, code("builder-agent"), "enter")
        await press(pilot, "enter", "f5", "dig", "enter")
        await scan(pilot, code("forged"), "enter")
        assert any(line.startswith(" x ") for line in screen_text(app).splitlines()[-4:])
        await scan(pilot, code("builder"), "enter")
        await scan(pilot, code("traveller"), "enter")
        assert "A code was scanned and not used. First answer" in screen_text(app)
        await press(pilot, "enter")
        assert "not used" not in screen_text(app)
