"""A `ClerkApp` with one role screen around given widgets, and helpers that press keys and read the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import count
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from textual._context import visible_screen_stack
from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import current_language, set_language
from clerk_app.views.drawing import DrawingService
from screens import keys
from screens.app import ClerkApp
from screens.host import ScreenHost
from screens.kiosk.app import KioskApp
from screens.kiosk.host import KioskHost
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import Dialog
from tests.screens.sample_data import is_code

PERSON_SECONDS = 0.2  # between the keys of a person
SCANNER_SECONDS = 0.002  # between the keys of a scanner
BACKGROUND_SECONDS = 0.5  # how long a test waits for a fetch in the background; some go on until a dialog closes
CONDITION_SECONDS = 3.0  # how long a test waits for a condition on a busy machine
HANDLING_SECONDS = 30.0  # how long a test waits for the handling of a message
EAGER_TURNS = 100  # of the event loop, after which a test that waits leaves the processor to others
MAX_PAINT_ROUNDS = 12  # a widget beneath a dialog may ask for a layout until the dialog closes
_last_key_at: WeakKeyDictionary[object, float] = WeakKeyDictionary()


class Stage(ClerkApp):
    """An app with one role screen that shows the given widgets."""

    def __init__(self, widgets: Callable[[], Iterable[Widget]]) -> None:
        super().__init__()
        self._widgets = widgets
        self.answers: list[Any] = []
        self.drawing_service: DrawingService | None = None
        self.sent_graphics: list[str] = []
        self.use_scan_rules("", is_code)

    @property
    def drawing(self) -> DrawingService | None:
        return self.drawing_service

    @property
    def has_all_colours(self) -> bool:
        return True

    def write_graphics(self, message: str) -> None:
        self.sent_graphics.append(message)

    def on_mount(self) -> None:
        self.push_screen(StageScreen(self._widgets))

    def show_dialog(self, make: Callable[[], Dialog[Any]]) -> None:
        """Show a dialog inside an action and append its answer to `answers`."""
        self.perform(self._show_dialog(make))

    async def _show_dialog(self, make: Callable[[], Dialog[Any]]) -> None:
        self.answers.append(await self.show(make()))


class StageScreen(RoleScreen):
    """A role screen with the given widgets as its body."""

    ACTIONS = (keys.NEXT, keys.SUBMIT)
    BINDINGS = keys.bindings(ACTIONS)

    def __init__(self, widgets: Callable[[], Iterable[Widget]]) -> None:
        super().__init__()
        self._widgets = widgets

    def body(self) -> Iterable[Widget]:
        return self._widgets()


class ScreenApp(ClerkApp):
    """An app that shows one role screen without a sign-in."""

    def __init__(self, screen: RoleScreen) -> None:
        super().__init__()
        self._first_screen = screen
        self.use_scan_rules("", is_code)

    def on_mount(self) -> None:
        self.perform(self._show_screen())

    async def _show_screen(self) -> None:
        await self.push_screen(self._first_screen)
        await self._first_screen.load_first_view()


@asynccontextmanager
async def on_stage(
    widgets: Callable[[], Iterable[Widget]] = tuple, *, size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Run the app with `widgets` headless in `language`."""
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
    """Wait until the key gate is open, all messages are handled and the screen has been painted with their effect.

    `Pilot.pause()` compares the time of the process with the clock instead: on a busy machine it returns too early.
    After an error in the app there is nothing to wait for: `run_test` raises it at its end.
    """
    unchanged, rounds, background_until = 0, 0, monotonic() + BACKGROUND_SECONDS
    while unchanged < 2 and rounds < MAX_PAINT_ROUNDS and not pilot.app._exception_event.is_set():
        await _wait_until_handled(pilot.app)
        await pilot.app.animator.wait_until_complete()
        changed = _paint_changes(pilot.app)
        if isinstance(pilot.app, ClerkApp) and pilot.app.gate_closed:
            background_until = monotonic() + BACKGROUND_SECONDS
        elif not _is_fetching(pilot.app) or monotonic() > background_until:
            unchanged, rounds = (0 if changed else unchanged + 1), rounds + 1
            continue
        unchanged, rounds = 0, 0
        await asyncio.sleep(0.002)


