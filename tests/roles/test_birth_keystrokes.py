"""Number of keystrokes for a birth, with the real services, the camera process and the sample city."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.composition.office import Office
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import StaffSession, Workstation
from screens.counter.screen import CounterScreen
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from tests.roles.workflows import BIRTH_ANSWERS
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, screen_text

MAX_KEYSTROKES = 25  # besides the typed values
TIMEOUT_SECONDS = 300.0  # a busy machine starts the camera several times


def open_screen(workstation: Workstation, session: StaffSession) -> RoleScreen | None:
    return CounterScreen(session.counter, workstation.camera) if session.counter else None


async def wait_for(pilot: Pilot[Any], text: str) -> None:
    """Wait until the screen shows a text."""
    assert isinstance(pilot.app, StaffApp)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while text not in screen_text(pilot.app):
            await asyncio.sleep(0.01)


@pytest.mark.wide
async def test_a_birth_takes_at_most_25_keystrokes_and_the_typed_values(office: Office) -> None:
    camera = ScannerCamera(str(office.folder / "codes" / "mother.png"), office.folder / "camera.log")
    workstation = open_workstation(office, camera)
    app = StaffApp(lambda: workstation, open_screen)
    # the code of the film may be a print: the citizen also names the end of the telephone number
    to_the_form = ("enter", "enter", "f5", "b", "enter", "a", "enter")  # confirm the person; choose "birth"; consent
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter")
        await press(pilot, "f2", "f7")
        await wait_for(pilot, "Compare face and photo.")
        await press(pilot, *to_the_form)
        await wait_for(pilot, "last four digits")
        await press(pilot, "0001", "enter")
        await press(pilot, "1", "enter", "1", "enter", BIRTH_ANSWERS["bank_account"], "f9")
        await wait_for(pilot, "Written to the folder")
    keystrokes = ["f2", "f7", *to_the_form, "enter", "1", "enter", "1", "enter", "f9"]
    assert len(keystrokes) <= MAX_KEYSTROKES
    with office.store.read() as tx:
        (case,) = tx.select("cases")
    assert case["state"] == "accepted"
    camera.stop()
