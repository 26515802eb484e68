"""Commands of other nodes are performed exactly once, in order, however often they are sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clerk_app.errors import BadData, ClerkError, Refused
from clerk_app.ledger import audit
from clerk_app.ledger.entries import SealedCommand, seal
from clerk_app.ledger.remote_command import RemoteCommand
from tests.conftest import StoreFactory
from tests.empty_store import create_empty_store
from tests.ledger.notebook import Notebook, Secret, Write, Written, result_of


@pytest.fixture
def book(make_store: StoreFactory) -> Iterator[Notebook]:
    with Notebook.open_in(make_store()) as opened:
        yield opened


def send_entry(book: Notebook, number: int, sealed: SealedCommand, *, node: str = "w1", incarnation: int = 1) -> object:
    return book.door.receive(RemoteCommand((node, incarnation, number), sealed, "somebody", 1, 1))


def test_a_repeat_returns_the_first_decision_and_writes_nothing(book: Notebook) -> None:
    sealed = seal(Write(text="hello", personal=Secret(words="王芳")))
    first = send_entry(book, 1, sealed)
    before = book.outcomes()
    assert isinstance(first, Written)
    assert send_entry(book, 1, sealed) == first
    assert book.outcomes() == before
    assert book.lines() == ["hello王芳"]


@pytest.mark.parametrize("text", ["no", "nonsense"])
def test_a_repeated_refusal_is_the_same_refusal(book: Notebook, text: str) -> None:
    sealed = seal(Write(text=text))
    first, second = result_of(lambda: send_entry(book, 1, sealed)), result_of(lambda: send_entry(book, 1, sealed))
    assert isinstance(first, ClerkError)
    assert isinstance(second, Refused)
    assert str(second) == str(first)
    assert len(book.outcomes()) == 2
    assert isinstance(send_entry(book, 2, seal(Write(text="next"))), Written)  # later entries are not blocked


def test_a_repeat_is_recognised_after_the_actor_lost_the_permission(book: Notebook) -> None:
    sealed = seal(Write(text="hello"))
    first = send_entry(book, 1, sealed)
    assert book.door.receive(RemoteCommand(("w1", 1, 1), sealed, "stranger", 1, 1)) == first


def test_a_key_used_for_two_commands_is_a_fork(book: Notebook) -> None:
    send_entry(book, 1, seal(Write(text="hello")))
    with pytest.raises(Refused) as fork:
        send_entry(book, 1, seal(Write(text="something else")))
    assert fork.value.reason == "fork"
    with pytest.raises(Refused) as fork:  # another personal part makes another command
        send_entry(book, 1, seal(Write(text="hello", personal=Secret(words="x"))))
    assert fork.value.reason == "fork"
    assert book.lines() == ["hello"]


def test_a_missing_number_before_it_is_a_gap(book: Notebook) -> None:
    send_entry(book, 1, seal(Write(text="one")))
    with pytest.raises(Refused) as gap:
        send_entry(book, 3, seal(Write(text="three")))
    assert gap.value.reason == "gap"
    assert gap.value.facts["expected"] == 2
    assert book.lines() == ["one"]


def test_a_new_incarnation_begins_at_one_and_continues_the_chain(book: Notebook) -> None:
    send_entry(book, 1, seal(Write(text="one")))
    send_entry(book, 1, seal(Write(text="one again, after a restore")), incarnation=2)
    send_entry(book, 2, seal(Write(text="two")), incarnation=2)
    with book.store.read() as tx:
        rows = tx.select("ledger_entries", order=("position",), node="w1")
    assert [(row["incarnation"], row["number"]) for row in rows] == [(1, 1), (2, 1), (2, 2)]
    assert [row["previous"] for row in rows[1:]] == [row["link"] for row in rows[:-1]]
    assert audit.verify_log(book.store)[1] == []


def test_bytes_that_are_no_command_are_bad_data_and_do_not_block_later_entries(book: Notebook) -> None:
    sealed = seal(Write(text="hello", personal=Secret(words="王芳")))
    spoiled = (
        replace(sealed, kind="Unknown"),
        replace(sealed, plain=b"{"),
        replace(sealed, plain=b'{"text":"hello","more":' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
        replace(sealed, plain=b'{"text": 5}'),
        replace(sealed, personal=b'{"words": "\xff"}'),
        replace(sealed, personal=b'{"words": "another"}'),
        replace(sealed, salt=None),
        replace(sealed, kind="EnrolNode"),
    )
    for number, faulty in enumerate(spoiled, 1):
        with pytest.raises(BadData):
            send_entry(book, number, faulty)
        with pytest.raises(Refused):  # the recorded refusal
            send_entry(book, number, faulty)
    assert isinstance(send_entry(book, len(spoiled) + 1, sealed), Written)


def test_fields_of_a_newer_program_are_ignored_and_stored(book: Notebook) -> None:
    sealed = replace(seal(Write(text="hello")), plain=b'{"text":"hello","colour":"red"}')
    assert isinstance(send_entry(book, 1, sealed), Written)
    with book.store.read() as tx:
        assert tx.select("ledger_entries", node="w1")[0]["command"] == sealed.plain


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_entries_sent_in_any_order_and_repeatedly_have_one_result(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    texts = data.draw(st.lists(st.sampled_from(["a", "b", "no", "nonsense"]), min_size=1, max_size=5))
    sealed = [seal(Write(text=text)) for text in texts]
    tries = data.draw(st.lists(st.integers(1, len(sealed)), max_size=15))
    with Notebook.open_in(create_empty_store(tmp_path_factory.mktemp("book") / "book.db")) as book:
        for number in [*tries, *range(1, len(sealed) + 1)]:
            result_of(lambda number=number: send_entry(book, number, sealed[number - 1]))  # type: ignore[misc]
        assert book.lines() == [text for text in texts if text in "ab"]
        assert len(book.outcomes()) == 1 + len(texts)
        assert audit.verify_log(book.store)[1] == []


@pytest.mark.parametrize("text", ["half", "bug", "twice"])
def test_an_entry_that_cannot_be_applied_is_recorded_as_refused_and_does_not_block_later_ones(
    book: Notebook, text: str
) -> None:
    with pytest.raises(BadData):
        send_entry(book, 1, seal(Write(text=text)))
    with pytest.raises(Refused):
        send_entry(book, 1, seal(Write(text=text)))
    assert isinstance(send_entry(book, 2, seal(Write(text="next"))), Written)
    assert book.lines() == ["next"]
