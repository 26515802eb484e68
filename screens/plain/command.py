"""The commands of a screen in the linear mode: its keys by number or name, and words of its own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from clerk_app.locales import _, format_list
from screens.keys import KeyAction
from screens.plain.host import LineHost
from screens.situation import Situation


@dataclass(frozen=True)
class Command:
    """A command that has no key. `word` and `help` are message ids."""

    word: str
    help: str
    run: Callable[[], Coroutine[Any, Any, None]]


class LineScreen(Protocol):
    """A screen of the linear mode."""

    SIGN_OUT: ClassVar[KeyAction]
    line_host: LineHost

    @property
    def prompt(self) -> str:
        """The prompt for a command."""
        ...

    @property
    def commands(self) -> Sequence[Command]:
        """The commands that have no key."""
        ...

    def situation(self) -> Situation | None:
        """Return what happens now, and what comes next."""
        ...

    def described_actions(self) -> tuple[KeyAction, ...]:
        """Return the actions with a key."""
        ...

    async def load_first_view(self) -> None:
        """Read and write the first view."""
        ...

    async def refresh_view(self) -> None:
        """Read the view and write all of it."""
        ...

    async def refresh_quietly(self) -> None:
        """Read the view and write what has changed."""
        ...

    async def perform_action(self, action: KeyAction) -> None:
        """Start the action of a key."""
        ...

    async def process_text(self, text: str) -> None:
        """Process a text that is no command: a code, or a number."""
        ...

    async def finish_action(self) -> str:
        """Ask what the last action leads to; return the function key that ended it, or an empty text."""
        ...


def find_action(actions: Iterable[KeyAction], text: str, key: str) -> KeyAction | None:
    """Return the action with this key, or that the text names: 9, F9, its name, or its label."""
    word = text.casefold()
    for action in actions:
        keys = action.key.split(",")
        if key != "enter":
            if key in keys:
                return action
            continue
        names = {*keys, action.id.replace("_", " "), action.label.casefold(), _(action.label).casefold()}
        if word in names or (word.isdecimal() and f"f{word}" in keys):
            return action
    return None


def find_command(commands: Iterable[Command], text: str) -> Command | None:
    """Return the command with this word, in English or the language of the screen."""
    word = text.casefold()
    return next((command for command in commands if word in (command.word, _(command.word).casefold())), None)


def describe_commands(actions: Iterable[KeyAction], commands: Iterable[Command]) -> Iterable[str]:
    """Return each key and word with what it does."""
    for action in actions:
        yield format_list((action.key_cap, _(action.label)), ":") + " " + _(action.help)
    for command in commands:
        yield format_list((_(command.word), _(command.help)), ":")
    yield _("A key can be typed as its number or name: 9, F9 or its name, then Enter. < goes back, ? explains.")
