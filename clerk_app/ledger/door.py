"""The one door: every change to shared state goes through it.

Waiting commands share one transaction and one flush (group commit). Each runs in a savepoint; a refusal is undone and
written down too. Feed positions are taken once, as the group's last statements, scopes in sorted order.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Actor, Command, Decided, Entry, Moment, Rules
from clerk_app.ledger.entries import ORIGIN, Refusal, Sealed, entry_of, link_of, opened, seal, sealed_row
from db.engines import Store, Transaction
from db.errors import StoreBusy, StoreConflict, StoreError

D = TypeVar("D", bound=Decided)
Authorise = Callable[[Transaction, str, str, int], Actor]
"""(transaction, actor id, permission, now) -> the actor; raises Refused."""
MOST_TRIES = 5  # of one command that other processes keep getting in the way of
Key = tuple[str, int, int]
"""Node, incarnation, running number: what makes a command itself and no other."""


def system_clock() -> int:
    """Microseconds UTC by this machine."""
    return time.time_ns() // 1000


@dataclass
class _Waiting:
    """A command at the door, and its answer once there is one."""

    command: Command[Any]
    sealed: Sealed
    actor: str
    said_at: int
    key: Key | None  # given when another node made the command; our own get the next number
    answer: Any = None
    failure: Exception | None = None
    done: bool = False

    def end(self, answer: Any, failure: Exception | None) -> None:
        self.answer, self.failure, self.done = answer, failure, True


class Door:
    """Performs commands on one store."""

    def __init__(
        self, store: Store, rules: Rules, authorise: Authorise, *, clock: Callable[[], int] = system_clock
    ) -> None:
        self.store = store
        self.rules = rules
        self.clock = clock
        self._authorise = authorise
        self._waiting: list[_Waiting] = []
        self._queue = threading.Lock()
        self._turn = threading.Lock()

    def perform(self, command: Command[D], actor: str) -> D:
        """Decides, applies and keeps a command made here; returns when its decision is on disk.

        Raises Refused when a rule says no (written down too), OutOfReach when the store cannot be written (nothing
        changed).
        """
        answer: D = self._wait_for(_Waiting(command, seal(command), actor, self.clock(), None))
        return answer

    def receive(self, key: Key, sealed: Sealed, actor: str, said_at: int) -> Any:
        """Performs a command that another node made, exactly once.

        A repeat with the same digest gets its first answer. Raises Refused: "fork" when the key was used for something
        else, "gap" when a number before it is missing, or whatever the rule says. Raises BadData when the bytes are no
        command that is known here.
        """
        command = opened(self.rules, sealed)
        return self._wait_for(_Waiting(command, sealed, actor, said_at, key))

    def _wait_for(self, mine: _Waiting) -> Any:
        with self._queue:
            self._waiting.append(mine)
        with self._turn:  # whoever gets the turn carries everybody who waits
            if not mine.done:
                with self._queue:
                    group, self._waiting = self._waiting, []
                self._run(group)
        if not mine.done:  # whoever carried this one was stopped on the way
            raise OutOfReach("The program was stopped in the middle. Look whether this was kept before trying again.")
        if mine.failure is not None:
            raise mine.failure
        return mine.answer

    def _run(self, group: Sequence[_Waiting], tries: int = 1) -> None:
        """One transaction for all; if it cannot be kept, one for each, so that a bad one harms only itself."""
        try:
            try:
                self._run_together(group, guarded=len(group) > 1)
            except (Refused, BadData):  # it was alone, so the whole transaction was undone: now to write that down
                self._run_together(group, guarded=True)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, StoreBusy):  # each alone would only wait as long again
                for waiting in group:
                    self._run([waiting])
                return
            if isinstance(error, StoreConflict) and tries < MOST_TRIES:
                self._run(group, tries + 1)
                return
            failure = OutOfReach(error.sentence, **error.facts) if isinstance(error, StoreError) else error
            for waiting in group:
                waiting.end(None, failure)

    def _run_together(self, group: Sequence[_Waiting], *, guarded: bool) -> None:
        answers: list[tuple[Any, Exception | None]] = []
        with self.store.write() as tx:
            heads = _Heads(tx)
            for waiting in group:
                try:
                    answers.append(self._once(tx, waiting, heads, guarded=guarded))
                except Refused as refused:  # a fork or a gap: there is no entry to write
                    if not guarded:
                        raise
                    answers.append((None, refused))
            take_positions(tx)
        for waiting, (answer, failure) in zip(group, answers, strict=True):
            waiting.end(answer, failure)

    def _once(
        self, tx: Transaction, waiting: _Waiting, heads: _Heads, *, guarded: bool
    ) -> tuple[Any, Exception | None]:
        here = heads.here or (getattr(waiting.command, "node", ""), 1)  # a store's first command says whose it is
        node, incarnation = waiting.key[:2] if waiting.key else here
        last, link = heads.of(node, incarnation)
        number = last + 1
        if waiting.key and waiting.key[2] != number:
            return self._known(tx, waiting, number)
        now = self.clock()
        moment = Moment(
            node=node,
            incarnation=incarnation,
            number=number,
            actor=Actor(waiting.actor),
            said_at=waiting.said_at,
            corrected_at=waiting.said_at,
            decided_at=now,
        )
        answer, failure, link = self._perform(tx, waiting, moment, decided_by=here[0], previous=link, guarded=guarded)
        heads.advance(node, incarnation, number, link)
        return answer, failure

    def _known(self, tx: Transaction, waiting: _Waiting, expected: int) -> tuple[Any, Exception | None]:
        assert waiting.key is not None
        node, incarnation, number = waiting.key
        row = tx.one("ledger.by_key", node=node, incarnation=incarnation, number=number)
        if row is None:
            raise Refused("gap", "Entry {number} of {node} came before entry {expected}.", **_place(waiting, expected))
        if sealed_row(row).digest != waiting.sealed.digest:
            raise Refused(
                "fork", "Entry {number} of {node} exists already and says something else.", **_place(waiting, expected)
            )
        if row["outcome"] == "refused":
            first = msgspec.json.decode(row["decision"], type=Refusal)
            return None, Refused(first.reason, first.sentence, **first.facts)
        return entry_of(self.rules[row["kind"]], row).decision, None

    def _perform(
        self, tx: Transaction, waiting: _Waiting, moment: Moment, *, decided_by: str, previous: bytes, guarded: bool
    ) -> tuple[Any, Exception | None, bytes]:
        rule = self.rules[waiting.sealed.kind]
        decision: Decided
        failure: Refused | BadData | None = None
        try:
            with tx.savepoint() if guarded else nullcontext():
                actor = self._authorise(tx, waiting.actor, rule.permission, moment.decided_at)
                decision = rule.decide(tx, waiting.command, replace(moment, actor=actor))
                rule.apply(tx, Entry(moment, waiting.command, decision))
        except (Refused, BadData) as refused:
            if not guarded:
                raise
            failure = refused
            reason = refused.reason if isinstance(refused, Refused) else "bad_data"
            facts = {name: str(value) for name, value in refused.facts.items()}
            decision = Refusal(reason=reason, sentence=refused.sentence, facts=facts)
        stream = rule.stream(waiting.command, None if failure else decision)
        place = tx.one("ledger.next_place", stream=stream)
        assert place is not None
        heading = {
            "position": place["position"],
            "node": moment.node,
            "incarnation": moment.incarnation,
            "number": moment.number,
            "stream": stream,
            "revision": place["revision"],
            "kind": rule.kind,
            "outcome": "refused" if failure else "done",
            "actor": waiting.actor,
            "said_at": moment.said_at,
            "corrected_at": moment.corrected_at,
            "decided_at": moment.decided_at,
            "decided_by": decided_by,
        }
        link = write_entry(tx, heading, waiting.sealed, msgspec.json.encode(decision), previous)
        return decision, failure, link


class _Heads:
    """The ends of the chains that one transaction extends."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._ends: dict[tuple[str, int], tuple[int, bytes]] = {}
        row = tx.locked("nodes", here=True)
        self.here: tuple[str, int] | None = (row["id"], row["incarnation"]) if row else None

    def of(self, node: str, incarnation: int) -> tuple[int, bytes]:
        """The last number of a node's incarnation (0 if none) and the link that the next entry goes on from."""
        if (node, incarnation) not in self._ends:
            last = self._tx.one("ledger.last_of_node", node=node, incarnation=incarnation)
            before = last or self._tx.one("ledger.last_of_chain", node=node)
            self._ends[node, incarnation] = (last["number"] if last else 0, before["link"] if before else ORIGIN)
        return self._ends[node, incarnation]

    def advance(self, node: str, incarnation: int, number: int, link: bytes) -> None:
        """An entry was written there."""
        self._ends[node, incarnation] = (number, link)
        self.here = self.here or (node, incarnation)


