"""What a command is, and how a room tells the ledger about its own.

A command is a frozen message: its plain part may be kept for ever, its `personal` part can be erased later. Its class
names the decision that answers it, so that `door.perform(AcceptCase(...))` is known to give an `Accepted`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import msgspec

from clerk_app.errors import Refused
from db.engines import Transaction

D = TypeVar("D", bound="Decided")


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a command or decision that goes to bytes and back. Unknown fields of newer versions are let pass."""


class Decided(Part, frozen=True, kw_only=True):
    """The answer to a command: every choice fixed, nothing personal."""


class Command(Part, Generic[D], frozen=True, kw_only=True):
    """A wish to change shared state. A subclass with personal data declares `personal: SomePart | None = None`."""


class Reach(Enum):
    """Who performs a command first (design: local first, one authority for each thing)."""

    LOCAL = "local"  # here at once, pushed to the authority later
    ASKED = "asked"  # by the authority, never applied before its answer
    OWN = "own"  # here alone: it concerns nobody else, and never leaves this store


class Actor(msgspec.Struct, frozen=True):
    """Who wishes it: known to be allowed to when `decide` sees it."""

    id: str
    role: str = ""
    organ: str | None = None


class Moment(msgspec.Struct, frozen=True):
    """Where and when a command is decided. Times are microseconds UTC.

    `corrected_at` (the time said, by the last measured offset) counts for legal dates, `decided_at` for order and
    leases.
    """

    node: str
    incarnation: int
    number: int
    actor: Actor
    said_at: int
    corrected_at: int
    decided_at: int
    authority: bool = True
    """Whether whoever decides holds everything. A window does not: what follows elsewhere comes from its center."""
    remembered: bool = False
    """Whether it was decided before, by an authority that has forgotten it since it was put back from a backup."""

    @property
    def key(self) -> str:
        """A name for a row that this command makes: unique over all nodes."""
        return f"{self.node}-{self.incarnation}-{self.number}"


class Entry(msgspec.Struct, Generic[D], frozen=True):
    """A decided command as `apply` sees it."""

    moment: Moment
    command: Any
    decision: D

    @property
    def at(self) -> int:
        """When it was decided, microseconds UTC."""
        return self.moment.decided_at


@dataclass(frozen=True)
class Rule:
    """One command of a room.

    `decide` reads, checks the transition and fixes every choice (it raises Refused otherwise); `apply` writes the
    tables from the entry alone, with no clock, permission, catalogue or choice. `stream` names the history that the
    entry belongs to; it gets no decision when the command was refused.
    """

    command: type[Command[Any]]
    decision: type[Decided]
    permission: str
    decide: Callable[[Transaction, Any, Moment], Any]
    apply: Callable[[Transaction, Entry[Any]], None]
    stream: Callable[[Any, Any], str]
    reach: Reach = Reach.LOCAL
    objections: Callable[[Transaction, Entry[Any], Refused | None], Sequence[tuple[Command[Any], str]]] | None = None
    """Makes the command final where it was made: its authority takes the decision as it came, and performs what it has
    to say about it (commands, each with its actor).

    Asked before `apply`, with what spoke against the actor, if anything did.
    """
    ahead: Callable[[Transaction, Any, int], None] | None = None
    """Asks (`Transaction.ask_ahead`) what `decide` will ask first, where the command and the time alone say what that
    is: a server then answers it together with who may do this.
    """
    lasting: bool = True
    """Whether it still holds when its authority has come back from a backup that does not know it. A lease does not."""

    @property
    def kind(self) -> str:
        """The command's name in the ledger."""
        return self.command.__name__


class Rules:
    """Every command the program knows, by name."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_kind: dict[str, Rule] = {}
        for rule in rules:
            if rule.kind in self._by_kind:
                raise ValueError(f"two rules for {rule.kind}")
            self._by_kind[rule.kind] = rule

    def __getitem__(self, kind: str) -> Rule:
        return self._by_kind[kind]

    def get(self, kind: str) -> Rule | None:
        """The rule of this name, if the program knows one."""
        return self._by_kind.get(kind)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._by_kind.values())

    def permissions(self) -> frozenset[str]:
        """Every permission that some command asks for."""
        return frozenset(rule.permission for rule in self._by_kind.values())
