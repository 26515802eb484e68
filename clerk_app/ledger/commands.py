"""Commands, decisions, entries, and the rules by which modules register their commands.

A command is a frozen message: its plain part is kept, its `personal` part can be erased. Its class is generic in its
decision, so that the type of `door.perform(AcceptCase(...))` is `Accepted`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from db.engines import Transaction

C = TypeVar("C", bound="Command[Any]")
D = TypeVar("D", bound="CommandDecision")


class MessagePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a command or decision, stored as JSON. Unknown fields of newer versions are ignored."""


class CommandDecision(MessagePart, frozen=True, kw_only=True):
    """The decision on a command: every choice fixed, nothing personal.

    `stored_name` identifies the decision in schemas, independently of its Python name.
    """

    stored_name: ClassVar[str] = ""


class Command(MessagePart, Generic[D], frozen=True, kw_only=True):
    """A request to change shared state. A subclass with personal data declares `personal: SomePart | None = None`.

    `stored_name` is what entries store as their `kind`; it is hashed and never changes.
    """

    stored_name: ClassVar[str] = ""


class Placement(Enum):
    """Where a command is performed first."""

    LOCAL_FIRST = "local"  # at this node at once; pushed to the authority later
    REMOTE = "asked"  # at the authority; applied here only after its answer
    PRIVATE = "own"  # at this node only; never leaves the store


class Actor(msgspec.Struct, frozen=True):
    """Who performs a command; authorised before `decide` is called."""

    id: str
    role: str = ""
    organ: str | None = None


class Moment(msgspec.Struct, frozen=True):
    """Node, actor and times of a command that is decided. Times are microseconds UTC.

    `said_at` is the time of the node's clock, `corrected_at` the same plus the last measured offset of its clock, which
    counts for legal dates. `decided_at` counts for order and leases.
    """

    node: str
    incarnation: int
    number: int
    actor: Actor
    said_at: int
    corrected_at: int
    decided_at: int
    is_authority: bool = True
    """Whether the deciding store is the authority and holds all rows. A window holds only those that it may see."""
    already_decided: bool = False
    """Whether an authority had decided the command before and lost the decision in a restore."""

    @property
    def key(self) -> str:
        """Id for a row that the command creates, unique over all nodes."""
        return f"{self.node}-{self.incarnation}-{self.number}"


class Entry(msgspec.Struct, Generic[C, D], frozen=True):
    """A decided command as `apply` receives it."""

    moment: Moment
    command: C
    decision: D

    @property
    def decided_at(self) -> int:
        """Time of the decision, microseconds UTC."""
        return self.moment.decided_at


@dataclass(frozen=True)
class Rule(Generic[C, D]):
    """How one command is permitted, decided and applied.

    `decide` reads, checks the transition and fixes every choice; it raises Refused otherwise. `apply` writes the
    tables from the entry alone, without clock, permission, catalogue or choice. `stream` names the history that the
    entry belongs to; its decision is None when the command was refused.
    """

    command: type[C]
    decision: type[D]
    permission: str
    roles: frozenset[Role]
    """Roles that have the permission."""
    machines: frozenset[MachineKind]
    """Kinds of machine that may send the command."""
    label: str
    """Message id: the command in words, for histories and lists of rejected work."""
    decide: Callable[[Transaction, C, Moment], D]
    apply: Callable[[Transaction, Entry[C, D]], None]
    stream: Callable[[C, D | None], str]
    documents: tuple[str, ...] = ()
    """Types of the documents that `apply` may change."""
    placement: Placement = Placement.LOCAL_FIRST
    objections: Callable[[Transaction, Entry[C, D], Refused | None], Sequence[tuple[Command[Any], str]]] | None = None
    """Makes the command final where it was made: the authority takes the decision over, and performs the returned
    commands, each with its actor.

    Called before `apply`, with the refusal of the actor, if there was one.
    """
    prefetch: Callable[[Transaction, C, int], None] | None = None
    """Requests (`Transaction.prefetch`) what `decide` reads first, where command and time alone determine it, so that
    a server answers it together with the authorisation.
    """
    survives_restore: bool = True
    """Whether the decision still holds after the authority was restored from a backup without it. A lease does not."""

    @property
    def kind(self) -> str:
        """The stored name of the command."""
        return self.command.stored_name


class RuleSet:
    """The rules of one module, registered beside their commands."""

    def __init__(self) -> None:
        self._rules: list[Rule[Any, Any]] = []

    def __iter__(self) -> Iterator[Rule[Any, Any]]:
        return iter(self._rules)

    def register(
        self,
        command: type[C],
        decision: type[D],
        *,
        permission: str,
        roles: Iterable[Role],
        machines: Iterable[MachineKind],
        label: str,
        decide: Callable[[Transaction, C, Moment], D],
        stream: Callable[[C, D | None], str],
        documents: tuple[str, ...] = (),
        placement: Placement = Placement.LOCAL_FIRST,
        objections: (
            Callable[[Transaction, Entry[C, D], Refused | None], Sequence[tuple[Command[Any], str]]] | None
        ) = None,
        prefetch: Callable[[Transaction, C, int], None] | None = None,
        survives_restore: bool = True,
    ) -> Callable[[Callable[[Transaction, Entry[C, D]], None]], Callable[[Transaction, Entry[C, D]], None]]:
        """Register the decorated function as `apply` of a command; the arguments are the fields of `Rule`."""

        def add(apply: Callable[[Transaction, Entry[C, D]], None]) -> Callable[[Transaction, Entry[C, D]], None]:
            self._rules.append(
                Rule(
                    command,
                    decision,
                    permission=permission,
                    roles=frozenset(roles),
                    machines=frozenset(machines),
                    label=label,
                    decide=decide,
                    apply=apply,
                    stream=stream,
                    documents=documents,
                    placement=placement,
                    objections=objections,
                    prefetch=prefetch,
                    survives_restore=survives_restore,
                )
            )
            return apply

        return add


class Rules:
    """Registry of all commands that the program knows, by stored name."""

    def __init__(self, rules: Iterable[Rule[Any, Any]]) -> None:
        self._by_kind: dict[str, Rule[Any, Any]] = {}
        holders: dict[str, frozenset[Role]] = {}
        for rule in rules:
            if not rule.kind or rule.kind in self._by_kind:
                raise ValueError(f"{rule.command.__name__} has no stored name of its own")
            if holders.setdefault(rule.permission, rule.roles) != rule.roles:
                raise ValueError(f"two commands give {rule.permission} to different roles")
            self._by_kind[rule.kind] = rule

    def __getitem__(self, kind: str) -> Rule[Any, Any]:
        return self._by_kind[kind]

    def get(self, kind: str) -> Rule[Any, Any] | None:
        """Return the rule with this stored name, or None."""
        return self._by_kind.get(kind)

    def __iter__(self) -> Iterator[Rule[Any, Any]]:
        return iter(self._by_kind.values())

    def permissions(self) -> frozenset[str]:
        """Return every permission that some command requires."""
        return frozenset(rule.permission for rule in self._by_kind.values())

    def permissions_of(self, role: Role) -> frozenset[str]:
        """Return the permissions of a role."""
        return frozenset(rule.permission for rule in self._by_kind.values() if role in rule.roles)
