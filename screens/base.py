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

from clerk_app.desk import ClerkError, Level
from clerk_app.locales import LANGUAGES, _, speak, spoken
from screens import keys
from screens.gate import Hold, KeyGate
from screens.role import RoleScreen
from screens.themes import THEMES
from screens.widgets.dialogs import Dialog
from screens.widgets.help import Help
from screens.widgets.pick import Pick, Row
from screens.widgets.scroll import PlainBar
from screens.widgets.status import MessageLine, Said

T = TypeVar("T")
SLOW = 0.3  # seconds until the screen says that it works
SEEN = 1.5  # seconds that a bad sentence stays at least: an act typed ahead must not wipe it unread
ScrollBar.renderer = PlainBar


@dataclass
class _Act:
    """An act in flight; its hold on the keys is taken away while a dialog asks."""

    hold: Hold


_current: ContextVar[_Act | None] = ContextVar("act", default=None)


class ClerkApp(KeyGate, inherit_bindings=False):
    """The base of every program with a screen: no key goes astray, errors become sentences, words change language."""

    ENABLE_COMMAND_PALETTE = False  # Ctrl+P is ours: the acts of the screen, translated, behind the same key gate
    BINDINGS = keys.bindings(keys.EVERYWHERE)
    TITLE = "clerk"

    def __init__(self) -> None:
        super().__init__()
        self.said = Said()
        self._said_at = 0.0
        self._desk_thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    # acts

    def perform(self, work: Coroutine[Any, Any, None]) -> None:
        """Carry out an act: keys typed meanwhile land after it, a failure becomes a sentence. One at a time."""
        if self.act_in_flight:
            work.close()
            self.bell()
            return
        act = _Act(self.hold_keys())
        if self.said.level != "bad" or monotonic() - self._said_at > SEEN:
            self.say("")
        self.run_worker(self._carry_out(work, act), group="act", exit_on_error=False)

    async def ask(self, call: Callable[[], T]) -> T:
        """The answer of a desk call, made in the one desk thread: calls are answered in the order they were asked."""
        act = _current.get()
        if act is None:
            return await self._answer(call)
        act.hold.asking = True
        slow = self.set_timer(SLOW, lambda: self.say(_("Working ...")))
        try:
            return await self._answer(call)
        finally:
            slow.stop()
            act.hold.asking = False
            if self.said.text == _("Working ..."):
                self.say("")

    async def _answer(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._desk_thread, call)

    def fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = "look") -> None:
        """Ask in the background, keys go on; a newer fetch of the same group replaces it."""
        self.run_worker(self._fetch(call, then), group=group, exclusive=True, exit_on_error=False)

    def aside(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background, keys go on; nothing replaces it (keeping a field in the draft)."""
        self.run_worker(self._aside(work), group="aside", exit_on_error=False)

    async def show(self, dialog: Dialog[T]) -> T | None:
        """The answer of a dialog, None if the person went back. Keys go to the dialog while it asks."""
        act = _current.get()
        await self.push_screen(dialog)
        if act is not None:
            self.release_keys(act.hold)
        answer = await dialog.answer
        if act is not None:
            act.hold = dialog.hold_after
        else:
            self.release_keys(dialog.hold_after)
        return answer

    async def _carry_out(self, work: Coroutine[Any, Any, None], act: _Act) -> None:
        _current.set(act)
        try:
            await self._guard(work)
        finally:
            self.release_keys(act.hold)

    async def _fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None]) -> None:
        async def both() -> None:
            done = then(await self.ask(call))
            if done is not None:
                await done

        await self._aside(both())

    async def _aside(self, work: Coroutine[Any, Any, object]) -> None:
        _current.set(None)  # whoever started it, the keys do not wait for it
        await self._guard(work)

    async def _guard(self, work: Coroutine[Any, Any, object]) -> None:
        """The one route of every failure to the person."""
        try:
            await work
        except ClerkError as error:
            self.say(str(error), "bad")
        except Exception as error:  # a person must never see a traceback; the log keeps it
            self.log.error(repr(error))
            sentence = _("Something inside the program failed ({kind}). What was saved is safe; please do it again.")
            self.say(sentence.format(kind=type(error).__name__), "bad")

    # what is said

    def say(self, sentence: str, level: Level = "plain") -> None:
        """Put a sentence on the message line; a bad one rings."""
        again, self.said = self.said.text == sentence, Said(sentence, level)
        self._said_at = monotonic()
        for screen in self.screen_stack:
            for line in screen.query(MessageLine):
                line.refresh(layout=True)
        if level == "bad" and not again:
            self.bell()

    def keys_dropped(self, count: int, *, overdue: bool) -> None:
        if overdue:
            self.say(_("The last act takes very long. Keys typed since were dropped; look before you type on."), "warn")
        elif count:
            self.say(_("{count} keys typed ahead were dropped.").format(count=count), "warn")

    # everywhere

    def action_help(self) -> None:
        self.perform(self._help())

    async def _help(self) -> None:
        await self.show(Help(self._acts()))

    def action_commands(self) -> None:
        self.perform(self._commands())

    async def _commands(self) -> None:
        screen, acts = self.screen, {act.id: act for act in self._acts()}
        rows = [Row(act.id, _(act.label), act.cap, _(act.help)) for act in acts.values()]
        chosen = await self.show(Pick(_("Commands"), rows))
        if chosen is not None and isinstance(screen, RoleScreen):
            self.call_later(screen.perform_act, acts[chosen])

    def action_language(self) -> None:
        names = list(LANGUAGES)
        self.change_language(names[(names.index(spoken()) + 1) % len(names)])

    def change_language(self, language: str) -> None:
        """Speak `language` from now on; what is typed stays."""
        speak(language)
        self.say("")
        for screen in self.screen_stack:
            words_changed(screen)
        self.aside(self._ask_again())

    async def _ask_again(self) -> None:
        """Ask the desk of every role's screen again: its texts come in the language spoken now."""
        for screen in self.screen_stack:
            if isinstance(screen, RoleScreen):
                await screen.refresh_view()

    def action_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    async def action_quit(self) -> None:
        self.exit()

    def _acts(self) -> tuple[keys.Act, ...]:
        screen = self.screen
        return (*(screen.ACTS if isinstance(screen, RoleScreen) else ()), *keys.EVERYWHERE)

    async def _on_exit_app(self) -> None:
        self._desk_thread.shutdown(wait=False, cancel_futures=True)
        await super()._on_exit_app()


def words_changed(screen: Screen[Any]) -> None:
    """Paint every word of `screen` anew."""
    for widget in screen.walk_children():
        widget.refresh(layout=True)
    screen.refresh(layout=True)
