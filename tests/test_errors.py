"""Errors: pickled, described for people, and stored or sent as bytes."""

from __future__ import annotations

import pickle

import pytest

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused, describe_error, format_sentence
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.replication.messages import ErrorBody, RejectionBody
from clerk_app.ledger.replication.wire_errors import decode_error, encode_error
from clerk_app.locales import set_language
from db.errors import StoreBusy, StoreError
from scanners import ScanError


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


def test_the_errors_of_every_package_are_described_in_the_current_language() -> None:
    set_language("zh_CN")
    sentence = "The store {path} was made by a newer version ({theirs}) than this program knows ({ours}). "
    sentence += "Update the program; the store was not touched."
    facts = {"path": "a.db", "theirs": "9", "ours": "8"}
    described = {describe_error(make(sentence, **facts)) for make in (BadData, OutOfReach, StoreError, ScanError)}
    assert len(described) == 1
    (text,) = described
    assert text is not None
    assert "a.db" in text
    assert not text.startswith("The store")


def test_an_unexpected_error_has_no_description() -> None:
    assert describe_error(ValueError("王芳")) is None


def test_a_sentence_without_its_facts_is_returned_as_it_is() -> None:
    assert format_sentence("Task {task} is held by {name} now.", {"task": "1"}) == "Task {task} is held by {name} now."


@pytest.mark.parametrize("error", [Refused("stale", "Task {task} is held.", task=1), BadData("{path} is bad.", path=2)])
def test_an_error_is_sent_and_stored_with_the_same_parts(error: Refused | BadData) -> None:
    stored = encode_error(error, Refusal)
    for body in (encode_error(error, ErrorBody), encode_error(error, RejectionBody)):
        assert (body.reason, body.sentence, body.facts) == (stored.reason, stored.sentence, stored.facts)
        decoded = decode_error(body)
        assert (type(decoded), str(decoded)) == (type(error), str(error))
        assert getattr(decoded, "reason", None) == getattr(error, "reason", None)
