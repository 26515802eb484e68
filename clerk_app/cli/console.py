"""Terminal output and PIN prompts of the commands."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.text.display import display_text


def print_line(text: str) -> None:
    """Print one line for people, without control characters; clear the progress line first."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(display_text(text), flush=True)


def show_progress(label: str, count: int | str) -> None:
    """Show the progress of a long command on the last line of a terminal; do nothing without one."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{display_text(label)} {count}", end="", file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """Print one JSON line. Chinese is escaped where the output is not UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8), flush=True)


def print_table(lines: Sequence[Sequence[str]]) -> None:
    """Print lines of cells in columns; the last column is as wide as its text."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)][:-1]
    for line in lines:
        cells = [text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=False)]
        print_line("  ".join([*cells, line[-1]]).rstrip())


def ask_yes(question: str) -> bool:
    """Ask at the terminal; return whether the answer is yes. Without a terminal the command itself is the answer."""
    if not sys.stdin.isatty():
        return True
    try:
        return input(question).strip().lower() in ("y", "yes", "是")
    except EOFError:
        return False


def read_new_pin(file: Path | None, number: str = "") -> str:
    """Return a new PIN: the first line of `file`, or typed twice without echo. Raises BadData if it is easy to guess.

    `number` is the staff number of the person.
    """
    from clerk_app.people.pins import check_new_pin  # loads argon2

    return check_new_pin(_prompt_new_pin() if file is None else _read_pin_file(file), number)


def read_existing_pin(file: Path | None, number: str, option: str = "--pin-file") -> str:
    """Return the PIN of `number`: the first line of `file`, or typed once without echo. Raises BadData without one.

    `option` is the one that names the file.
    """
    if file is not None:
        return _read_pin_file(file)
    _require_terminal(option)
    try:
        return getpass.getpass(_("PIN of {number}: ").format(number=number))
    except EOFError:
        raise BadData("No PIN was typed.") from None


def _read_pin_file(file: Path) -> str:
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadData("The file {path} is not text.", path=file) from None
    return lines[0].strip() if lines else ""


def _prompt_new_pin() -> str:
    _require_terminal()
    try:
        pin, repeated = getpass.getpass(_("New PIN: ")), getpass.getpass(_("The same again: "))
    except EOFError:
        raise BadData("No PIN was typed.") from None
    if pin != repeated:
        raise BadData("The two PINs are not the same.")
    return pin


def _require_terminal(option: str = "--pin-file") -> None:
    if not sys.stdin.isatty():
        raise BadData("There is no terminal to type a PIN at. Name a file that holds it: {option} FILE", option=option)
