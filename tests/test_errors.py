"""Errors carry their sentence wherever they go."""

from __future__ import annotations

import pickle

import pytest

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from db.errors import StoreBusy, StoreError


@pytest.mark.parametrize(
    "error",
    [
        Refused("stale", "Task {task} is held by {name} now.", task="1", name="王芳"),
        BadData("{path} cannot be read: {text}", path="a", text="b"),
        OutOfReach("The center does not answer."),
        StoreBusy("The store {path} is in use.", path="a"),
    ],
)
def test_an_error_comes_whole_from_another_process(error: ClerkError | StoreError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.facts) == (type(error), str(error), error.facts)
    assert getattr(again, "reason", None) == getattr(error, "reason", None)
