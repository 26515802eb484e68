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
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, PRIVATE_SUFFIX, ChainTips, append_entry, node_of_chain
from clerk_app.ledger.commands import Actor, Command, CommandDecision, Entry, Moment, Placement, Rule, Rules
from clerk_app.ledger.entries import Refusal, SealedCommand, entry_from_row, seal, sealed_from_row
from clerk_app.ledger.nodes import BeginIncarnation
from db.engines import Row, Transaction

Authorise = Callable[[Transaction, str, Rule[Any, Any], int, str], Actor]
"""(transaction, actor id, rule of the command, now, sending node; "" for this one) -> the actor; raises Refused."""
CommandKey = tuple[str, int, int]
"""Node, incarnation, running number: what makes a command itself and no other."""


@dataclass(frozen=True)
class RemoteCommand:
    """A command that another node made, as it came in.

    `decided` is what was decided there, as bytes, where that is final or comes from an authority that has forgotten it
    (what is not final is decided again, since others may have gone on without it); `refused_before`: that authority had
    refused it. `because` is the number of the entry that this one stands on, where that had no answer yet when this one
    was made.
    """

    key: CommandKey
    sealed: SealedCommand
    actor: str
    said_at: int
    corrected_at: int
    decision: bytes | None = None
    depends_on: int = 0
    previously_refused: bool = False


class RemoteAuthority(Protocol):
    """The authority as a window's door knows it."""

    def call(self, command: Command[Any], actor: str) -> Any:
        """The authority's decision. Raises Refused; OutOfReach when it does not answer."""
        ...

    def clock_offset(self) -> int:
        """Microseconds that its clock is ahead of ours, by the last measurement."""
        ...

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """An entry that has no answer yet wrote these documents; called before the transaction ends."""
        ...


class Submission(msgspec.Struct, frozen=True):
    """A command on its way through the door."""

    command: Command[Any] | BadData  # the latter: why it is none that is known here
    sealed: SealedCommand
    actor: str
    said_at: int
    remote: RemoteCommand | None = None  # when another node made the command; our own get the next number


