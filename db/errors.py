"""What can go wrong with a store, each with a sentence for the person at the screen."""

from __future__ import annotations

import sqlite3
from typing import Any


class StoreError(Exception):
    """The store cannot do what was asked. `sentence` is an English message id with named places for `facts`."""

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """From process to process whole: Exception alone would make it anew from `args`, and fail."""
        return restore_error, (type(self), self.args, self.__dict__)


def restore_error(error_type: type[StoreError], arguments: tuple[Any, ...], state: dict[str, Any]) -> StoreError:
    error = error_type.__new__(error_type, *arguments)
    error.__dict__.update(state)
    return error


class StoreBusy(StoreError):
    """Another process held the store for too long."""


class StoreConflict(StoreError):
    """Two transactions changed the same at once; doing it again may well succeed."""


class StoreUnwritable(StoreError):
    """Read-only, full, or a disk that fails: nothing can be kept."""


class StoreUnreadable(StoreError):
    """Not a store of ours, damaged, or made by a newer version."""


def newer_store_error(path: str, found_version: str, known_version: str) -> StoreUnreadable:
    """The refusal of a store that a newer program made."""
    return StoreUnreadable(
        "The store {path} was made by a newer version ({theirs}) than this program knows ({ours}). "
        "Update the program; the store was not touched.",
        path=path,
        theirs=found_version,
        ours=known_version,
    )


def damaged_store_error(path: str) -> StoreUnreadable:
    """The refusal of a damaged store."""
    return StoreUnreadable("The file {path} is not a sound store. Restore it from the last backup.", path=path)


def translate_sqlite_error(error: sqlite3.Error, path: str) -> StoreError:
    """The driver's error as one of ours."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusy(
            "The store {path} is in use by another program for too long. Nothing was changed; try again.", path=path
        )
    if "readonly" in text or "read-only" in text:
        return StoreUnwritable("The store {path} cannot be written: it is read-only. Nothing was changed.", path=path)
    if "full" in text:
        return StoreUnwritable(
            "The disk is full: {path} cannot grow. Nothing was changed; make room and try again.", path=path
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return damaged_store_error(path)
    if "unable to open" in text:
        return StoreUnreadable(
            "The store {path} cannot be opened. Check that its folder exists and may be written.", path=path
        )
    if "disk I/O" in text:
        return StoreUnwritable("The disk under {path} fails. Nothing was changed; call the administrator.", path=path)
    return StoreError("The store {path} refused: {text}. Nothing was changed.", path=path, text=text)
