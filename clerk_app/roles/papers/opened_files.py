"""Copies of files that were opened in another program: private, removed after a time and at the next start."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

from clerk_app.errors import OutOfReach
from clerk_app.log import log_event
from clerk_app.sync.exchange_lock import try_lock
from db.files import create_file, create_folder, destroy_file

FOLDER = "opened"  # in the folder of the office
_LOCK_FILE = ".lock"
_NAME_LENGTH = 60  # characters of a file name before its ending
_ENDINGS = {b"%PDF": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png"}
_DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY")


class OpenedFiles:
    """The copies of one office that this program has made. Its methods may be called from any thread.

    Each program has its own folder, whose lock it holds while it runs: what another program left behind is recognised
    by a lock that is free.
    """

    def __init__(self, office: Path) -> None:
        self._parent = office / FOLDER
        self._own = self._parent / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._held = ExitStack()
        self._lock = threading.Lock()
        self._timers: dict[Path, threading.Timer] = {}

    def write(self, content: bytes, name: str, seconds: float) -> Path:
        """Write a private copy with the words of `name` in its file name, and remove it after `seconds`.

        Raises OutOfReach if the disk is full.
        """
        path = self._own / f"{file_name(name)}-{secrets.token_hex(2)}{_find_ending(content)}"
        with self._lock:
            try:
                if not self._timers:
                    create_folder(self._own)
                    self._held.enter_context(try_lock(self._own / _LOCK_FILE))
                create_file(path, content)
            except OSError as error:
                raise OutOfReach("The file cannot be written: {text}", text=error.strerror or str(error)) from error
            timer = self._timers[path] = threading.Timer(seconds, self.remove, (path,))
            timer.daemon = True
            timer.start()
        return path

    def remove(self, path: Path) -> None:
        """Overwrite and remove a copy. A copy that cannot be removed is removed at the next start."""
        with self._lock:
            timer = self._timers.pop(path, None)
            if timer is not None:
                timer.cancel()
            _destroy(path)
            if not self._timers:
                self._held.close()
                _remove_folder(self._own)

    def remove_all(self) -> None:
        """Remove all copies of this program."""
        for path in tuple(self._timers):
            self.remove(path)

    def remove_leftovers(self) -> None:
        """Remove the copies of programs that have ended without removing them."""
        if not self._parent.is_dir():
            return
        for folder in self._parent.iterdir():
            if folder == self._own or not folder.is_dir():
                continue
            with suppress(OSError), try_lock(folder / _LOCK_FILE) as is_left:
                if is_left:
                    _remove_folder(folder)
        with suppress(OSError):  # other programs have copies
            self._parent.rmdir()


@cache
def opened_files(office: Path) -> OpenedFiles:
    """Return the copies that this program has made for the office in a folder."""
    return OpenedFiles(office)


def file_name(text: str) -> str:
    """Return a text as part of a file name: letters, digits and dashes, at most _NAME_LENGTH characters."""
    kept = "".join(sign if unicodedata.category(sign)[0] in "LN" else "-" for sign in text)
    return "-".join(part for part in kept.split("-") if part)[:_NAME_LENGTH]


def find_desktop_program(environment: Mapping[str, str] = os.environ) -> str:
    """Return the program that opens a file in the program of the desktop. Raises OutOfReach without a desktop."""
    if sys.platform == "darwin":
        return "open"
    if not any(environment.get(name) for name in _DESKTOPS):
        raise OutOfReach("This terminal has no desktop, so no other program can show the file. Use the page viewer.")
    program = shutil.which("xdg-open", path=environment.get("PATH"))
    if program is None:
        raise OutOfReach("The program xdg-open is not installed, so no other program can show the file.")
    return program


def open_in_desktop(program: str, path: Path) -> None:
    """Open a file with the program of the desktop, without waiting for it. Raises OutOfReach."""
    try:
        process = subprocess.Popen(
            [program, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        text = error.strerror or str(error)
        raise OutOfReach("The file cannot be opened in another program: {text}", text=text) from error
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay as a zombie


def _find_ending(content: bytes) -> str:
    return next((ending for start, ending in _ENDINGS.items() if content.startswith(start)), ".bin")


def _destroy(path: Path) -> None:
    try:
        destroy_file(path)
    except OSError as error:
        log_event("roles", "an opened file cannot be removed", error=type(error).__name__)


def _remove_folder(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name != _LOCK_FILE:
                _destroy(path)
        (folder / _LOCK_FILE).unlink(missing_ok=True)
        folder.rmdir()
