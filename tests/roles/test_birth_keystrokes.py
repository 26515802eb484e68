"""The promise of few keys, counted where it is kept: the real desks, the real camera child, the sample city."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.pilot import Pilot

from clerk_app.composition.office import Office
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation
from clerk_app.views import StaffSession, Workstation
from screens.counter.screen import CounterScreen
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from tests.roles.workflows import BIRTH_ANSWERS
from tests.screens.stage import press, screen_text

MOST = 25  # keystrokes besides the typed values
PATIENCE = 300.0  # seconds after which nothing will come any more; a busy machine starts a camera several times


def enter(desks: Workstation, signed: StaffSession) -> RoleScreen | None:
    return CounterScreen(signed.counter, desks.camera) if signed.counter else None


async def until(pilot: Pilot[Any], words: str) -> None:
    """Wait until the camera has found the code and the desk has answered."""
    assert isinstance(pilot.app, StaffApp)
    async with asyncio.timeout(PATIENCE):
        while words not in screen_text(pilot.app):
            await asyncio.sleep(0.01)


async def test_a_birth_takes_at_most_25_keystrokes_and_the_typed_values(office: Office) -> None:
    camera = ScannerCamera(str(office.folder / "codes" / "mother.png"), office.folder / "camera.log")
    desks = open_workstation(office, camera)
    app = StaffApp(lambda: desks, enter)
    to_the_form = ("enter", "f5", "b", "enter", "enter")  # they agree; a child is born; consent
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", "1234", "enter")
        await press(pilot, "f2", "f7")
        await until(pilot, "Compare face and photo.")
        await press(pilot, *to_the_form)
        await press(pilot, "1", "enter", "1", "enter", BIRTH_ANSWERS["bank_account"], "f9")
        await until(pilot, "Printed.")
    keystrokes = ["f2", "f7", *to_the_form, "1", "enter", "1", "enter", "f9"]
    assert len(keystrokes) <= MOST
    with office.store.read() as tx:
        (case,) = tx.select("cases")
    assert case["state"] == "accepted"
    camera.stop()