def write_entry(tx: Transaction, heading: dict[str, Any], sealed: Sealed, decision: bytes, previous: bytes) -> bytes:
    """Appends an entry with its link to the log; the link."""
    row = {
        **heading,
        "answered_at": heading["decided_at"],  # stand-alone, the store is its own authority
        "command": sealed.plain,
        "personal": sealed.personal,
        "salt": sealed.salt,
        "personal_digest": sealed.personal_digest,
        "decision": decision,
        "previous": previous,
    }
    link = link_of(row)
    tx.insert("ledger_entries", **row, link=link)
    return link


def take_positions(tx: Transaction) -> None:
    """Gives every touched row its place in the feed of its scope: last in the transaction, scopes in sorted order."""
    for scope, many in sorted(Counter(scope for scope, _, _ in tx.touched).items()):
        after = tx.one("ledger.advance_scope", scope=scope, many=many)
        version = int(after["version"]) - many if after else 0
        for _, table, changed in (touch for touch in tx.touched if touch[0] == scope):
            version += 1
            tx.insert("feed", scope=scope, version=version, changed_table=table, changed_row=changed)
    tx.touched.clear()
    for (organ, state), by in sorted(tx.counted.items()):
        tx.run("ledger.advance_count", organ=organ, state=state, by=by)
    tx.counted.clear()


def _place(waiting: _Waiting, expected: int) -> dict[str, object]:
    assert waiting.key is not None
    return {"node": waiting.key[0], "number": waiting.key[2], "expected": expected}
