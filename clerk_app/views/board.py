"""Contract of the board, which shows and speaks the calls of a hall. It holds no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from clerk_app.views.shared import Level


class BothLanguages(NamedTuple):
    """A text in Chinese and in English; equal if it has one form only."""

    zh: str
    en: str

    def in_order(self, language: str) -> tuple[str, str]:
        """Return the text in `language`, and in the other one."""
        return (self.en, self.zh) if language == "en" else (self.zh, self.en)


class BoardCall(NamedTuple):
    """A call of a ticket to a window."""

    id: str
    number: str
    window: BothLanguages
    window_number: str  # digits of the window's name; empty if it has none
    time: str  # 10:42
    zone: str = ""
    is_recall: bool = False


class WaitingCategory(NamedTuple):
    """How many wait in a category, and how long a ticket that is taken now is expected to wait."""

    id: str
    name: BothLanguages
    waiting: int
    level: Level  # of the longest wait: below half of the promised wait, below it, above it
    wait: tuple[int, int] | None = None  # range in minutes; None without an estimate


@dataclass(frozen=True)
class BoardView:
    """What the board shows. `calls` are the last calls, the newest first; `new_calls` the oldest first.

    A new call has to be shown large and announced; `read_view` returns each once.
    """

    office: BothLanguages
    time: str
    is_open: bool
    calls: tuple[BoardCall, ...]
    new_calls: tuple[BoardCall, ...]
    categories: tuple[WaitingCategory, ...]
    open_windows: tuple[str, ...]  # numbers or names of the windows that are open
    as_of: str = ""  # time of the data, if it is older than AGE_SHOWN_AFTER
    zone: str = ""
    zone_is_known: bool = True


AGE_SHOWN_AFTER = 15  # seconds without contact after which the board shows the age of its data


class BoardService(Protocol):
    """Reads the hall for a board and announces calls."""

    @property
    def theme(self) -> str:
        """Name of the theme of this machine."""
        ...

    def read_view(self) -> BoardView: ...
    def announce(self, call: BoardCall) -> bool:
        """Record that a call is announced and queue it to be spoken; return False if this machine has no voice.

        Without a voice, the screen rings the bell of the terminal.
        """
        ...

    def take_failed_calls(self) -> int:
        """Return how many calls could not be spoken since the last call of this method."""
        ...

    def unlock(self, secret: str) -> None:
        """Check the code of this machine, or number and PIN of a supervisor. Attempts are counted. Raises Refused."""
        ...

    def close(self) -> None:
        """End the voice."""
        ...
