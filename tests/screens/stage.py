"""A stage for widgets in tests: a real ClerkApp with one role screen around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from clerk_app.locales import current_language, set_language
from screens import keys
from screens.app import ClerkApp
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import Dialog


class Stage(ClerkApp):
    """Shows one role screen with the widgets given."""

    def __init__(self, widgets: Callable[[], Iterable[Widget]]) -> None:
        super().__init__()
        self._widgets = widgets
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(StageScreen(self._widgets))

    def show_dialog(self, make: Callable[[], Dialog[Any]]) -> None:
        """Show a dialog as an act would and keep its answer."""
        self.perform(self._show_dialog(make))

    async def _show_dialog(self, make: Callable[[], Dialog[Any]]) -> None:
        self.answers.append(await self.show(make()))


class StageScreen(RoleScreen):
    """Widgets between the four lines."""

    ACTIONS = (keys.NEXT, keys.SUBMIT)
    BINDINGS = keys.bindings(ACTIONS)

    def __init__(self, widgets: Callable[[], Iterable[Widget]]) -> None:
        super().__init__()
        self._widgets = widgets

    def body(self) -> Iterable[Widget]:
        return self._widgets()


@asynccontextmanager
async def on_stage(
    widgets: Callable[[], Iterable[Widget]] = tuple, *, size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """The app with `widgets` running headless in `language`."""
    before = current_language()
    set_language(language)
    app = Stage(widgets)
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until_idle(pilot)
            yield app, pilot
    finally:
        set_language(before)


async def wait_until_idle(pilot: Pilot[Any]) -> None:
    """Wait until no key is on its way and no act is in flight."""
    app = pilot.app
    await pilot.pause()
    while isinstance(app, ClerkApp) and app.gate_closed:
        await asyncio.sleep(0.002)
    await pilot.pause()


async def press(pilot: Pilot[Any], *names: str) -> None:
    """Press keys in one burst, as a fast clerk does; a text that names no key is typed. The gate keeps the order."""
    for name in names:
        if name in _NAMES or name.startswith(("ctrl+", "shift+")):
            pilot.app.post_message(Key(name, " " if name == "space" else None))
        else:
            for character in name:
                pilot.app.post_message(Key(_character_to_key(character), character))
    await wait_until_idle(pilot)


def screen_text(app: ClerkApp) -> str:
    """What a person reads on the screen now."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


_NAMES = {f"f{n}" for n in range(1, 13)} | {
    "enter", "escape", "tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "space", "backspace",
}  # fmt: skip
