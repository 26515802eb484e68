"""Language and theme are remembered: for the person who chose them, and for the machine before sign-in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from clerk_app.locales import current_language, set_language
from clerk_app.preferences import PREFERENCES_FILE, FilePreferences
from clerk_app.views.workstation import Preferences
from screens.sign_in import StaffApp
from screens.theme.themes import CONTRAST, DARK, LIGHT
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_counter import make_screen

pytestmark = pytest.mark.wide


@asynccontextmanager
async def started(folder: Path, store: FilePreferences | None = None) -> AsyncIterator[tuple[StaffApp, Pilot[None]]]:
    """Run the program in English, as after a restart."""
    before = current_language()
    set_language("en")
    store = store or FilePreferences(folder)
    app = StaffApp(SampleWorkstation, make_screen, store, FilePreferences(folder).read(""))
    try:
        async with app.run_test() as pilot:
            await wait_until_idle(pilot)
            yield app, pilot
    finally:
        set_language(before)


async def wait_until_saved(pilot: Pilot[None], folder: Path, person: str, chosen: Preferences) -> None:
    async with asyncio.timeout(10):
        while FilePreferences(folder).read(person) != chosen:
            await pilot.pause()


async def sign_in(pilot: Pilot[None]) -> None:
    await press(pilot, "1001", "enter", "2468", "enter")


async def test_a_person_finds_language_and_theme_again_after_a_restart(tmp_path: Path) -> None:
    async with started(tmp_path) as (app, pilot):
        await sign_in(pilot)
        await press(pilot, "ctrl+l", "ctrl+t")
        assert (current_language(), app.theme) == ("zh_CN", LIGHT.name)
        await wait_until_saved(pilot, tmp_path, "Li Mei", Preferences("zh_CN", LIGHT.name))
    async with started(tmp_path) as (app, pilot):
        assert (current_language(), app.theme) == ("en", DARK.name)
        await sign_in(pilot)
        assert (current_language(), app.theme) == ("zh_CN", LIGHT.name)
        await press(pilot, "ctrl+d", "enter")
        assert (current_language(), app.theme) == ("en", DARK.name)  # the next person starts as the machine was


class ObservedPreferences(FilePreferences):
    """Records each read: whose preferences, and whether the screens had to wait for it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reads: list[tuple[str, bool]] = []

    def read(self, person: str) -> Preferences:
        self.reads.append((person, threading.current_thread() is threading.main_thread()))
        return super().read(person)


async def test_no_file_is_read_while_the_screens_wait(tmp_path: Path) -> None:
    store = ObservedPreferences(tmp_path)
    async with started(tmp_path, store) as (_app, pilot):
        await sign_in(pilot)
        await press(pilot, "f12")
        await sign_in(pilot)
        await press(pilot, "ctrl+d", "enter")
    assert store.reads == [("Li Mei", False), ("Li Mei", False)]


async def test_the_theme_chosen_at_the_sign_in_screen_is_that_of_the_machine(tmp_path: Path) -> None:
    async with started(tmp_path) as (_app, pilot):
        await press(pilot, "ctrl+t", "ctrl+t")
        await wait_until_saved(pilot, tmp_path, "", Preferences("en", CONTRAST.name))
    async with started(tmp_path) as (app, _pilot):
        assert app.theme == CONTRAST.name


def test_a_damaged_file_counts_as_empty_and_unknown_values_as_not_chosen(tmp_path: Path) -> None:
    (tmp_path / PREFERENCES_FILE).write_text("{")
    assert FilePreferences(tmp_path).read("1001") == Preferences()
    (tmp_path / PREFERENCES_FILE).write_text('{"person 1001": {"language": "xx", "theme": 3}, "machine": []}')
    assert FilePreferences(tmp_path).read("1001") == Preferences()
    assert FilePreferences(tmp_path).read("") == Preferences()
