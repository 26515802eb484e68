"""A module with one command, for tests of the door: it writes a line, refuses, or fails, depending on its text."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from clerk_app.errors import BadData, ClerkError, Refused
from clerk_app.ledger import nodes, numbers
from clerk_app.ledger.access import ANY_MACHINE, Role
from clerk_app.ledger.commands import Actor, Command, CommandDecision, Entry, MessagePart, Moment, Rule, Rules, RuleSet
from clerk_app.ledger.door import Door
from clerk_app.ledger.nodes import EnrolNode
from db.engines import Store, Transaction, create_backend
from tests.clock import Clock
from tests.engines import ObservedSqlite

_RULES = RuleSet()


class Written(CommandDecision, frozen=True, kw_only=True):
    """The number of the line."""

    stored_name: ClassVar[str] = "Written"
    line: int


class Secret(MessagePart, frozen=True, kw_only=True):
    """The personal part."""

    words: str


class Write(Command[Written], frozen=True, kw_only=True):
    """Writes a line. "no" is refused, "nonsense" is bad data, "bug" is a bug in decide, "half" one in apply."""

    stored_name: ClassVar[str] = "Write"
    text: str
    book: str = "book"
    personal: Secret | None = None


def _decide(tx: Transaction, command: Write, _: Moment) -> Written:
    if command.text == "no":
        raise Refused("no", "The book says no to {who}.", who=command.book)
    if command.text == "nonsense":
        raise BadData("This makes no sense: {text}", text=command.text)
    if command.text == "bug":
        raise ZeroDivisionError("a bug in decide")
    return Written(line=len(tx.select("nodes")))


@_RULES.register(
    Write,
    Written,
    permission="write",
    roles=(Role.CLERK,),
    machines=ANY_MACHINE,
    label="Line written",
    decide=_decide,
    stream=lambda command, _: f"book/{command.book}",
    documents=("note",),
)
def _apply(tx: Transaction, entry: Entry[Write, Written]) -> None:
    command: Write = entry.command
    words = command.personal.words if command.personal else ""
    tx.insert(
        "nodes", id=entry.moment.key, name=command.text + words, kind="line", incarnation=1, here=False, enrolled_at=1
    )
    tx.mark_changed(command.book, f"note/{entry.moment.key}")
    if command.text == "twice":
        _apply(tx, msgspec.structs.replace(entry, command=Write(text="again")))
    if command.text == "half":
        raise ZeroDivisionError("a bug in apply")


RULES = Rules((*_RULES, *nodes.RULES, *numbers.RULES))


def allow_all_but_stranger(_: Transaction, actor: str, rule: Rule[Any, Any], __: int, ___: str = "") -> Actor:
    """Authorise every actor except "stranger"."""
    if actor == "stranger":
        raise Refused("permission", "Strangers may not {permission}.", permission=rule.permission)
    return Actor(actor)


@dataclass
class Notebook:
    """A store and a door for these commands; commits are counted and can be blocked."""

    store: Store
    door: Door
    clock: Clock
    statements: list[str]
    commit_gate: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def open_in(cls, location: Path | str) -> Iterator[Notebook]:
        """Open a notebook in an empty store."""
        statements: list[str] = []
        gate = threading.Event()
        gate.set()

        def record_statement(sql: str) -> None:
            statements.append(sql)
            if sql == "COMMIT":
                gate.wait(20)

        clock = Clock()
        backend = (
            ObservedSqlite(location, 0.3, record_statement)
            if isinstance(location, Path)
            else create_backend(location, busy_seconds=0.3, on_statement=record_statement)
        )
        store = Store(backend)
        book = cls(store, Door(store, RULES, allow_all_but_stranger, clock=clock), clock, statements, gate)
        book.door.perform(EnrolNode(node="n1", name="one", node_kind="center", here=True), "founder")
        yield book
        store.close()

    def limit_growth(self, pages: int) -> None:
        """Simulate a full disk: the SQLite store may grow by so many pages at most."""
        if not isinstance(self.store.backend, ObservedSqlite):
            raise TypeError("only an SQLite store can be limited")
        self.store.backend.limit_growth(pages)

    @property
    def commit_count(self) -> int:
        """Number of commits."""
        return self.statements.count("COMMIT")

    def lines(self) -> list[str]:
        """Return the lines in order."""
        with self.store.read() as tx:
            return [row["name"] for row in tx.select("nodes", order=("enrolled_at",), kind="line")]

    def outcomes(self) -> list[str]:
        """Return the outcome of every entry."""
        with self.store.read() as tx:
            return [row["outcome"] for row in tx.select("ledger_entries", order=("position",))]


def result_of(act: Callable[[], object]) -> object:
    """Return the result of an act, or its error."""
    try:
        return act()
    except (ClerkError, ZeroDivisionError) as error:
        return error


def perform_concurrently(book: Notebook, commands: list[Write]) -> list[object]:
    """Perform all commands while the commit of a first one is blocked; return their results in order."""
    results: list[object] = [None] * len(commands)

    def perform(index: int) -> None:
        results[index] = result_of(lambda: book.door.perform(commands[index], "somebody"))

    book.commit_gate.clear()
    reads = book.clock.read_count
    first = threading.Thread(target=lambda: book.door.perform(Write(text="first"), "somebody"))
    first.start()
    book.clock.wait_for_reads(reads + 2)
    threads = [threading.Thread(target=perform, args=(index,)) for index in range(len(commands))]
    for thread in threads:
        thread.start()
    book.clock.wait_for_reads(reads + 2 + len(commands))
    book.commit_gate.set()
    for thread in (first, *threads):
        thread.join(20)
    return results
