"""The app that every role's screen runs in: desk calls in a worker, one route for errors, dialogs, language, themes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from textual.screen import Screen
from textual.scrollbar import ScrollBar

from clerk_app.locales import LANGUAGES, _, current_language, set_language
from clerk_app.views import ClerkError, Level
from screens import keys
from screens.key_gate import KeyGate, KeyHold
from screens.role_screen import RoleScreen
from screens.themes import THEMES
from screens.widgets.dialogs import Dialog
from screens.widgets.help import HelpDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.scroll import WholeCellScrollBar
from screens.widgets.status_lines import MessageLine, StatusMessage

T = TypeVar("T")
SLOW_AFTER = 0.3  # seconds until the screen says that it works
MIN_ERROR_SECONDS = 1.5  # seconds that a bad sentence stays at least: an act typed ahead must not wipe it unread
ScrollBar.renderer = WholeCellScrollBar


@dataclass
class _RunningAction:
    """An act in flight; its hold on the keys is taken away while a dialog asks."""

    hold: KeyHold


_running_action: ContextVar[_RunningAction | None] = ContextVar("act", default=None)


class ClerkApp(KeyGate, inherit_bindings=False):
    """The base of every program with a screen: no key goes astray, errors become sentences, words change language."""

    ENABLE_COMMAND_PALETTE = False  # Ctrl+P is ours: the acts of the screen, translated, behind the same key gate
    BINDINGS = keys.bindings(keys.GLOBAL_ACTIONS)
    TITLE = "clerk"

    def __init__(self) -> None:
        super().__init__()
        self.message = StatusMessage()
        self._message_at = 0.0
        self._call_thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    # acts

    def perform(self, action: Coroutine[Any, Any, None]) -> None:
        """Carry out an act: keys typed meanwhile land after it, a failure becomes a sentence. One at a time."""
        if self.action_running:
            action.close()
            self.bell()
            return
        act = _RunningAction(self.hold_keys())
        if self.message.level != "bad" or monotonic() - self._message_at > MIN_ERROR_SECONDS:
            self.show_message("")
        self.run_worker(self._carry_out(action, act), group="act", exit_on_error=False)

    async def ask(self, call: Callable[[], T]) -> T:
        """The answer of a desk call, made in the one desk thread: calls are answered in the order they were asked."""
        act = _running_action.get()
        if act is None:
            return await self._call_in_thread(call)
        act.hold.awaiting_answer = True
        slow = self.set_timer(SLOW_AFTER, lambda: self.show_message(_("Working ...")))
        try:
            return await self._call_in_thread(call)
        finally:
            slow.stop()
            act.hold.awaiting_answer = False
            if self.message.text == _("Working ..."):
                self.show_message("")

    async def _call_in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._call_thread, call)

    def fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = "look") -> None:
        """Ask in the background, keys go on; a newer fetch of the same group replaces it."""
        self.run_worker(self._fetch(call, then), group=group, exclusive=True, exit_on_error=False)

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background, keys go on; nothing replaces it (keeping a field in the draft)."""
        self.run_worker(self._run_in_background(work), group="aside", exit_on_error=False)

    async def show(self, dialog: Dialog[T]) -> T | None:
        """The answer of a dialog, None if the person went back. Keys go to the dialog while it asks."""
        act = _running_action.get()
        await self.push_screen(dialog)
        if act is not None:
            self.release_keys(act.hold)
        answer = await dialog.answer
        if act is not None:
            act.hold = dialog.closing_hold
        else:
            self.release_keys(dialog.closing_hold)
        return answer

    async def _carry_out(self, action: Coroutine[Any, Any, None], running: _RunningAction) -> None:
        _running_action.set(running)
        try:
            await self._report_errors(action)
        finally:
            self.release_keys(running.hold)

    async def _fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None]) -> None:
        async def both() -> None:
            done = then(await self.ask(call))
            if done is not None:
                await done

        await self._run_in_background(both())

    async def _run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        _running_action.set(None)  # whoever started it, the keys do not wait for it
        await self._report_errors(work)

    async def _report_errors(self, work: Coroutine[Any, Any, object]) -> None:
        """The one route of every failure to the person."""
        try:
            await work
        except ClerkError as error:
            self.show_message(str(error), "bad")
        except Exception as error:  # a person must never see a traceback; the log keeps it
            self.log.error(repr(error))
            sentence = _("Something inside the program failed ({kind}). What was saved is safe; please do it again.")
            self.show_message(sentence.format(kind=type(error).__name__), "bad")

    # what is said

    def show_message(self, message: str, level: Level = "plain") -> None:
        """Put a sentence on the message line; a bad one rings."""
        again, self.message = self.message.text == message, StatusMessage(message, level)
        self._message_at = monotonic()
        for screen in self.screen_stack:
            for line in screen.query(MessageLine):
                line.refresh(layout=True)
        if level == "bad" and not again:
            self.bell()

    def report_dropped_keys(self, count: int, *, overdue: bool) -> None:
        if overdue:
            self.show_message(
                _("The last act takes very long. Keys typed since were dropped; look before you type on."), "warn"
            )
        elif count:
            self.show_message(_("{count} keys typed ahead were dropped.").format(count=count), "warn")

    # everywhere

    def action_help(self) -> None:
        self.perform(self._help())

    async def _help(self) -> None:
        await self.show(HelpDialog(self._available_actions()))

    def action_commands(self) -> None:
        self.perform(self._commands())

    async def _commands(self) -> None:
        screen, acts = self.screen, {act.id: act for act in self._available_actions()}
        rows = [PickRow(act.id, _(act.label), act.key_cap, _(act.help)) for act in acts.values()]
        chosen = await self.show(PickDialog(_("Commands"), rows))
        if chosen is not None and isinstance(screen, RoleScreen):
            self.call_later(screen.perform_action, acts[chosen])

    def action_language(self) -> None:
        names = list(LANGUAGES)
        self.change_language(names[(names.index(current_language()) + 1) % len(names)])

    def change_language(self, language: str) -> None:
        """Speak `language` from now on; what is typed stays."""
        set_language(language)
        self.show_message("")
        for screen in self.screen_stack:
            repaint_text(screen)
        self.run_in_background(self._refresh_views())

    async def _refresh_views(self) -> None:
        """Ask the desk of every role's screen again: its texts come in the language spoken now."""
        for screen in self.screen_stack:
            if isinstance(screen, RoleScreen):
                await screen.refresh_view()

    def action_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    async def action_quit(self) -> None:
        self.exit()

    def _available_actions(self) -> tuple[keys.KeyAction, ...]:
        screen = self.screen
        return (*(screen.ACTIONS if isinstance(screen, RoleScreen) else ()), *keys.GLOBAL_ACTIONS)

    async def _on_exit_app(self) -> None:
        self._call_thread.shutdown(wait=False, cancel_futures=True)
        await super()._on_exit_app()


def repaint_text(screen: Screen[Any]) -> None:
    """Paint every word of `screen` anew."""
    for widget in screen.walk_children():
        widget.refresh(layout=True)
    screen.refresh(layout=True)
