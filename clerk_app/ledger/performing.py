"""How one command is performed inside an open transaction: authorised, decided, applied, written down.

A command that another node made is performed exactly once: its key says whether it was here before. What was decided
elsewhere and is final is taken over as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Actor, Command, Decided, Entry, Moment, Reach, Rule, Rules
from clerk_app.ledger.entries import Refusal, Sealed, entry_of, seal, sealed_row
from clerk_app.ledger.heads import ASKS, OWN, Heads, speaker, write_entry
from clerk_app.ledger.nodes import BeginIncarnation
from db.engines import Row, Transaction

Authorise = Callable[[Transaction, str, Rule[Any, Any], int, str], Actor]
"""(transaction, actor id, rule of the command, now, sending node; "" for this one) -> the actor; raises Refused."""
Key = tuple[str, int, int]
"""Node, incarnation, running number: what makes a command itself and no other."""


@dataclass(frozen=True)
class Arrived:
    """A command that another node made, as it came in.

    `decided` is what was decided there, as bytes, where that is final or comes from an authority that has forgotten it
    (what is not final is decided again, since others may have gone on without it); `refused_before`: that authority had
    refused it. `because` is the number of the entry that this one stands on, where that had no answer yet when this one
    was made.
    """

    key: Key
    sealed: Sealed
    actor: str
    said_at: int
    corrected_at: int
    decided: bytes | None = None
    because: int = 0
    refused_before: bool = False


class FarCenter(Protocol):
    """The authority as a window's door knows it."""

    def ask(self, command: Command[Any], actor: str) -> Any:
        """The authority's decision. Raises Refused; OutOfReach when it does not answer."""
        ...

    def offset(self) -> int:
        """Microseconds that its clock is ahead of ours, by the last measurement."""
        ...

    def note(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """An entry that has no answer yet wrote these documents; called before the transaction ends."""
        ...


class Wish(msgspec.Struct, frozen=True):
    """A command on its way through the door."""

    command: Command[Any] | BadData  # the latter: why it is none that is known here
    sealed: Sealed
    actor: str
    said_at: int
    arrived: Arrived | None = None  # when another node made the command; our own get the next number


class Performer:
    """Performs commands, one after the other, in transactions that somebody else opens and ends."""

    def __init__(self, rules: Rules, authorise: Authorise, clock: Callable[[], int]) -> None:
        self.rules = rules
        self.clock = clock
        self.center: FarCenter | None = None
        self._authorise = authorise

    def perform(self, tx: Transaction, wish: Wish, heads: Heads) -> tuple[Any, Exception | None]:
        """The decision, or the error that was written down in its place. Raises Refused where nothing was written."""
        ahead = self.center.offset() if self.center else 0
        now = wish.said_at + ahead if self.center else self.clock()
        self._ask_ahead(tx, wish, now)
        allowed = self._allowed(tx, wish, now)  # asked before the heads are needed: all answers come together
        here = heads.here or (getattr(wish.command, "node", ""), 1)  # a store's first command says whose it is
        arrived = wish.arrived
        node, incarnation = arrived.key[:2] if arrived else self._voice(wish, allowed, here)
        number = heads.of(node, incarnation)[0] + 1
        if arrived:
            asks = node.endswith(ASKS)  # which may leave gaps
            if arrived.key[2] < number or (arrived.key[2] > number and not asks):
                return self._known(tx, arrived, number)
            if asks and (told := _told_before(tx, arrived)):
                return self._outcome(told)
            number = arrived.key[2]
        moment = Moment(
            node=node,
            incarnation=incarnation,
            number=number,
            actor=allowed if isinstance(allowed, Actor) else Actor(wish.actor),
            said_at=wish.said_at,
            corrected_at=arrived.corrected_at if arrived else wish.said_at + ahead,
            decided_at=now,
            authority=self.center is None,
        )
        return self._perform(tx, wish, allowed, moment, heads, decided_by=here[0])

    def _ask_ahead(self, tx: Transaction, wish: Wish, now: int) -> None:
        rule = None if isinstance(wish.command, BadData) else self.rules[wish.sealed.kind]
        if rule is not None and rule.ahead is not None:
            rule.ahead(tx, wish.command, now)

    def _voice(self, wish: Wish, allowed: Actor | Refused, here: tuple[str, int]) -> tuple[str, int]:
        """In which chain a command of our own stands."""
        command = wish.command
        if self.center is not None and self.rules[wish.sealed.kind].reach is Reach.OWN:
            return here[0] + OWN, here[1]
        # an incarnation begins with the very entry that begins it; one that will be refused belongs to the old one
        begins = isinstance(command, BeginIncarnation) and (command.node, command.incarnation - 1) == here
        return (here[0], here[1] + 1) if begins and isinstance(allowed, Actor) else here

    def _allowed(self, tx: Transaction, wish: Wish, now: int) -> Actor | Refused:
        """The actor, if they may; why not, if they may not."""
        if isinstance(wish.command, BadData):
            return Actor(wish.actor)
        node = speaker(wish.arrived.key[0]) if wish.arrived else ""
        try:
            with tx.only_looking():
                return self._authorise(tx, wish.actor, self.rules[wish.sealed.kind], now, node)
        except Refused as refused:
            return refused

    def _known(self, tx: Transaction, arrived: Arrived, expected: int) -> tuple[Any, Exception | None]:
        node, incarnation, number = arrived.key
        place = {"node": node, "number": number, "expected": expected}
        row = tx.one("ledger.by_key", node=node, incarnation=incarnation, number=number)
        if row is None and node.endswith(ASKS):
            raise Refused("late", "Question {number} of {node} comes after question {expected}.", **place)
        if row is None:
            raise Refused("gap", "Entry {number} of {node} came before entry {expected}.", **place)
        if not _is_the_same(row, arrived):
            raise Refused("fork", "Entry {number} of {node} exists already and says something else.", **place)
        return self._outcome(row)

    def _outcome(self, row: Row) -> tuple[Any, Exception | None]:
        """What came of an entry."""
        if row["outcome"] == "refused":
            first = msgspec.json.decode(row["decision"], type=Refusal)
            return None, Refused(first.reason, first.sentence, **first.facts)
        return entry_of(self.rules[row["kind"]], row).decision, None

    def _perform(
        self,
        tx: Transaction,
        wish: Wish,
        allowed: Actor | Refused,
        moment: Moment,
        heads: Heads,
        *,
        decided_by: str,
    ) -> tuple[Any, Exception | None]:
        chosen = self._choose(tx, wish, allowed, moment)
        far = self.center if wish.arrived is None and not moment.node.endswith(OWN) else None  # waits for its answer
        if chosen.failure and far:
            far, moment = None, _aside(moment, heads)  # nobody else has to know
        if chosen.elsewhere:  # it was decided there and then
            decided_by, moment = speaker(moment.node), msgspec.structs.replace(moment, decided_at=moment.corrected_at)
        rule = None if isinstance(wish.command, BadData) else self.rules[wish.sealed.kind]
        stream = f"node/{moment.node}"
        if rule is not None:
            stream = rule.stream(wish.command, None if chosen.failure else chosen.decision)
        revision = tx.ask("ledger.last_revision", stream=stream)
        touched = len(tx.touched)
        if rule is not None and not chosen.failure:
            rule.apply(tx, Entry(moment, wish.command, chosen.decision))
        before = revision()
        assert before is not None
        heading = {
            "position": heads.position + 1,
            "node": moment.node,
            "incarnation": moment.incarnation,
            "number": moment.number,
            "stream": stream,
            "revision": before["revision"] + 1,
            "kind": wish.sealed.kind,
            "outcome": "refused" if chosen.failure else "done",
            "actor": wish.actor,
            "said_at": moment.said_at,
            "corrected_at": moment.corrected_at,
            "decided_at": moment.decided_at,
            "decided_by": decided_by,
            "answered_at": None if far else moment.decided_at,  # an authority's decision is its own answer
        }
        _number, previous = heads.of(moment.node, moment.incarnation)
        link = write_entry(tx, heading, wish.sealed, chosen.content, previous)
        heads.advance(moment.node, moment.incarnation, moment.number, link)
        if far:
            far.note(tx, heads.position, {document for _scope, document in tx.touched[touched:]})
        for command, actor in chosen.objections:
            self.perform(tx, Wish(command, seal(command), actor, self.clock()), heads)
        return chosen.decision, chosen.failure

    def _choose(self, tx: Transaction, wish: Wish, allowed: Actor | Refused, moment: Moment) -> _Chosen:
        """Decides, or takes over what was decided elsewhere."""
        command, arrived = wish.command, wish.arrived
        if isinstance(command, BadData):
            return _refused(command)
        rule = self.rules[wish.sealed.kind]
        try:
            with tx.only_looking():
                remembered = arrived is not None and arrived.decided is not None
                if arrived and arrived.decided is not None and (rule.objections or rule.reach is Reach.ASKED):
                    return self._taken_over(tx, rule, Entry(moment, command, None), allowed, arrived.decided)
                if arrived and arrived.refused_before:
                    raise Refused("refused_before", "The center had refused this before it was put back from a backup.")
                if isinstance(allowed, Refused) and not remembered:
                    raise allowed
                if arrived and arrived.because:
                    _need_accepted(tx, arrived)
                asked = msgspec.structs.replace(moment, remembered=True) if remembered else moment
                decision: Decided = rule.decide(tx, command, asked)
        except (Refused, BadData) as refused:
            return _refused(refused)
        return _Chosen(decision, msgspec.json.encode(decision))

    def _taken_over(
        self, tx: Transaction, rule: Rule[Any, Any], entry: Entry[Any, Any], allowed: Actor | Refused, decided: bytes
    ) -> _Chosen:
        try:
            decision = msgspec.json.decode(decided, type=rule.decision)
        except msgspec.DecodeError as error:
            raise BadData("This program does not understand an entry of the kind {kind}.", kind=rule.kind) from error
        entry = msgspec.structs.replace(entry, decision=decision)
        against = allowed if isinstance(allowed, Refused) else None
        return _Chosen(
            decision,
            decided,
            objections=tuple(rule.objections(tx, entry, against)) if rule.objections else (),
            elsewhere=True,
        )


def _told_before(tx: Transaction, arrived: Arrived) -> Row | None:
    """A question that is told again, if it was before: two copies of its node each give it a number of their own."""
    if arrived.decided is None:
        return None
    found = tx.all("ledger.asked_at", node=arrived.key[0], kind=arrived.sealed.kind, said_at=arrived.said_at)
    return next((row for row in found if _is_the_same(row, arrived)), None)


def _is_the_same(row: Row, arrived: Arrived) -> bool:
    """Whether it was here before. Two programs that speak as one node may say the same, each at a moment of its own; a
    question is asked again at another moment."""
    asked = arrived.key[0].endswith(ASKS)
    return sealed_row(row).digest == arrived.sealed.digest and (asked or row["said_at"] == arrived.said_at)


class _Chosen(msgspec.Struct, frozen=True):
    """What came of a command: its decision, as bytes too; a failure in its place; what is to be said about it."""

    decision: Decided
    content: bytes
    failure: Refused | BadData | None = None
    objections: tuple[tuple[Command[Any], str], ...] = ()
    elsewhere: bool = False


def _refused(why: Refused | BadData) -> _Chosen:
    refusal = _refusal(why)
    return _Chosen(refusal, msgspec.json.encode(refusal), why)


def _need_accepted(tx: Transaction, arrived: Arrived) -> None:
    """Raises Refused when the entry on which this one stands was refused."""
    node, incarnation, _number = arrived.key
    row = tx.one("ledger.by_key", node=node, incarnation=incarnation, number=arrived.because)
    if row is not None and row["outcome"] == "refused":
        raise Refused("because", "Refused because entry {number} before it was refused.", number=arrived.because)


def _aside(moment: Moment, heads: Heads) -> Moment:
    """The same moment in the chain of what never leaves this store."""
    voice = moment.node + OWN
    number = heads.of(voice, moment.incarnation)[0] + 1
    return msgspec.structs.replace(moment, node=voice, number=number)


def _refusal(refused: Refused | BadData) -> Refusal:
    """A refusal as it is written down."""
    reason = refused.reason if isinstance(refused, Refused) else "bad_data"
    facts = {name: str(value) for name, value in refused.facts.items()}
    return Refusal(reason=reason, sentence=refused.sentence, facts=facts)