class Performer:
    """Performs commands, one after the other, in transactions that somebody else opens and ends."""

    def __init__(self, rules: Rules, authorise: Authorise, clock: Callable[[], int]) -> None:
        self.rules = rules
        self.clock = clock
        self.authority: RemoteAuthority | None = None
        self._authorise = authorise

    def perform(self, tx: Transaction, submission: Submission, tips: ChainTips) -> tuple[Any, Exception | None]:
        """The decision, or the error that was written down in its place. Raises Refused where nothing was written."""
        ahead = self.authority.clock_offset() if self.authority else 0
        now = submission.said_at + ahead if self.authority else self.clock()
        self._prefetch(tx, submission, now)
        allowed = self._authorise_actor(
            tx, submission, now
        )  # asked before the heads are needed: all answers come together
        here = tips.own_chain or (
            getattr(submission.command, "node", ""),
            1,
        )  # a store's first command says whose it is
        arrived = submission.remote
        node, incarnation = arrived.key[:2] if arrived else self._select_chain(submission, allowed, here)
        number = tips.tip(node, incarnation)[0] + 1
        if arrived:
            asks = node.endswith(CALLS_SUFFIX)  # which may leave gaps
            if arrived.key[2] < number or (arrived.key[2] > number and not asks):
                return self._repeated_outcome(tx, arrived, number)
            if asks and (told := _find_repeated_call(tx, arrived)):
                return self._recorded_outcome(told)
            number = arrived.key[2]
        moment = Moment(
            node=node,
            incarnation=incarnation,
            number=number,
            actor=allowed if isinstance(allowed, Actor) else Actor(submission.actor),
            said_at=submission.said_at,
            corrected_at=arrived.corrected_at if arrived else submission.said_at + ahead,
            decided_at=now,
            is_authority=self.authority is None,
        )
        return self._decide_and_append(tx, submission, allowed, moment, tips, decided_by=here[0])

    def _prefetch(self, tx: Transaction, submission: Submission, now: int) -> None:
        rule = None if isinstance(submission.command, BadData) else self.rules[submission.sealed.kind]
        if rule is not None and rule.ahead is not None:
            rule.ahead(tx, submission.command, now)

    def _select_chain(
        self, submission: Submission, allowed: Actor | Refused, own_chain: tuple[str, int]
    ) -> tuple[str, int]:
        """In which chain a command of our own stands."""
        command = submission.command
        if self.authority is not None and self.rules[submission.sealed.kind].reach is Placement.PRIVATE:
            return own_chain[0] + PRIVATE_SUFFIX, own_chain[1]
        # an incarnation begins with the very entry that begins it; one that will be refused belongs to the old one
        begins = isinstance(command, BeginIncarnation) and (command.node, command.incarnation - 1) == own_chain
        return (own_chain[0], own_chain[1] + 1) if begins and isinstance(allowed, Actor) else own_chain

    def _authorise_actor(self, tx: Transaction, submission: Submission, now: int) -> Actor | Refused:
        """The actor, if they may; why not, if they may not."""
        if isinstance(submission.command, BadData):
            return Actor(submission.actor)
        node = node_of_chain(submission.remote.key[0]) if submission.remote else ""
        try:
            with tx.read_only():
                return self._authorise(tx, submission.actor, self.rules[submission.sealed.kind], now, node)
        except Refused as refused:
            return refused

    def _repeated_outcome(self, tx: Transaction, remote: RemoteCommand, expected: int) -> tuple[Any, Exception | None]:
        node, incarnation, number = remote.key
        place = {"node": node, "number": number, "expected": expected}
        row = tx.query_one("ledger.entry_by_key", node=node, incarnation=incarnation, number=number)
        if row is None and node.endswith(CALLS_SUFFIX):
            raise Refused("late", "Question {number} of {node} comes after question {expected}.", **place)
        if row is None:
            raise Refused("gap", "Entry {number} of {node} came before entry {expected}.", **place)
        if not _is_same_command(row, remote):
            raise Refused("fork", "Entry {number} of {node} exists already and says something else.", **place)
        return self._recorded_outcome(row)

    def _recorded_outcome(self, row: Row) -> tuple[Any, Exception | None]:
        """What came of an entry."""
        if row["outcome"] == "refused":
            first = msgspec.json.decode(row["decision"], type=Refusal)
            return None, Refused(first.reason, first.sentence, **first.facts)
        return entry_from_row(self.rules[row["kind"]], row).decision, None

    def _decide_and_append(
        self,
        tx: Transaction,
        submission: Submission,
        allowed: Actor | Refused,
        moment: Moment,
        tips: ChainTips,
        *,
        decided_by: str,
    ) -> tuple[Any, Exception | None]:
        chosen = self._decide(tx, submission, allowed, moment)
        far = (
            self.authority if submission.remote is None and not moment.node.endswith(PRIVATE_SUFFIX) else None
        )  # waits for its answer
        if chosen.error and far:
            far, moment = None, _move_to_private_chain(moment, tips)  # nobody else has to know
        if chosen.decided_elsewhere:  # it was decided there and then
            decided_by, moment = (
                node_of_chain(moment.node),
                msgspec.structs.replace(moment, decided_at=moment.corrected_at),
            )
        rule = None if isinstance(submission.command, BadData) else self.rules[submission.sealed.kind]
        stream = f"node/{moment.node}"
        if rule is not None:
            stream = rule.stream(submission.command, None if chosen.error else chosen.decision)
        revision = tx.start_query("ledger.last_revision", stream=stream)
        touched = len(tx.changed_documents)
        if rule is not None and not chosen.error:
            rule.apply(tx, Entry(moment, submission.command, chosen.decision))
        before = revision()
        assert before is not None
        heading = {
            "position": tips.last_position + 1,
            "node": moment.node,
            "incarnation": moment.incarnation,
            "number": moment.number,
            "stream": stream,
            "revision": before["revision"] + 1,
            "kind": submission.sealed.kind,
            "outcome": "refused" if chosen.error else "done",
            "actor": submission.actor,
            "said_at": moment.said_at,
            "corrected_at": moment.corrected_at,
            "decided_at": moment.decided_at,
            "decided_by": decided_by,
            "answered_at": None if far else moment.decided_at,  # an authority's decision is its own answer
        }
        _number, previous = tips.tip(moment.node, moment.incarnation)
        link = append_entry(tx, heading, submission.sealed, chosen.encoded, previous)
        tips.advance(moment.node, moment.incarnation, moment.number, link)
        if far:
            far.record_unanswered(
                tx, tips.last_position, {document for _scope, document in tx.changed_documents[touched:]}
            )
        for command, actor in chosen.objections:
            self.perform(tx, Submission(command, seal(command), actor, self.clock()), tips)
        return chosen.decision, chosen.error

    def _decide(
        self, tx: Transaction, submission: Submission, allowed: Actor | Refused, moment: Moment
    ) -> _DecisionResult:
        """Decides, or takes over what was decided elsewhere."""
        command, arrived = submission.command, submission.remote
        if isinstance(command, BadData):
            return _refused_result(command)
        rule = self.rules[submission.sealed.kind]
        try:
            with tx.read_only():
                remembered = arrived is not None and arrived.decision is not None
                if arrived and arrived.decision is not None and (rule.objections or rule.reach is Placement.REMOTE):
                    return self._adopt_decision(tx, rule, Entry(moment, command, None), allowed, arrived.decision)
                if arrived and arrived.previously_refused:
                    raise Refused("refused_before", "The center had refused this before it was put back from a backup.")
                if isinstance(allowed, Refused) and not remembered:
                    raise allowed
                if arrived and arrived.depends_on:
                    _require_accepted(tx, arrived)
                asked = msgspec.structs.replace(moment, already_decided=True) if remembered else moment
                decision: CommandDecision = rule.decide(tx, command, asked)
        except (Refused, BadData) as refused:
            return _refused_result(refused)
        return _DecisionResult(decision, msgspec.json.encode(decision))

    def _adopt_decision(
        self, tx: Transaction, rule: Rule[Any, Any], entry: Entry[Any, Any], allowed: Actor | Refused, decided: bytes
    ) -> _DecisionResult:
        try:
            decision = msgspec.json.decode(decided, type=rule.decision)
        except msgspec.DecodeError as error:
            raise BadData("This program does not understand an entry of the kind {kind}.", kind=rule.kind) from error
        entry = msgspec.structs.replace(entry, decision=decision)
        against = allowed if isinstance(allowed, Refused) else None
        return _DecisionResult(
            decision,
            decided,
            objections=tuple(rule.objections(tx, entry, against)) if rule.objections else (),
            decided_elsewhere=True,
        )


