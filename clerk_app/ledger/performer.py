"""Performs one command inside an open transaction: authorise, decide, apply, append to the log.

A command of another node is performed exactly once: a repeat is recognised by its key (chain, incarnation, number). A
final decision of another node is adopted unchanged. Every actor is authorised, also for a command that was decided
before a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MACHINE_REFUSAL, machine_kinds
from clerk_app.ledger.chain_tips import (
    CALLS_SUFFIX,
    PRIVATE_SUFFIX,
    ChainTips,
    append_entry,
    find_unanswered_predecessor,
    node_of_chain,
)
from clerk_app.ledger.commands import (
    Actor,
    Command,
    CommandDecision,
    Entry,
    InactiveActor,
    Moment,
    Placement,
    Rule,
    Rules,
)
from clerk_app.ledger.entries import RECEIVED_ERASED, Refusal, SealedCommand, entry_from_row, seal
from clerk_app.ledger.entry_signatures import EntrySigner, sign_heading, signature_columns
from clerk_app.ledger.nodes import BeginIncarnation
from clerk_app.ledger.received_entries import (
    bound_remote_time,
    find_repeated_call,
    is_same_command,
    require_accepted,
    require_receivable,
)
from clerk_app.ledger.rejected_work import add_site
from clerk_app.ledger.remote_command import AWAITED, RemoteCommand, awaited
from clerk_app.ledger.replication.messages import SignInRequest, SignInResponse
from clerk_app.ledger.replication.wire_errors import encode_error
from db.engines import Row, Transaction

Outcome = tuple[Any, Exception | None]
"""The decision on a command, or None and the error with which it was refused."""


Authorise = Callable[[Transaction, str, Rule[Any, Any], int, str], Actor]
"""Returns the actor; raises Refused if the actor may not perform the command.

