"""Errors are pickled with their sentence and facts."""

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
def test_a_pickled_error_keeps_its_type_sentence_and_facts(error: ClerkError | StoreError) -> None:
    restored = pickle.loads(pickle.dumps(error))
    assert (type(restored), str(restored), restored.facts) == (type(error), str(error), error.facts)
    assert getattr(restored, "reason", None) == getattr(error, "reason", None)