def _find_repeated_call(tx: Transaction, remote: RemoteCommand) -> Row | None:
    """A question that is told again, if it was before: two copies of its node each give it a number of their own."""
    if remote.decision is None:
        return None
    found = tx.query_all("ledger.calls_said_at", node=remote.key[0], kind=remote.sealed.kind, said_at=remote.said_at)
    return next((row for row in found if _is_same_command(row, remote)), None)


def _is_same_command(row: Row, remote: RemoteCommand) -> bool:
    """Whether it was here before. Two programs that speak as one node may say the same, each at a moment of its own; a
    question is asked again at another moment."""
    asked = remote.key[0].endswith(CALLS_SUFFIX)
    return sealed_from_row(row).digest == remote.sealed.digest and (asked or row["said_at"] == remote.said_at)


class _DecisionResult(msgspec.Struct, frozen=True):
    """What came of a command: its decision, as bytes too; a failure in its place; what is to be said about it."""

    decision: CommandDecision
    encoded: bytes
    error: Refused | BadData | None = None
    objections: tuple[tuple[Command[Any], str], ...] = ()
    decided_elsewhere: bool = False


def _refused_result(error: Refused | BadData) -> _DecisionResult:
    refusal = _refusal_from_error(error)
    return _DecisionResult(refusal, msgspec.json.encode(refusal), error)


def _require_accepted(tx: Transaction, remote: RemoteCommand) -> None:
    """Raises Refused when the entry on which this one stands was refused."""
    node, incarnation, _number = remote.key
    row = tx.query_one("ledger.entry_by_key", node=node, incarnation=incarnation, number=remote.depends_on)
    if row is not None and row["outcome"] == "refused":
        raise Refused("because", "Refused because entry {number} before it was refused.", number=remote.depends_on)


def _move_to_private_chain(moment: Moment, tips: ChainTips) -> Moment:
    """The same moment in the chain of what never leaves this store."""
    voice = moment.node + PRIVATE_SUFFIX
    number = tips.tip(voice, moment.incarnation)[0] + 1
    return msgspec.structs.replace(moment, node=voice, number=number)


def _refusal_from_error(error: Refused | BadData) -> Refusal:
    """A refusal as it is written down."""
    reason = error.reason if isinstance(error, Refused) else "bad_data"
    facts = {name: str(value) for name, value in error.facts.items()}
    return Refusal(reason=reason, sentence=error.sentence, facts=facts)
