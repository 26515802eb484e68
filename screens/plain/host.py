"""`LineHost`: the interface between screens and app in the linear mode; dialogs are asked as questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from textual.notifications import SeverityLevel

from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list, mark
from screens.host import Question, StatusMessage
from screens.key_gate import KeyHold
from screens.plain.terminal import Interrupted, LineTerminal, TerminalClosed
from screens.situation import Situation

T = TypeVar("T")
SLOW_AFTER = 2.0  # seconds until a line reports that a call is running
BACK = "<"
HELP = "?"
_LEVEL_WORDS: dict[SeverityLevel, str] = {"error": mark("error:"), "warning": mark("warning:"), "information": ""}
_log = logging.getLogger("clerk.screens")
_log.addHandler(logging.NullHandler())

AskDialog = Callable[["LineHost", Question[Any]], Awaitable[object]]


class LineHost:
    """Implements `ScreenHost`: an action runs when the command that started it has been read.

    `ask_dialog` asks what a dialog asks.
    """

    def __init__(self, terminal: LineTerminal, ask_dialog: AskDialog) -> None:
        self.terminal = terminal
        self._ask_dialog = ask_dialog
        self.message = StatusMessage()
        self.gate_closed = False
        self.drawing = None  # no picture is drawn here
        self.has_all_colours = False
        self.is_code: Callable[[str, str], bool] = lambda _text, _kind: False
        self.requested = ""  # id of an action of the program: lock, sign out, quit, another language or PIN
        self._actions: list[Coroutine[Any, Any, None]] = []
        self._background: set[asyncio.Task[None]] = set()
        self._call_thread = ThreadPoolExecutor(1, thread_name_prefix="service")

    def close(self) -> None:
        """End the worker thread; what it has not begun is not done."""
        self._call_thread.shutdown(wait=False, cancel_futures=True)

    # actions and calls

    def perform(self, action: Coroutine[Any, Any, None]) -> None:
        """Keep an action for `run_actions`."""
        self._actions.append(action)

    async def run_actions(self) -> None:
        """Run the actions that were started, one after another; write an error as a sentence."""
        while self._actions:
            self.end_message()
            await self.report_errors(self._actions.pop(0))

    async def report_errors(self, work: Awaitable[object]) -> None:
        """Await `work`; write an error that it raises as a sentence."""
        try:
            await work
        except (Interrupted, TerminalClosed):
            for action in self._actions:
                action.close()
            self._actions.clear()
            raise
        except ClerkError as error:
            self.notify(str(error), severity="error")
        except Exception as error:  # the user reads a sentence; the log gets the traceback
            _log.error("unexpected error", exc_info=error)
            sentence = _("Something inside the program failed ({kind}). What was saved is safe; please do it again.")
            self.notify(sentence.format(kind=type(error).__name__), severity="error")

    async def ask(self, call: Callable[[], T]) -> T:
        """Run a blocking service call in the worker thread and return its result."""
        loop = asyncio.get_running_loop()
        slow = loop.call_later(SLOW_AFTER, lambda: self.terminal.write(_("Working ...")))
        try:
            return await loop.run_in_executor(self._call_thread, call)
        finally:
            slow.cancel()

    def fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = "") -> None:  # noqa: ARG002
        """Run `call` in the background and pass its result to `then`."""

        async def fetch_and_pass_on() -> None:
            pending = then(await self.ask(call))
            if pending is not None:
                await pending

        self.run_in_background(fetch_and_pass_on())

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine in the background, while questions are asked."""
        task = asyncio.get_running_loop().create_task(self.report_errors(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def show(self, question: Question[T]) -> T | None:
        """Ask what a dialog asks; return the answer, or None if the person went back."""
        return cast("T | None", await self._ask_dialog(self, question))

    # messages

    def notify(self, message: str, *, severity: SeverityLevel = "information") -> None:
        """Write a sentence; an error or warning begins with this word."""
        self.message = StatusMessage(message, severity)
        if message:
            self.write(f"{_(_LEVEL_WORDS[severity])} {message}".strip())

    def clear_message(self) -> None:
        """Drop the sentence; it was written and stays."""
        self.message = StatusMessage()

    def end_message(self) -> None:
        """Drop the sentence before the next act."""
        self.message = StatusMessage()

    def write(self, *sentences: str) -> None:
        """Write sentences, each on its own line."""
        for sentence in sentences:
            self.terminal.write(sentence)

    def write_situation(self, situation: Situation | None) -> None:
        """Write what happens now, what comes next, what is not possible yet, and how to undo."""
        for title, sentences in situation.parts() if situation is not None else ():
            self.write(format_list((title, " ".join(sentences)), ":"))

    # questions

    async def read_text(
        self, prompt: str, *, question: Iterable[str] = (), how: str = "", hidden: bool = False
    ) -> str | None:
        """Write the question and read the answer; None if the person went back with `<` or Escape.

        `?` or F1 explains how to answer, and writes the question again.
        """
        sentences = tuple(question)
        self.write(*sentences)
        while True:
            answer = await self.terminal.ask(prompt, hidden=hidden)
            text = answer.text.strip()
            if answer.key in ("escape", "ctrl+d") or text == BACK:
                return None
            if answer.key == "f1" or text == HELP:
                self.write(how, _("< or Escape goes back; nothing is recorded."), *sentences)
            elif answer.key != "enter":
                self.write(_("First answer this, or go back with <."))
            else:
                return text

    async def confirm(self, sentences: Iterable[str], what: str) -> bool:
        """Ask for y or n; nothing is preselected. `what` is what y does."""
        prompt = _("y {what}, n goes back:").format(what=what)
        how = _("Type y or n, then Enter.")
        question: Iterable[str] = sentences
        while True:
            text = await self.read_text(prompt, question=question, how=how)
            if text is None or text.casefold() in ("n", "no", "否"):
                return False
            if text.casefold() in ("y", "yes", "是"):
                return True
            question = (how,)

    def write_graphics(self, message: str) -> None:
        """Do nothing: only text is written."""

    # keys: there is no gate, a key waits in the terminal until it is read

    def hold_keys(self) -> KeyHold:
        """Return a hold, which has no effect here."""
        return KeyHold()

    def drop_queued_keys(self, *names: str) -> None:
        """Do nothing: an answer is read only after its question was written."""

    def release_keys(self, hold: KeyHold) -> None:
        """Do nothing."""
