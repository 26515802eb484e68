"""The one door: every change to shared state goes through it.

Waiting commands share one transaction and one flush (group commit). `decide` only reads, so a refusal leaves nothing to
undo; it is written down too. Feed positions are taken once, as the group's last statements, scopes in sorted order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Actor, Command, Decided, Entry, Moment, Rules
from clerk_app.ledger.entries import ORIGIN, Refusal, Sealed, entry_of, link_of, opened, seal, sealed_row
from clerk_app.ledger.nodes import BeginIncarnation
from db.engines import Store, Transaction
from db.errors import StoreBusy, StoreConflict, StoreError

D = TypeVar("D", bound=Decided)
Authorise = Callable[[Transaction, str, str, int], Actor]
"""(transaction, actor id, permission, now) -> the actor; raises Refused."""
MOST_TRIES = 5  # of one command that other processes keep getting in the way of
PATIENCE = 0.002  # seconds that a group waits for those who were at the door a moment ago: half of a quick disk's flush
Key = tuple[str, int, int]
"""Node, incarnation, running number: what makes a command itself and no other."""


def system_clock() -> int:
    """Microseconds UTC by this machine."""
    return time.time_ns() // 1000


@dataclass(slots=True)
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
    leads: bool = False
    bell: threading.Lock = field(default_factory=threading.Lock)  # held while it sleeps

    def __post_init__(self) -> None:
        self.bell.acquire()

    def wake(self) -> None:
        if self.bell.locked():
            self.bell.release()

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
        self._queue = threading.Lock()  # over everything below
        self._waiting: list[_Waiting] = []
        self._led = False  # somebody carries a group, or is about to
        self._expected = 0  # how many were here a moment ago: who has just been answered often comes again at once
        self._wanted = 0  # how many the leader waits for

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
            if not self._led:
                self._led = mine.leads = True
            elif len(self._waiting) == self._wanted:  # the leader waited for this one
                self._waiting[0].wake()
        if not mine.leads:
            self._sleep(mine)
        if mine.leads:
            self._lead(mine)
        if not mine.done:  # whoever carried this one was stopped on the way
            raise OutOfReach("The program was stopped in the middle. Look whether this was kept before trying again.")
        if mine.failure is not None:
            raise mine.failure
        return mine.answer

    def _sleep(self, mine: _Waiting) -> None:
        """Until there is an answer, or it is this one's turn to carry everybody who waits."""
        try:
            mine.bell.acquire()
        except BaseException:  # stopped: nobody may wait for this one
            with self._queue:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                if mine.leads:
                    self._hand_on()
            raise

    def _lead(self, mine: _Waiting) -> None:
        """Carries everybody who waits, in one group."""
        group: list[_Waiting] = []
        try:
            self._gather(mine)
            with self._queue:
                group, self._waiting = self._waiting, []
            self._run(group)
        finally:
            with self._queue:
                if mine in self._waiting:  # stopped before it began
                    self._waiting.remove(mine)
                self._expected = len(group) + len(self._waiting)
                for waiting in group:
                    waiting.wake()
                self._hand_on()

    def _gather(self, mine: _Waiting) -> None:
        """Waits a moment for those who are on their way: their commands will share the flush."""
        with self._queue:
            missing = len(self._waiting) < self._expected
            self._wanted = self._expected if missing else 0
        if missing:
            mine.bell.acquire(timeout=PATIENCE)
            self._wanted = 0

    def _hand_on(self) -> None:
        """The first of those who came meanwhile leads next."""
        self._led = bool(self._waiting)
        if self._led:
            self._waiting[0].leads = True
            self._waiting[0].wake()

    def _run(self, group: Sequence[_Waiting], tries: int = 1) -> None:
        """One transaction for all; if it cannot be kept, one for each, so that a bad one harms only itself."""
        try:
            self._run_together(group)
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

    def _run_together(self, group: Sequence[_Waiting]) -> None:
        answers: list[tuple[Any, Exception | None]] = []
        with self.store.write() as tx:
            heads = _Heads(tx)
            for waiting in group:
                try:
                    answers.append(self._once(tx, waiting, heads))
                except Refused as refused:  # a fork or a gap: there is no entry to write
                    answers.append((None, refused))
            take_positions(tx)
        for waiting, (answer, failure) in zip(group, answers, strict=True):
            waiting.end(answer, failure)

    def _once(self, tx: Transaction, waiting: _Waiting, heads: _Heads) -> tuple[Any, Exception | None]:
        now = self.clock()
        allowed = self._allowed(tx, waiting, now)  # asked before the heads are needed: both answers come together
        here = heads.here or (getattr(waiting.command, "node", ""), 1)  # a store's first command says whose it is
        node, incarnation = waiting.key[:2] if waiting.key else _speaks_in(waiting.command, allowed, here)
        last, link = heads.of(node, incarnation)
        number = last + 1
        if waiting.key and waiting.key[2] != number:
            return self._known(tx, waiting, number)
        moment = Moment(node, incarnation, number, Actor(waiting.actor), waiting.said_at, waiting.said_at, now)
        answer, failure, link = self._perform(tx, waiting, allowed, moment, heads, decided_by=here[0], previous=link)
        heads.advance(node, incarnation, number, link)
        return answer, failure

    def _allowed(self, tx: Transaction, waiting: _Waiting, now: int) -> Actor | Refused:
        """The actor, if they may; why not, if they may not."""
        try:
            with tx.only_looking():
                return self._authorise(tx, waiting.actor, self.rules[waiting.sealed.kind].permission, now)
        except Refused as refused:
            return refused

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
        self,
        tx: Transaction,
        waiting: _Waiting,
        allowed: Actor | Refused,
        moment: Moment,
        heads: _Heads,
        *,
        decided_by: str,
        previous: bytes,
    ) -> tuple[Any, Exception | None, bytes]:
        rule = self.rules[waiting.sealed.kind]
        decision: Decided
        failure: Refused | BadData | None = None
        try:
            if isinstance(allowed, Refused):
                raise allowed
            with tx.only_looking():
                decision = rule.decide(tx, waiting.command, msgspec.structs.replace(moment, actor=allowed))
        except (Refused, BadData) as refused:
            failure, decision = refused, _refusal(refused)
        stream = rule.stream(waiting.command, None if failure else decision)
        revision = tx.ask("ledger.last_revision", stream=stream)
        if not failure:
            rule.apply(tx, Entry(moment, waiting.command, decision))
        before = revision()
        assert before is not None
        heading = {
            "position": heads.position + 1,
            "node": moment.node,
            "incarnation": moment.incarnation,
            "number": moment.number,
            "stream": stream,
            "revision": before["revision"] + 1,
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


def _speaks_in(command: Command[Any], allowed: Actor | Refused, here: tuple[str, int]) -> tuple[str, int]:
    """An incarnation begins with the very entry that begins it; one that will be refused belongs to the old one."""
    begins = isinstance(command, BeginIncarnation) and (command.node, command.incarnation - 1) == here
    return (here[0], here[1] + 1) if begins and isinstance(allowed, Actor) else here


def _refusal(refused: Refused | BadData) -> Refusal:
    """A refusal as it is written down."""
    reason = refused.reason if isinstance(refused, Refused) else "bad_data"
    facts = {name: str(value) for name, value in refused.facts.items()}
    return Refusal(reason=reason, sentence=refused.sentence, facts=facts)


class _Heads:
    """The ends of the chains that one transaction extends."""

    position: int  # the place in the log that was taken last, once `here` is known

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._ends: dict[tuple[str, int], tuple[int, bytes]] = {}
        tx.hold("nodes", here=True)  # one chain: its writers queue here
        self._own_end = tx.ask("ledger.last_here")

    @cached_property
    def here(self) -> tuple[str, int] | None:
        """The store's own node and its incarnation; None before the first command."""
        last = self._own_end()
        if last:
            self._ends[last["node"], last["incarnation"]] = (last["number"], last["link"])
            self.position = last["position"]
            return last["node"], last["incarnation"]
        own, last = self._tx.row("nodes", here=True), self._tx.one("ledger.last_position")
        self.position = (last and last["position"]) or 0
        return (own["id"], own["incarnation"]) if own else None

    def of(self, node: str, incarnation: int) -> tuple[int, bytes]:
        """The last number of a node's incarnation (0 if none) and the link that the next entry goes on from."""
        if (node, incarnation) not in self._ends:
            last = self._tx.one("ledger.last_of_node", node=node, incarnation=incarnation)
            before = last or self._tx.one("ledger.last_of_chain", node=node)
            self._ends[node, incarnation] = (last["number"] if last else 0, before["link"] if before else ORIGIN)
        return self._ends[node, incarnation]

    def advance(self, node: str, incarnation: int, number: int, link: bytes) -> None:
        """An entry was written there."""
        self.position += 1
        self._ends[node, incarnation] = (number, link)
        if self.here is None or (node == self.here[0] and incarnation > self.here[1]):  # founded, or begun anew
            self.here = (node, incarnation)


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
    by_scope: dict[str, list[str]] = {}
    for scope, document in tx.touched:
        by_scope.setdefault(scope, []).append(document)
    for scope in sorted(by_scope):
        changed = by_scope[scope]
        tx.run("ledger.advance_scope", scope=scope, many=len(changed))
        last = {document: place for place, document in enumerate(changed, 1)}
        for document, place in last.items():
            tx.run("ledger.feed", scope=scope, back=len(changed) - place, document=document)
    tx.touched.clear()
    for (organ, state), by in sorted(tx.counted.items()):
        tx.run("ledger.advance_count", organ=organ, state=state, by=by)
    tx.counted.clear()


def _place(waiting: _Waiting, expected: int) -> dict[str, object]:
    assert waiting.key is not None
    return {"node": waiting.key[0], "number": waiting.key[2], "expected": expected}
