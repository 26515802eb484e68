"""A new PIN from a person at a terminal, or from a file."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.locales import _

SHORTEST_PIN = 4


def read_pin(file: Path | None) -> str:
    """A new PIN: the first line of `file`, or typed twice unseen. Raises BadData when it is none or too short."""
    pin = _typed_pin() if file is None else _pin_in(file)
    if len(pin) < SHORTEST_PIN or not pin.isprintable():
        raise BadData("A PIN has at least {count} characters.", count=SHORTEST_PIN)
    return pin


def read_own_pin(file: Path | None) -> str:
    """The PIN of somebody who has one: the first line of `file`, or typed once unseen. Raises BadData for none."""
    if file is not None:
        return _pin_in(file)
    _need_terminal()
    try:
        return getpass.getpass(_("PIN: "))
    except EOFError:
        raise BadData("No PIN was typed.") from None


def _pin_in(file: Path) -> str:
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadData("The file {path} is not text.", path=file) from None
    return lines[0].strip() if lines else ""


def _typed_pin() -> str:
    _need_terminal()
    try:
        pin, again = getpass.getpass(_("New PIN: ")), getpass.getpass(_("The same again: "))
    except EOFError:
        raise BadData("No PIN was typed.") from None
    if pin != again:
        raise BadData("The two PINs are not the same.")
    return pin


def _need_terminal() -> None:
    if not sys.stdin.isatty():
        raise BadData("There is no terminal to type a PIN at. Name a file that holds it: --pin-file FILE")