Arguments: transaction, actor id, rule of the command, current time (microseconds UTC), id of the sending node ("" for
the store's own node).
"""


class RemoteAuthority(Protocol):
    """Interface through which the command processor (`Door`) of a window uses its authority."""

    def call(self, command: Command[Any], actor: str) -> Any:
        """Return the authority's decision. Raises Refused; OutOfReach when it does not answer."""
        ...

    def clock_offset(self) -> int:
        """Return the last measured offset: authority's clock minus this machine's clock, in microseconds."""
        ...

    def is_clock_offset_doubtful(self) -> bool:
        """Return whether a person has to confirm the offset, because the clock may have been set right since."""
        ...

    def use_clock_offset(self, clock_offset: int) -> None:
        """Use an offset that a person has set, until the next response."""
        ...

    def sign_in(self, request: SignInRequest) -> SignInResponse:
        """Return the authority's answer to a sign-in at this node. Raises Refused, BadData, OutOfReach."""
        ...

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """Record the documents that an unanswered entry wrote; called before the transaction ends."""
        ...


class Submission(msgspec.Struct, frozen=True):
    """A command submitted to the command processor (`Door`), with its encoded form, its actor and its time."""

    command: Command[Any] | BadData  # BadData: why the bytes are not a known command
    sealed: SealedCommand
    actor: str
    said_at: int  # microseconds UTC, by the clock of the sending node
    remote: RemoteCommand | None = None  # set if another node sent the command


class Performer:
    """Performs commands in transactions that the caller opens and ends."""

    def __init__(self, rules: Rules, authorise: Authorise, clock: Callable[[], int]) -> None:
        self.rules = rules
        self.clock = clock
        self.authority: RemoteAuthority | None = None
        self.signer: EntrySigner | None = None
        self.read_trust: Callable[[], Any] | None = None
        self._authorise = authorise

    def perform(self, tx: Transaction, submission: Submission, tips: ChainTips) -> Outcome:
        """Perform a command, append it to the log and return the outcome.

        Raises Refused, and appends nothing, for the reasons "fork", "gap", "late" and "awaited" (see `Door.receive`).
        """
        clock_offset = self.authority.clock_offset() if self.authority else 0
        now = submission.said_at + clock_offset if self.authority else self.clock()
        self._prefetch(tx, submission, now)
        allowed = self._authorise_actor(tx, submission, now)  # before `own_chain`, so that one round trip reads both
        own_chain = tips.own_chain or (getattr(submission.command, "node", ""), 1)  # the first command names the node
        remote = submission.remote
        chain, incarnation = remote.key[:2] if remote else self._select_chain(submission, allowed, own_chain)
        number = tips.tip(chain, incarnation)[0] + 1
        if remote:
            is_call = chain.endswith(CALLS_SUFFIX)  # numbers of calls may have gaps
            if remote.key[2] < number or (remote.key[2] > number and not is_call):
                return self._repeated_outcome(tx, remote, number)
            if is_call and (row := find_repeated_call(tx, remote)):
                return self._recorded_outcome(row)
            number = remote.key[2]
        corrected_at = submission.said_at + clock_offset
        if remote:
            corrected_at = bound_remote_time(tx, remote, number, now)
        moment = Moment(
            node=chain,
            incarnation=incarnation,
            number=number,
            actor=allowed if isinstance(allowed, Actor) else Actor(submission.actor),
            said_at=submission.said_at,
            corrected_at=corrected_at,
            decided_at=now,
            is_authority=self.authority is None,
            already_decided=remote is not None and remote.is_proven,
            is_remote=remote is not None,
            read_trust=self.read_trust,
            time_bounded=remote is not None and corrected_at != remote.corrected_at,
        )
        return self._decide_and_append(tx, submission, allowed, moment, tips, decided_by=own_chain[0])

    def check(self, tx: Transaction, submission: Submission) -> None:
        """Raise Refused or BadData if a command of this node would be refused now. Writes nothing."""
        clock_offset = self.authority.clock_offset() if self.authority else 0
        corrected_at = submission.said_at + clock_offset
        allowed = self._authorise_actor(tx, submission, corrected_at)
        if isinstance(allowed, Refused):
            raise allowed
        rule, own = self.rules[submission.sealed.kind], tx.get("nodes", here=True)
        moment = Moment(
            node=own["id"] if own else "",
            incarnation=own["incarnation"] if own else 1,
            number=0,
            actor=allowed,
            said_at=submission.said_at,
            corrected_at=corrected_at,
            decided_at=corrected_at,
            is_authority=self.authority is None,
            read_trust=self.read_trust,
        )
        with tx.read_only():
            self._require_origin(tx, submission, rule, allowed)
            rule.decide(tx, submission.command, moment)

    def _prefetch(self, tx: Transaction, submission: Submission, now: int) -> None:
        rule = None if isinstance(submission.command, BadData) else self.rules[submission.sealed.kind]
        if rule is not None and rule.prefetch is not None:
            rule.prefetch(tx, submission.command, now)

    def _select_chain(
        self, submission: Submission, allowed: Actor | Refused, own_chain: tuple[str, int]
    ) -> tuple[str, int]:
        """Return chain and incarnation of a command of this node."""
        command = submission.command
        if self.authority is not None and self.rules[submission.sealed.kind].placement is Placement.PRIVATE:
            return own_chain[0] + PRIVATE_SUFFIX, own_chain[1]
        # a permitted BeginIncarnation is the first entry of the new incarnation; a refused one belongs to the old one
        begins = isinstance(command, BeginIncarnation) and (command.node, command.incarnation - 1) == own_chain
        return (own_chain[0], own_chain[1] + 1) if begins and isinstance(allowed, Actor) else own_chain

    def _authorise_actor(self, tx: Transaction, submission: Submission, now: int) -> Actor | Refused:
        """Return the actor, or the refusal if the actor may not perform the command."""
        if isinstance(submission.command, BadData):
            return Actor(submission.actor)
        if submission.remote is not None and submission.remote.actor_refusal is not None:
            return submission.remote.actor_refusal
        node = node_of_chain(submission.remote.key[0]) if submission.remote else ""
        rule = self.rules[submission.sealed.kind]
        try:
            with tx.read_only():
                if self.authority is not None and not node:
                    _require_own_machine(tx, rule)
                return self._authorise(tx, submission.actor, rule, now, node)
        except InactiveActor as refused:
            remote = submission.remote
            is_allowed = remote is not None and (remote.doubt is not None or remote.is_proven)  # was active then
            return refused.actor if is_allowed else refused
        except Refused as refused:
            return refused

    def _repeated_outcome(self, tx: Transaction, remote: RemoteCommand, expected: int) -> Outcome:
        """Return the recorded outcome of a repeated command. Raises Refused for a late call, a gap or a fork."""
        chain, incarnation, number = remote.key
        facts = {"node": chain, "number": number, "expected": expected}
        row = tx.query_one("ledger.entry_by_key", node=chain, incarnation=incarnation, number=number)
        if row is None and chain.endswith(CALLS_SUFFIX):
            raise Refused("late", "Question {number} of {node} comes after question {expected}.", **facts)
        if row is None:
            raise Refused("gap", "Entry {number} of {node} came before entry {expected}.", **facts)
        if not is_same_command(row, remote):
            raise Refused("fork", "Entry {number} of {node} exists already and says something else.", **facts)
        return self._recorded_outcome(row)

    def _recorded_outcome(self, row: Row) -> Outcome:
        """Return the outcome that an entry's row records."""
        if row["outcome"] == "refused":
            refusal = msgspec.json.decode(row["decision"], type=Refusal)
            return None, Refused(refusal.reason, refusal.sentence, **refusal.facts)
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
    ) -> Outcome:
        result = self._decide(tx, submission, allowed, moment)
        is_shared = submission.remote is None and not moment.node.endswith(PRIVATE_SUFFIX)
        authority = self.authority if is_shared else None  # the authority that the entry is pushed to; None: not pushed
        if result.error and authority:  # a refusal is not pushed: it goes to the private chain
            authority, moment = None, _move_to_private_chain(moment, tips)
        if result.decided_elsewhere:
            decided_by = node_of_chain(moment.node)
            moment = msgspec.structs.replace(moment, decided_at=moment.corrected_at)
        rule = None if isinstance(submission.command, BadData) else self.rules[submission.sealed.kind]
        stream = f"node/{moment.node}"
        if rule is not None:
            stream = rule.stream(submission.command, None if result.error else result.decision)
        fetch_revision = tx.start_query("ledger.last_revision", stream=stream)
        changed_before = len(tx.changed_documents)
        if rule is not None and not result.error:
            rule.apply(tx, Entry(moment, submission.command, result.decision))
        elif rule is not None and rule.apply_refusal is not None and isinstance(result.error, Refused):
            rule.apply_refusal(tx, Entry(moment, submission.command, result.decision))
        last = fetch_revision() or {"revision": 0}
        heading = {
            "position": tips.last_position + 1,
            "node": moment.node,
            "incarnation": moment.incarnation,
            "number": moment.number,
            "stream": stream,
            "revision": last["revision"] + 1,
            "kind": submission.sealed.kind,
            "outcome": "refused" if result.error else "done",
            "actor": submission.actor,
            "said_at": moment.said_at,
            "corrected_at": moment.corrected_at,
            "decided_at": moment.decided_at,
            "decided_by": decided_by,
            "answered_at": None if authority else moment.decided_at,  # an entry that is not pushed needs no answer
        }
        signed = submission.remote.signature if submission.remote is not None else None
        if authority and rule is not None:
            final_decision = result.encoded if rule.objections else b""
            depends_on = find_unanswered_predecessor(tx, heading)
            signed = sign_heading(self.signer, heading, submission.sealed, final_decision, depends_on)
        heading |= signature_columns(signed)
        _number, previous = tips.tip(moment.node, moment.incarnation)
        logged = submission.sealed.for_log(is_refused=result.error is not None)
        link = append_entry(tx, heading, logged, result.encoded, previous)
        tips.advance(moment.node, moment.incarnation, moment.number, link)
        if authority:
            documents = {document for _scope, document in tx.changed_documents[changed_before:]}
            authority.record_unanswered(tx, tips.last_position, documents)
        for command, actor in result.objections:
            self.perform(tx, Submission(command, seal(command), actor, self.clock()), tips)
        return result.decision, result.error

    def _require_origin(
        self, tx: Transaction, submission: Submission, rule: Rule[Any, Any], allowed: Actor | Refused
    ) -> None:
        """Raise Refused if the command may not be given at this node; the actor's permission is checked separately."""
        remote = submission.remote
        if remote is None:
            if self.signer is not None and rule.placement is Placement.LOCAL_FIRST:
                revoked_at = allowed.revoked_at if isinstance(allowed, Actor) else 0
                self.signer.require_identity(submission.actor, rule.kind, revoked_at)
            return
        if remote.rejection is not None:
            raise remote.rejection
        require_receivable(tx, rule, remote)

    def _decide(
        self, tx: Transaction, submission: Submission, allowed: Actor | Refused, moment: Moment
    ) -> _DecisionResult:
        """Decide a command, or adopt the decision of another node."""
        command, remote = submission.command, submission.remote
        if isinstance(command, BadData):
            return _refused_result(command, submission.sealed)
        rule = self.rules[submission.sealed.kind]
        is_judged = False  # whether a refusal is the rule's, about what is stored
        try:
            with tx.read_only():
                self._require_origin(tx, submission, rule, allowed)
                if isinstance(allowed, Refused) and (rule.objections is None or allowed.reason == MACHINE_REFUSAL):
                    raise allowed
                if remote and remote.decision is not None and (rule.objections or rule.placement is Placement.REMOTE):
                    is_judged = rule.objections is None and isinstance(allowed, Actor)
                    return self._adopt_decision(tx, rule, Entry(moment, command, None), allowed, remote)
                if isinstance(allowed, Refused):
                    raise allowed
                if remote and remote.depends_on and not rule.stands_alone:
                    require_accepted(tx, remote)
                is_judged = rule.objections is None
                decision: CommandDecision = rule.decide(tx, command, moment)
                objections: tuple[tuple[Command[Any], str], ...] = ()
                if remote and remote.doubt is not None and rule.doubts is not None:
                    objections = tuple(rule.doubts(tx, Entry(moment, command, decision), remote.doubt))
        except (Refused, BadData) as error:
            if isinstance(error, Refused) and error.reason == AWAITED:
                raise
            if is_judged and remote and remote.may_wait and isinstance(error, Refused):
                raise awaited() from error
            kept = add_site(tx, rule, remote, error, moment.decided_at) if remote is not None else error
            return _refused_result(kept, submission.sealed)
        return _DecisionResult(decision, msgspec.json.encode(decision), objections=objections)

    def _adopt_decision(
        self,
        tx: Transaction,
        rule: Rule[Any, Any],
        entry: Entry[Any, Any],
        allowed: Actor | Refused,
        remote: RemoteCommand,
    ) -> _DecisionResult:
        """Adopt a decision, with the objections of the rule. Raises BadData when it cannot be decoded."""
        encoded = remote.decision or b""
        try:
            decision = msgspec.json.decode(encoded, type=rule.decision)
        except msgspec.DecodeError as error:
            raise BadData("This program does not understand an entry of the kind {kind}.", kind=rule.kind) from error
        entry = msgspec.structs.replace(entry, decision=decision)
        if rule.recover is not None:
            decision = rule.recover(tx, entry, remote.may_wait)
            encoded = msgspec.json.encode(decision)
        refusal = allowed if isinstance(allowed, Refused) else remote.doubt
        objections = tuple(rule.objections(tx, entry, refusal)) if rule.objections else ()
        if remote.may_wait and rule.is_awaited and any(rule.is_awaited(objection) for objection, _actor in objections):
            raise awaited()
        return _DecisionResult(decision, encoded, objections=objections, decided_elsewhere=True)


