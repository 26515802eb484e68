"""Commands, decisions, entries, and the rules by which modules register their commands.

A command is an immutable message. Its `personal` part can be erased later; the other fields are kept. A command class
has the class of its decision as type parameter, so that `Door.perform` returns `Accepted` for `AcceptCase`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from importlib import import_module
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
    """The decision on a command: all values that `decide` chose (ids, numbers, dates), without personal data.

    `stored_name` identifies the decision in schemas; it stays the same when the class is renamed.
    """

    stored_name: ClassVar[str] = ""


class Command(MessagePart, Generic[D], frozen=True, kw_only=True):
    """A request to change shared state. A subclass with personal data declares `personal: SomePart | None = None`.

    `stored_name` is stored and hashed in each entry as its `kind`; it stays the same when the class is renamed.
    """

    stored_name: ClassVar[str] = ""


class Placement(Enum):
    """Node at which a command is performed first."""

    LOCAL_FIRST = "local"  # at this node, at once; the entry is pushed to the authority later
    REMOTE = "asked"  # at the authority; applied at this node after the response
    PRIVATE = "own"  # at this node only; never leaves the store


class Actor(msgspec.Struct, frozen=True):
    """The person or program that performs a command; authorised before `decide` is called."""

    id: str
    role: str = ""
    organ: str | None = None
    revoked_at: int = 0  # when the person's earlier sign-ins ended, microseconds UTC; 0 for never


class InactiveActor(Refused):
    """The actor could perform the command, but was dismissed or suspended."""

    def __init__(self, actor: Actor, reason: str, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.actor = actor


class Moment(msgspec.Struct, frozen=True):
    """Context in which a command is decided: key of its entry, actor, and times in microseconds UTC.

    `said_at` is the time of the command by the clock of its node. `corrected_at` is `said_at` plus the last measured
    offset of the authority's clock from that clock, bounded by the node's entry before and by its receipt; it
    determines legal dates. `decided_at` is the time of the decision; it determines order and leases.
    """

    node: str  # chain of the node (chain_tips.py)
    incarnation: int
    number: int
    actor: Actor
    said_at: int
    corrected_at: int
    decided_at: int
    is_authority: bool = True
    """Whether the deciding store is the authority and has all rows. A window has only the rows that it may see."""
    already_decided: bool = False
    """Whether an authority had decided the command before and lost the decision in a restore."""
    is_remote: bool = False
    """Whether another node sent the command: what it records may have happened there already."""
    read_trust: Callable[[], Any] | None = None
    """Reads the trust lists of the deciding store's office (trust list, status lists); None if it has no office."""
    time_bounded: bool = False
    """Whether the node's clock was so wrong that its own correction was replaced: see `corrected_at`."""

    @property
    def key(self) -> str:
        """Id for a row that the command creates, unique among all nodes."""
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


class Rule(msgspec.Struct, Generic[C, D], frozen=True):
    """Permission, functions and properties of one command.

    `decide` checks the command against the stored rows and returns the decision; it raises Refused if the command is
    not valid now, and never writes. `apply` writes the tables from the entry alone: it reads no clock, permission or
    catalogue and makes no choice, so that a replay of the log gives the same rows. `stream` returns the name of the
    history that the entry belongs to, such as "node/w1"; its second argument is None when the command was refused.
    """

    command: type[C]
    decision: type[D]
    permission: str
    roles: frozenset[Role]
    """Roles that have the permission."""
    machines: frozenset[MachineKind]
    """Kinds of machine that may send the command."""
    label: str
    """Message id of the command's name, shown in histories and lists of rejected work."""
    decide: Callable[[Transaction, C, Moment], D]
    apply: Callable[[Transaction, Entry[C, D]], None]
    stream: Callable[[C, D | None], str]
    documents: tuple[str, ...] = ()
    """Types of the documents that `apply` may change."""
    placement: Placement = Placement.LOCAL_FIRST
    objections: Callable[[Transaction, Entry[C, D], Refused | None], Sequence[tuple[Command[Any], str]]] | None = None
    """Returns the objections of the authority to a decision of another node: commands to perform, each with its actor.

    If this function is set, the node's decision is final: the authority adopts it and then performs the objections.
    Called before `apply`; the third argument is the refusal if the actor is not permitted, else None.
    """
    is_awaited: Callable[[Command[Any]], bool] | None = None
    """Whether an objection may turn out wrong while a restored authority waits for entries of other nodes."""
    prefetch: Callable[[Transaction, C, int], None] | None = None
    """Sends the first queries of `decide` (`Transaction.prefetch`) before the authorisation, to save a round trip.

    Arguments: transaction, command, current time; the queries must depend on these alone.
    """
    survives_restore: bool = True
    """Whether the decision stays valid if the authority loses it in a restore. False for leases."""
    recover: Callable[[Transaction, Entry[C, D], bool], D] | None = None
    """Returns the decision that the authority made and lost in a restore, adapted to what it has decided since.

    The third argument is true while what the decision depends on may still come from another node; then it may raise
    Refused. None: the decision is taken over unchanged.
    """
    stands_alone: bool = False
    """Whether a pushed command is decided by the stored rows alone, also if an entry that it builds on was refused.

    So a visit can be ended and a window closed whatever became of the entries before.
    """
    apply_refusal: Callable[[Transaction, Entry[C, Any]], None] | None = None
    """Writes what a refused command changes, such as a count of failed attempts. The decision of the entry is the
    Refusal. Like `apply`, it uses the entry alone."""
    doubts: Callable[[Transaction, Entry[C, D], Refused], Sequence[tuple[Command[Any], str]]] | None = None
    """Returns the objections to a command that counts although the person's sign-in had ended; see `objections`.

    Set for all commands by the registry (clerk_app/composition/registry.py).
    """
    max_bytes: int = 200_000
    """Of a command that another node sends; 0 where `decide` or `objections` limit its parts."""
    keep_call: bool = True
    """Whether a node keeps a copy of its answered call, to send it again to a restored authority.

    False where the call contains what must not stay at the machine.
    """
    keep_personal: bool = True
    """Whether that copy contains the personal part. False: the copy has only its digest."""
    wait_seconds: float = 0.0
    """How long a caller waits for the authority's answer; 0: as long as the transport does. With a limit the call is
    made once, and nothing is pushed before it, so that it blocks no other exchange for longer than that."""
    own_entries_first: bool = False
    """Whether a node pushes all its unanswered entries before it calls the authority, in the order of its acts.

    Without this, only entries that wrote the stream of the command are pushed before.
    """

    @property
    def kind(self) -> str:
        """The stored name of the command."""
        return self.command.stored_name


