"""`ClerkApp`, the base app: runs actions, calls services in a thread, shows dialogs, errors and messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from textual.css.query import NoMatches
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from clerk_app.errors import ClerkError
from clerk_app.locales import LANGUAGES, _, current_language, set_language
from screens import keys
from screens.help_keys import HelpKeys
from screens.host import Question
from screens.key_gate import KeyHold
from screens.message_app import MessageApp
from screens.role_screen import RoleScreen
from screens.terminal_watch import TerminalWatch
from screens.widgets.scroll import WholeCellScrollBar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
SLOW_AFTER = 0.3  # seconds until the message line shows that a call is running
_log = logging.getLogger("clerk.screens")
_log.addHandler(logging.NullHandler())  # without a log, nothing may be written to the screen
ScrollBar.renderer = WholeCellScrollBar


class _RunningAction:
    """The running action with its key hold, which `show` releases for a dialog and replaces when the dialog closes."""

    def __init__(self, hold: KeyHold) -> None:
        self.hold = hold


_running_action: ContextVar[_RunningAction | None] = ContextVar("running_action", default=None)


class ClerkApp(HelpKeys, MessageApp, TerminalWatch, inherit_bindings=False):
    """The base of every app: implements `ScreenHost`, changes language and theme, shows help and the command list."""

    ENABLE_COMMAND_PALETTE = False  # Ctrl+P opens our own list of actions: translated, keys queued
    BINDINGS = keys.bindings(keys.GLOBAL_ACTIONS)
    TITLE = "clerk"

    def __init__(self) -> None:
        super().__init__()
        for theme in self.themes:
            self.register_theme(theme)
        self.begin_with_theme(self.themes[0].name)

    def begin_with_theme(self, name: str) -> None:
        """Use a theme from the first paint on. Textual parses all styles again when `theme` is assigned."""
        self.set_reactive(ClerkApp.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())

    # actions and calls

    @cached_property
    def _call_thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # not needed for the first paint

        return ThreadPoolExecutor(1, thread_name_prefix="service")

    def perform(self, action: Coroutine[Any, Any, None]) -> None:
        """Start an action. Keys are queued until it ends; an error that it raises is shown on the message line.

        Only one action runs at a time: while an action is running, another one is dropped and the bell rings.
        """
        if self.action_running:
            action.close()
            self.bell()
            return
        running = _RunningAction(self.hold_keys())
        self.end_message()
        self.run_worker(self._carry_out(action, running), group="action", exit_on_error=False)

    async def ask(self, call: Callable[[], T]) -> T:
        """Run a blocking service call in the worker thread and return its result.

        Calls run one after another, in the order in which `ask` was called. Raises what `call` raises.
        """
        running = _running_action.get()
        if running is None:
            return await self._call_in_thread(call)
        running.hold.awaiting_answer = True
        slow = self.set_timer(SLOW_AFTER, lambda: self.notify(_("Working ...")))
        try:
            return await self._call_in_thread(call)
        finally:
            slow.stop()
            running.hold.awaiting_answer = False
            if self.message.text == _("Working ..."):
                self.clear_message()

    async def _call_in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._call_thread, call)

    def fetch(
        self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = "refresh"
    ) -> None:
        """Run `call` in the background and pass its result to `then`; cancels a running fetch of the same group."""
        self.run_worker(self._fetch(call, then), group=group, exclusive=True, exit_on_error=False)

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine without queuing keys; an error that it raises is shown on the message line."""
        self.run_worker(self._run_in_background(work), group="background", exit_on_error=False)

    async def show(self, question: Question[T]) -> T | None:
        """Show a dialog and return the value entered, or None if the user went back.

        Keys are delivered to the dialog while it is open, also inside an action.
        """
        running = _running_action.get()
        await self.push_screen(question)
        if running is not None:
            self.release_keys(running.hold)
        answer = await question.answer
        if self.message.text == _(question.scan_refusal):
            self.clear_message()  # what had to be answered first is answered
        if running is not None:
            running.hold = question.closing_hold
        else:
            self.release_keys(question.closing_hold)
        return answer

    async def _carry_out(self, action: Coroutine[Any, Any, None], running: _RunningAction) -> None:
        _running_action.set(running)
        try:
            await self._report_errors(action)
        finally:
            self.release_keys(running.hold)

    async def _fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None]) -> None:
        async def fetch_and_pass_on() -> None:
            pending = then(await self.ask(call))
            if pending is not None:
                await pending

        await self._run_in_background(fetch_and_pass_on())

    async def _run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        _running_action.set(None)  # not part of the action whose context this worker has inherited
        await self._report_errors(self._drop_results_for_closed_screens(work))

    async def _drop_results_for_closed_screens(self, work: Coroutine[Any, Any, object]) -> None:
        """Await `work`; a widget that it does not find is no error if a screen was closed meanwhile."""
        screens = tuple(self.screen_stack)
        try:
            await work
        except NoMatches:
            if all(screen in self.screen_stack for screen in screens):
                raise

    async def _report_errors(self, work: Coroutine[Any, Any, object]) -> None:
        """Await `work` and show any error as a sentence on the message line; unexpected errors are also logged."""
        try:
            await work
        except ClerkError as error:
            self.notify(str(error), severity="error")
        except Exception as error:  # the user sees a sentence; the log gets the traceback
            _log.error("unexpected error", exc_info=error)
            sentence = _("Something inside the program failed ({kind}). What was saved is safe; please do it again.")
            self.notify(sentence.format(kind=type(error).__name__), severity="error")

    def _handle_exception(self, error: Exception) -> None:
        """Log an error of Textual or of a widget; Textual ends the program with it."""
        _log.error("unexpected error", exc_info=error)
        super()._handle_exception(error)

    def report_dropped_keys(self, count: int, *, overdue: bool) -> None:
        if overdue:
            sentence = _("The last action is taking very long.")
            self.notify(sentence, severity="warning")
        elif count:
            self.notify(_("{count} keys typed ahead were dropped.").format(count=count), severity="warning")

    # global actions

    def action_help(self) -> None:
        from screens.help_action import open_or_close_help  # not needed before the first paint

        open_or_close_help(self, self.screen, self.available_actions())

    def action_commands(self) -> None:
        self.perform(self._commands())

    async def _commands(self) -> None:
        from screens.widgets.pick import PickDialog, PickRow

        screen, actions = self.screen, {action.id: action for action in self.available_actions()}
        rows = [PickRow(action.id, _(action.label), action.key_cap, _(action.help)) for action in actions.values()]
        chosen = await self.show(PickDialog(_("Commands"), rows))
        if chosen is not None and isinstance(screen, RoleScreen):
            self.call_later(screen.perform_action, actions[chosen])

    def action_language(self) -> None:
        from screens.widgets.dialogs import Dialog

        if isinstance(self.screen, Dialog):  # its texts were translated when it was opened
            self.screen.show_error(_("Answer this first, or go back with Esc; then change the language."))
            return
        names = list(LANGUAGES)
        self.change_language(names[(names.index(current_language()) + 1) % len(names)])

    def change_language(self, language: str) -> None:
        """Switch to `language` and repaint; keep what the user is typing."""
        set_language(language)
        self.clear_message()
        for screen in self.screen_stack:
            repaint_text(screen)
        self.run_in_background(self._refresh_views())

    async def _refresh_views(self) -> None:
        """Read the views of all role screens again, because services translate the texts in them."""
        for screen in tuple(self.screen_stack):
            if isinstance(screen, RoleScreen) and screen.is_mounted and screen.is_attached:
                await screen.refresh_view()  # a screen that is still being opened reads its first view itself

    def action_theme(self) -> None:
        names = [theme.name for theme in self.themes]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    async def action_quit(self) -> None:
        self.exit()

    def available_actions(self) -> tuple[keys.KeyAction, ...]:
        """Return the actions that F1 describes and Ctrl+P lists."""
        screen = self.screen
        return (*(screen.described_actions() if isinstance(screen, RoleScreen) else ()), *keys.GLOBAL_ACTIONS)

    def on_unmount(self) -> None:
        """End the worker thread; what it has not begun is not done."""
        self._call_thread.shutdown(wait=False, cancel_futures=True)


def repaint_text(screen: Screen[Any]) -> None:
    """Repaint every widget of `screen`, because its texts are translated while they are painted."""
    for widget in screen.walk_children():
        widget.refresh(layout=True)
    screen.refresh(layout=True)
