"""A room of one command, for tests of the door alone: it writes a line, refuses, or has a bug, as its text says."""

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
from db.engines import Store, Transaction
from tests.clock import Clock

_RULES = RuleSet()


class Written(CommandDecision, frozen=True, kw_only=True):
    """The line, and its number."""

    stored_name: ClassVar[str] = "Written"
    line: int


class Secret(MessagePart, frozen=True, kw_only=True):
    """What may be erased."""

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
    """Lets everybody in but the stranger."""
    if actor == "stranger":
        raise Refused("permission", "Strangers may not {permission}.", permission=rule.permission)
    return Actor(actor)


@dataclass
class Notebook:
    """A store and door for these commands, whose every COMMIT is counted and can be held back."""

    store: Store
    door: Door
    clock: Clock
    statements: list[str]
    commit_gate: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def open_in(cls, location: Path | str) -> Iterator[Notebook]:
        """A new notebook in the empty store there."""
        statements: list[str] = []
        gate = threading.Event()
        gate.set()

        def told(sql: str) -> None:
            statements.append(sql)
            if sql == "COMMIT":
                gate.wait(20)

        clock = Clock()
        store = Store(location, busy_seconds=0.3, on_statement=told)
        book = cls(store, Door(store, RULES, allow_all_but_stranger, clock=clock), clock, statements, gate)
        book.door.perform(EnrolNode(node="n1", name="one", node_kind="center", here=True), "founder")
        yield book
        store.close()

    @property
    def commit_count(self) -> int:
        """How often something was made durable."""
        return self.statements.count("COMMIT")

    def lines(self) -> list[str]:
        """What is written, in order."""
        with self.store.read() as look:
            return [row["name"] for row in look.select("nodes", order=("enrolled_at",), kind="line")]

    def outcomes(self) -> list[str]:
        """How each entry ended."""
        with self.store.read() as look:
            return [row["outcome"] for row in look.select("ledger_entries", order=("position",))]


def result_of(act: Callable[[], object]) -> object:
    """What an act answers, or its failure."""
    try:
        return act()
    except (ClerkError, ZeroDivisionError) as failure:
        return failure


def perform_concurrently(book: Notebook, commands: list[Write]) -> list[object]:
    """Performs all at once: they wait behind a first command whose flush is held back. Their answers, in order."""
    answers: list[object] = [None] * len(commands)

    def perform(place: int) -> None:
        answers[place] = result_of(lambda: book.door.perform(commands[place], "somebody"))

    book.commit_gate.clear()
    looks = book.clock.read_count
    first = threading.Thread(target=lambda: book.door.perform(Write(text="first"), "somebody"))
    first.start()
    book.clock.wait_for_reads(looks + 2)
    threads = [threading.Thread(target=perform, args=(place,)) for place in range(len(commands))]
    for thread in threads:
        thread.start()
    book.clock.wait_for_reads(looks + 2 + len(commands))
    book.commit_gate.set()
    for thread in (first, *threads):
        thread.join(20)
    return answers