class RuleSet:
    """The rules of one module; `register` adds the rule of a command."""

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
        is_awaited: Callable[[Command[Any]], bool] | None = None,
        prefetch: Callable[[Transaction, C, int], None] | None = None,
        survives_restore: bool = True,
        recover: Callable[[Transaction, Entry[C, D], bool], D] | None = None,
        stands_alone: bool = False,
        apply_refusal: Callable[[Transaction, Entry[C, Any]], None] | None = None,
        max_bytes: int = 200_000,
        keep_call: bool = True,
        keep_personal: bool = True,
        wait_seconds: float = 0.0,
        own_entries_first: bool = False,
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
                    is_awaited=is_awaited,
                    prefetch=prefetch,
                    survives_restore=survives_restore,
                    recover=recover,
                    stands_alone=stands_alone,
                    apply_refusal=apply_refusal,
                    max_bytes=max_bytes,
                    keep_call=keep_call,
                    keep_personal=keep_personal,
                    wait_seconds=wait_seconds,
                    own_entries_first=own_entries_first,
                )
            )
            return apply

        return add


RuleModules = Mapping[str, tuple[str, ...]]
"""The stored names of the commands that a module registers in its `RULES`, by name of the module."""


class Rules:
    """Registry of all commands that the program knows, by stored name.

    A module of `modules` is imported when one of its commands is first needed, because a program performs few of them.
    `complete` returns the rule to use for a rule of such a module.
    """

    def __init__(
        self,
        rules: Iterable[Rule[Any, Any]] = (),
        modules: RuleModules | None = None,
        complete: Callable[[Rule[Any, Any]], Rule[Any, Any]] = lambda rule: rule,
    ) -> None:
        self._by_kind: dict[str, Rule[Any, Any]] = {}
        self._holders: dict[str, frozenset[Role]] = {}
        self._modules = modules or {}
        self._module_of: dict[str, str] = {}
        self._complete = complete
        for module, kinds in self._modules.items():
            for kind in kinds:
                if self._module_of.setdefault(kind, module) != module:
                    raise ValueError(f"{kind} is the stored name of two commands")
        for rule in rules:
            if rule.kind in self._by_kind or rule.kind in self._module_of:
                raise ValueError(f"{rule.command.__name__} has no stored name of its own")
            self._add(rule)

    def __getitem__(self, kind: str) -> Rule[Any, Any]:
        rule = self._by_kind.get(kind)
        return rule if rule is not None else self._import_rule(kind)

    def get(self, kind: str) -> Rule[Any, Any] | None:
        """Return the rule with this stored name, or None."""
        return self[kind] if kind in self._by_kind or kind in self._module_of else None

    def __iter__(self) -> Iterator[Rule[Any, Any]]:
        for kind in self._module_of:
            self[kind]
        return iter(list(self._by_kind.values()))

    def _import_rule(self, kind: str) -> Rule[Any, Any]:
        """Import the module of a command and add its rules; another thread may do the same. Raises KeyError."""
        module = self._module_of[kind]
        rules: list[Rule[Any, Any]] = list(import_module(module).RULES)
        if {rule.kind for rule in rules} != set(self._modules[module]):
            raise ValueError(f"{module} registers other commands than {', '.join(self._modules[module])}")
        for rule in rules:
            self._add(self._complete(rule))
        return self._by_kind[kind]

    def _add(self, rule: Rule[Any, Any]) -> None:
        if not rule.kind:
            raise ValueError(f"{rule.command.__name__} has no stored name of its own")
        if self._holders.setdefault(rule.permission, rule.roles) != rule.roles:
            raise ValueError(f"two commands give {rule.permission} to different roles")
        self._by_kind[rule.kind] = rule