def _require_own_machine(tx: Transaction, rule: Rule[Any, Any]) -> None:
    """Raise Refused if this window is of a kind whose commands of this rule its authority rejects."""
    own = tx.query_one("ledger.own_node")
    if own is not None and not machine_kinds(own["kind"]) & rule.machines:
        raise Refused(MACHINE_REFUSAL, "A machine of this kind may not do this: {act}.", act=rule.label)


class _DecisionResult(msgspec.Struct, frozen=True):
    """Result of deciding a command: the decision, its bytes, and the objections to perform, each with its actor.

    If the command was refused, `decision` is a Refusal and `error` its exception. `decided_elsewhere`: the decision of
    another node was adopted.
    """

    decision: CommandDecision
    encoded: bytes
    error: Refused | BadData | None = None
    objections: tuple[tuple[Command[Any], str], ...] = ()
    decided_elsewhere: bool = False


def _refused_result(error: Refused | BadData, sealed: SealedCommand) -> _DecisionResult:
    refusal = encode_error(error, Refusal)
    if sealed.is_erased:
        refusal = msgspec.structs.replace(refusal, facts={**refusal.facts, RECEIVED_ERASED: "yes"})
    return _DecisionResult(refusal, msgspec.json.encode(refusal), error)


def _move_to_private_chain(moment: Moment, tips: ChainTips) -> Moment:
    """Return the moment with the next number of the node's private chain."""
    chain = moment.node + PRIVATE_SUFFIX
    number = tips.tip(chain, moment.incarnation)[0] + 1
    return msgspec.structs.replace(moment, node=chain, number=number)
