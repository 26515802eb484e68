"""The promise of few keys, counted where it is kept: the real desks, the real camera child, the sample city."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.pilot import Pilot

from clerk_app.desk import Desks, SignedIn
from clerk_app.desks import open_desks
from clerk_app.desks.camera import Camera
from clerk_app.desks.office import Office
from screens.counter import Counter
from screens.role import RoleScreen
from screens.signin import DeskApp
from tests.desks.living import BIRTH_ANSWERS
from tests.screens.stage import press, screen_text

MOST = 25  # keystrokes besides the typed values
PATIENCE = 300.0  # seconds after which nothing will come any more; a busy machine starts a camera several times


def enter(desks: Desks, signed: SignedIn) -> RoleScreen | None:
    return Counter(signed.counter, desks.lens) if signed.counter else None


async def until(pilot: Pilot[Any], words: str) -> None:
    """Wait until the camera has found the code and the desk has answered."""
    assert isinstance(pilot.app, DeskApp)
    async with asyncio.timeout(PATIENCE):
        while words not in screen_text(pilot.app):
            await asyncio.sleep(0.01)


async def test_a_birth_takes_at_most_25_keystrokes_and_the_typed_values(office: Office) -> None:
    camera = Camera(str(office.folder / "codes" / "mother.png"), office.folder / "camera.log")
    desks = open_desks(office, camera)
    app = DeskApp(lambda: desks, enter)
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
    with office.store.read() as look:
        (case,) = look.rows("cases")
    assert case["state"] == "accepted"
    camera.stop()
