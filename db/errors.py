"""Errors of a store, each with a sentence for the person at the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class StoreError(Exception):
    """The store cannot do what was requested. `sentence` is an English message id with placeholders for `facts`."""

    def __init__(self, sentence: str, /, **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all attributes: Exception alone would call the constructor with `args`, and fail."""
        return restore_error, (type(self), self.args, self.__dict__)


def restore_error(error_type: type[StoreError], arguments: tuple[Any, ...], state: dict[str, Any]) -> StoreError:
    """Create an unpickled error."""
    error = error_type.__new__(error_type, *arguments)
    error.__dict__.update(state)
    return error


class StoreBusy(StoreError):
    """Another process held a lock on the store for too long."""


class StoreConflict(StoreError):
    """Two transactions changed the same rows concurrently; a retry may succeed."""


class StoreUnwritable(StoreError):
    """The store is read-only, or its disk is full or fails."""


class StoreUnreadable(StoreError):
    """The store is missing, damaged, of another program, or made by a newer version."""


class StoreOutdated(StoreUnreadable):
    """The store was made by an earlier version and has to be upgraded first."""


class WriteNotAllowed(Exception):
    """A statement tried to write in a read-only transaction or scope: a mistake in the program."""


def newer_store_error(path: str, found_version: str, known_version: str) -> StoreUnreadable:
    """Create the error for a store that a newer version of the program made."""
    return StoreUnreadable(
        "The store {path} was made by a newer version ({theirs}) than this program knows ({ours}). "
        "Update the program; the store was not touched.",
        path=path,
        theirs=found_version,
        ours=known_version,
    )


def foreign_objects_error(path: str, objects: Sequence[str]) -> StoreUnreadable:
    """Create the error for a store with triggers, views or others that would act whenever a program uses it."""
    return StoreUnreadable(
        "The store {path} holds something that this program did not create: {what}. Nothing was read or written: "
        "find out who added it, and restore the last backup.",
        path=path,
        what=", ".join(objects),
    )


def damaged_store_error(path: str) -> StoreUnreadable:
    """Create the error for a damaged store."""
    return StoreUnreadable("The file {path} is not a sound store. Restore it from the last backup.", path=path)
