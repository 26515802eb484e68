"""The terminal of a kiosk between two screen processes: no echo, no signals by keys, nothing left of a session."""

from __future__ import annotations

import os
import shutil
import termios
from contextlib import suppress
from types import TracebackType
from unicodedata import east_asian_width

PAUSE_SENTENCES = (
    "本机正在重新启动，请稍候。已取到的号仍然有效。",
    "This machine is starting again. Please wait. A ticket that you have stays valid.",
)
CHANGE_SENTENCES = ("请稍候。", "One moment, please.")
"""Both languages, because nobody can choose one meanwhile."""
_OUT, _IN = 2, 0
_MODES_OFF = "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1004, 1006, 1015, 1016, 2004, 2026, 2048))
_CLEAR = "\x1b[0m\x1b[2J\x1b[3J\x1b[H"  # 3 J: the lines that were scrolled out too
_RESET = f"{_MODES_OFF}\x1b[<u{_CLEAR}\x1b[?1049l\x1b[?7h{_CLEAR}\x1b[?25l"
_INPUT_FLAGS = termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP
_LOCAL_FLAGS = termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN


class RawTerminal:
    """Keeps the terminal without echo and without signals by keys during the block; at its end it is as before."""

    def __enter__(self) -> RawTerminal:
        self._before = termios.tcgetattr(_IN)
        self._set_raw()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.clear()
        _write("\x1b[?25h")
        with suppress(termios.error):
            termios.tcsetattr(_IN, termios.TCSAFLUSH, self._before)

    def clear(self) -> None:
        """End all modes of a program, leave its second screen, and clear both screens and the lines scrolled out."""
        self._set_raw()
        _write(_RESET)

    def _set_raw(self) -> None:
        with suppress(termios.error):
            attributes = termios.tcgetattr(_IN)
            attributes[0] &= ~_INPUT_FLAGS
            attributes[3] &= ~_LOCAL_FLAGS
            attributes[6][termios.VMIN], attributes[6][termios.VTIME] = 1, 0
            termios.tcsetattr(_IN, termios.TCSANOW, attributes)


def show_sentences(sentences: tuple[str, ...]) -> None:
    """Show sentences in the middle of the empty terminal."""
    size = shutil.get_terminal_size()
    for row, sentence in enumerate(sentences):
        cells = sum(2 if east_asian_width(character) in "WF" else 1 for character in sentence)
        column, line = max(1, (size.columns - cells) // 2), max(1, size.lines // 2 - 1 + 2 * row)
        _write(f"\x1b[{line};{column}H{sentence}")


def _write(text: str) -> None:
    with suppress(OSError):  # the terminal was closed: the parent ends by its signal
        os.write(_OUT, text.encode())
