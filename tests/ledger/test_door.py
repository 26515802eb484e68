"""The door: every command is decided once, and accepted or refused in the log."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.ledger.commands import Rules
from tests.conftest import StoreFactory
from tests.engines import sqlite_only
from tests.ledger.notebook import RULES, Notebook, Write, Written, perform_concurrently, result_of


@pytest.fixture
def book(make_store: StoreFactory) -> Iterator[Notebook]:
    with Notebook.open_in(make_store()) as opened:
        yield opened


def test_a_command_is_committed_before_the_door_returns(book: Notebook) -> None:
    before = book.commit_count
    book.door.perform(Write(text="hello"), "somebody")
    assert book.commit_count == before + 1
    assert book.lines() == ["hello"]


def test_a_refusal_changes_nothing_and_is_recorded_with_its_reason(book: Notebook) -> None:
    with pytest.raises(Refused) as refused:
        book.door.perform(Write(text="no"), "somebody")
    assert (refused.value.reason, str(refused.value)) == ("no", "The book says no to book.")
    assert book.lines() == []
    with book.store.read() as tx:
        entry = tx.select("ledger_entries", order=("position",))[-1]
        assert tx.select("feed") == []
    assert (entry["outcome"], entry["kind"], entry["actor"], entry["stream"]) == (
        "refused",
        "Write",
        "somebody",
        "book/book",
    )
    assert b'"no"' in entry["decision"]


def test_bad_data_is_recorded_and_does_not_block_later_commands(book: Notebook) -> None:
    with pytest.raises(BadData):
        book.door.perform(Write(text="nonsense"), "somebody")
    assert book.outcomes()[-1] == "refused"


def test_an_actor_without_the_permission_is_refused_and_recorded(book: Notebook) -> None:
    with pytest.raises(Refused):
        book.door.perform(Write(text="hello"), "stranger")
    assert book.lines() == []
    assert book.outcomes()[-1] == "refused"


@pytest.mark.parametrize(("text", "actor"), [("no", "somebody"), ("nonsense", "somebody"), ("hello", "stranger")])
def test_a_check_raises_what_the_command_would_and_records_nothing(book: Notebook, text: str, actor: str) -> None:
    before = book.outcomes()
    book.door.check(Write(text="hello"), "somebody")
    with pytest.raises((Refused, BadData)) as checked:
        book.door.check(Write(text=text), actor)
    assert (book.lines(), book.outcomes()) == ([], before)
    with pytest.raises((Refused, BadData)) as performed:
        book.door.perform(Write(text=text), actor)
    assert str(performed.value) == str(checked.value)


@pytest.mark.parametrize("bug", ["bug", "half"])
def test_a_bug_in_a_rule_changes_nothing_and_later_commands_succeed(book: Notebook, bug: str) -> None:
    before = book.outcomes()
    with pytest.raises(ZeroDivisionError):
        book.door.perform(Write(text=bug), "somebody")
    assert (book.lines(), book.outcomes()) == ([], before)
    book.door.perform(Write(text="after"), "somebody")
    assert book.lines() == ["after"]


def test_waiting_commands_share_one_flush(book: Notebook) -> None:
    before = book.commit_count
    results = perform_concurrently(book, [Write(text=f"line {n}") for n in range(20)])
    assert all(isinstance(result, Written) for result in results)
    assert len(book.lines()) == 21
    assert book.commit_count - before <= 4  # the first one, and the rest in a group


def test_a_refusal_in_a_group_affects_no_other_command(book: Notebook) -> None:
    results = perform_concurrently(book, [Write(text=text) for text in ("one", "no", "two", "nonsense", "three")])
    assert [type(result) for result in results] == [Written, Refused, Written, BadData, Written]
    assert sorted(book.lines()) == ["first", "one", "three", "two"]
    assert sorted(book.outcomes()[-6:]) == ["done"] * 4 + ["refused"] * 2


@pytest.mark.parametrize("bug", ["bug", "half"])
def test_a_bug_in_a_group_affects_no_other_command(book: Notebook, bug: str) -> None:
    results = perform_concurrently(book, [Write(text=text) for text in ("one", bug, "two", "no")])
    assert [type(result) for result in results] == [Written, ZeroDivisionError, Written, Refused]
    assert sorted(book.lines()) == ["first", "one", "two"]
    assert audit.verify_log(book.store)[1] == []


def test_feed_versions_have_no_gap_and_follow_the_order_of_entries(book: Notebook) -> None:
    perform_concurrently(book, [Write(text="x" if n % 4 else "no", book="ab"[n % 2]) for n in range(40)])
    with book.store.read() as tx:
        for scope in ("a", "b", "book"):
            feed = tx.select("feed", order=("version",), scope=scope)
            assert [row["version"] for row in feed] == list(range(1, len(feed) + 1))
            assert tx.select("scopes", scope=scope)[0]["version"] == len(feed)
            done = tx.select("ledger_entries", order=("position",), stream=f"book/{scope}", outcome="done")
            assert [row["document"] for row in feed] == [f"note/n1-1-{row['number']}" for row in done]


@sqlite_only
def test_feed_positions_are_assigned_last_in_sorted_scopes(book: Notebook) -> None:
    start = len(book.statements)
    perform_concurrently(book, [Write(text="x", book=name) for name in "dacb"])
    scopes = [sql.split("'")[1] for sql in book.statements[start:] if sql.startswith("INSERT INTO scopes")]
    assert scopes[0] == "book"
    assert sorted(scopes[1:]) == ["a", "b", "c", "d"]
    last_insert = max(n for n, sql in enumerate(book.statements) if sql.startswith("INSERT INTO ledger_entries"))
    feeds = [n for n, sql in enumerate(book.statements) if sql.startswith("INSERT INTO feed")]
    assert max(feeds) > last_insert


@sqlite_only
def test_a_full_disk_is_out_of_reach_and_changes_nothing(book: Notebook) -> None:
    book.limit_growth(0)
    with pytest.raises(OutOfReach) as error:
        book.door.perform(Write(text="a long story " * 4_000), "somebody")
    assert error.value.sentence.startswith("The disk is full")
    assert book.lines() == []
    book.door.perform(Write(text="short"), "somebody")
    assert book.lines() == ["short"]


@sqlite_only
def test_a_full_disk_fails_only_the_commands_that_do_not_fit(book: Notebook) -> None:
    book.limit_growth(1)
    results = perform_concurrently(
        book, [Write(text="short"), Write(text="a long story " * 4_000), Write(text="brief")]
    )
    assert [type(result) for result in results] == [Written, OutOfReach, Written]
    assert sorted(book.lines()) == ["brief", "first", "short"]


@sqlite_only
def test_commands_wait_for_another_program_together(book: Notebook) -> None:
    other = sqlite3.connect(book.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    statements_before = len(book.statements)
    threads = [
        threading.Thread(target=result_of, args=(partial(book.door.perform, Write(text=str(n)), "somebody"),))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert book.statements[statements_before:].count("BEGIN IMMEDIATE") <= 4  # not one wait for each
    other.execute("ROLLBACK")
    other.close()
    assert book.lines() == []
    book.door.perform(Write(text="after"), "somebody")
    assert book.lines() == ["after"]


def test_an_entry_has_actor_node_and_times(book: Notebook) -> None:
    book.clock.set("2026-05-07 10:00")
    book.door.perform(Write(text="hello"), "somebody")
    with book.store.read() as tx:
        entry = tx.select("ledger_entries", order=("position",))[-1]
    assert (entry["node"], entry["incarnation"], entry["number"], entry["decided_by"]) == ("n1", 1, 2, "n1")
    assert entry["said_at"] == entry["corrected_at"] < entry["decided_at"]


def test_two_rules_with_one_stored_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Write has no stored name of its own"):
        Rules((*RULES, *RULES))


def test_the_tables_are_rebuilt_from_the_entries(book: Notebook, tmp_path: Path) -> None:
    perform_concurrently(book, [Write(text=text) for text in ("one", "no", "bug", "two", "half", "nonsense")])
    result_of(lambda: book.door.perform(Write(text="hello"), "stranger"))
    copy = audit.rebuild_store(book.store, RULES, tmp_path / "copy.db")
    assert audit.list_different_tables(book.store, copy) == []
    copy.close()