async def _wait_until_handled(app: App[Any]) -> None:
    """Wait until the app and the widgets of its screen have handled their messages. Raises TimeoutError.

    `Pilot` sends a message to each widget and waits until all are handled, which took half of the time of such tests.
    """
    until = monotonic() + HANDLING_SECONDS
    for turn in count():
        await asyncio.sleep(0 if turn < EAGER_TURNS else 0.001)
        pumps = (app, *app.screen.walk_children(with_self=True))
        if app._exception_event.is_set() or not any(map(_is_handling, pumps)):
            return
        if monotonic() > until:
            raise TimeoutError("a message is being handled for too long")


def _is_handling(pump: MessagePump) -> bool:
    """Return whether a widget handles a message or has one to handle. Textual has no public method for this."""
    if pump._closing or pump._closed:
        return False
    queue: Any = pump._message_queue
    return not queue.empty() or not queue.ready_event._waiters


async def wait_for(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds and nothing is left to do, for what a list or preview starts a moment after a key.

    A condition that never holds is left to the assertion that follows.
    """
    until = monotonic() + CONDITION_SECONDS
    while not condition() and monotonic() < until:
        await asyncio.sleep(0.002)
    await wait_until_idle(pilot)


def _is_fetching(app: App[Any]) -> bool:
    return any(not worker.is_finished for worker in app.workers if worker.group != "action")


def _paint_changes(app: App[Any]) -> bool:
    """Lay out and paint what has changed; return whether there was something. Textual has no public method for this."""
    changed = False
    for screen in (screen for screen in app.screen_stack if screen.is_current):
        widgets = screen.walk_children(Widget, with_self=True)
        waiting = any(widget._layout_required or widget._repaint_required for widget in widgets)
        changed = changed or waiting or bool(screen._dirty_widgets)
        screen._on_timer_update()
    return changed


async def press(pilot: Pilot[Any], *names: str) -> None:
    """Press keys as a person does, without waiting; a text that is not the name of a key is typed.

    The key gate keeps their order. The keys have the times at which a person would press them, which may lie ahead.
    """
    await _send_keys(pilot, names, PERSON_SECONDS, 1.0)


async def scan(pilot: Pilot[Any], *names: str, pause: float = 1.0, seconds: float = SCANNER_SECONDS) -> None:
    """Send keys as a scanner does: `scan(pilot, "]Q1EL1:WANG-LI", "enter", "ctrl+j")`, `pause` seconds after others."""
    await _send_keys(pilot, names, seconds, pause)


async def _send_keys(pilot: Pilot[Any], names: Iterable[str], seconds: float, pause: float = 0.0) -> None:
    post_keys(pilot, *names, seconds=seconds, pause=pause)
    arrived = asyncio.Event()
    pilot.app.call_later(arrived.set)  # after the keys: from then on the gate is closed until they have taken effect
    await arrived.wait()
    await wait_until_idle(pilot)


def post_keys(pilot: Pilot[Any], *names: str, seconds: float = SCANNER_SECONDS, pause: float = 1.0) -> None:
    """Send keys as a scanner does, without waiting for their effect: an action may be running."""
    for key in (key for name in names for key in _keys(name)):
        at = max(monotonic(), _last_key_at.get(pilot.app, 0.0) + (pause or seconds))
        key.time = _last_key_at[pilot.app] = at
        pause = 0.0
        pilot.app.post_message(key)


def _keys(name: str) -> list[Key]:
    if name in _NAMES or name.startswith(("ctrl+", "shift+", "alt+")):
        return [Key(name, " " if name == "space" else None)]
    return [Key(_character_to_key(character), character) for character in name]


def screen_text(app: ClerkApp) -> str:
    """Return the text on the screen."""
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in painted_lines(app))


def flowing_text(app: ClerkApp) -> str:
    """Return the screen as one line, without frames, so that a wrapped sentence is found."""
    return " ".join(screen_text(app).replace("\u2503", " ").replace("\u2502", " ").split())


def painted_lines(app: ClerkApp) -> list[Strip]:
    """Return the lines of the screen with their styles. Textual has no public method for this."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


_NAMES = {f"f{n}" for n in range(1, 13)} | {
    "enter", "escape", "tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "space", "backspace",
}  # fmt: skip


def as_host(app: ClerkApp) -> ScreenHost:
    """Return the app as its Protocol, so that the type checker compares the two."""
    return app


def as_kiosk_host(app: KioskApp) -> KioskHost:
    """Return the kiosk's app as its Protocol, so that the type checker compares the two."""
    return app
