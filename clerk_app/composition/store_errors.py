"""Converts store errors to errors that a screen or a command can show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clerk_app.errors import out_of_reach
from db.errors import StoreError


@contextmanager
def store_errors_as_out_of_reach() -> Iterator[None]:
    """Convert a StoreError raised in the block to OutOfReach with the same sentence and facts."""
    try:
        yield
    except StoreError as error:
        raise out_of_reach(error) from error
