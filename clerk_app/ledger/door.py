"""The one door: every change to shared state goes through it.

Waiting commands share one transaction and one flush (group commit). `decide` only reads, so a refusal leaves nothing to
undo; it is written down too. Feed positions are taken once, as the group's last statements, scopes in sorted order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Command, Decided, Reach, Rules
from clerk_app.ledger.entries import opened, seal
from clerk_app.ledger.heads import Heads, take_counts, take_positions
from clerk_app.ledger.performing import Arrived, Authorise, FarCenter, Performer, Wish
from db.engines import Store
from db.errors import StoreBusy, StoreConflict, StoreError, StoreUnreadable, StoreUnwritable

D = TypeVar("D", bound=Decided)
MOST_TRIES = 5  # of one command that other processes keep getting in the way of
_NOT_THEIRS = (StoreBusy, StoreUnreadable, StoreUnwritable)  # what is wrong with the store, not with a command
PATIENCE = 0.002  # seconds that a group waits for those who were at the door a moment ago: half of a quick disk's flush


def system_clock() -> int:
    """Microseconds UTC by this machine."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class _Waiting:
    """A command at the door, and its answer once there is one."""

    wish: Wish
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
        self,
        store: Store,
        rules: Rules,
        authorise: Authorise,
        *,
        clock: Callable[[], int] = system_clock,
        center: FarCenter | None = None,
    ) -> None:
        self.on_change: Callable[[frozenset[str]], None] | None = None
        """Told after each group which scopes changed."""
        self.store = store
        self.rules = rules
        self.clock = clock
        self._performer = Performer(rules, authorise, clock)
        self._performer.center = center
        self.turn: AbstractContextManager[object] = threading.Lock() if store.backend.in_process else nullcontext()
        """Whoever works has it, and gives it back before the flush: two threads at work on an engine in this process
        take the interpreter from one another at each statement. Never waited at the door with."""
        self._queue = threading.Lock()  # over everything below
        self._waiting: list[_Waiting] = []
        self._led = False  # somebody carries a group, or is about to
        self._expected = 0  # how many were here a moment ago: who has just been answered often comes again at once
        self._wanted = 0  # how many the leader waits for

    @property
    def center(self) -> FarCenter | None:
        """The authority, where that is not this store itself."""
        return self._performer.center

    @center.setter
    def center(self, center: FarCenter | None) -> None:
        self._performer.center = center

    def perform(self, command: Command[D], actor: str) -> D:
        """Decides, applies and keeps a command made here; returns when its decision is on disk.

        Raises Refused when a rule says no (written down too), OutOfReach when the store cannot be written (nothing
        changed).
        """
        if self.center is not None and self.rules[command.stored_name].reach is Reach.ASKED:
            asked: D = self.center.ask(command, actor)
            return asked
        mine = _Waiting(Wish(command, seal(command), actor, self.clock()))
        self._wait_for([mine])
        if mine.failure is not None:
            raise mine.failure
        answer: D = mine.answer
        return answer

    def receive(self, arrived: Arrived) -> Any:
        """Performs a command that another node made, exactly once.

        A repeat with the same digest gets its first answer. Raises Refused: "fork" when the key was used for something
        else, "gap" when a number before it is missing, "late" when a question comes after a newer one, or whatever the
        rule says; BadData when the bytes are no command that is known here. That is written down, like a refusal.
        """
        (outcome,) = self.receive_all([arrived])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def receive_all(self, arrived: Sequence[Arrived]) -> list[Any]:
        """The same for many, in their order and one flush: for each its answer, or the error with which it ended."""
        waiting = [self._waiting_for(one) for one in arrived]
        if waiting:
            self._wait_for(waiting)
        return [one.failure or one.answer for one in waiting]

    def _waiting_for(self, arrived: Arrived) -> _Waiting:
        try:
            command: Command[Any] | BadData = opened(self.rules, arrived.sealed)
        except BadData as unknown:
            command = unknown
        return _Waiting(Wish(command, arrived.sealed, arrived.actor, arrived.said_at, arrived))

    def _wait_for(self, mine: Sequence[_Waiting]) -> None:
        """Until all have their answer or failure. Those of one call stay together and in order."""
        first, last = mine[0], mine[-1]
        with self._queue:
            self._waiting.extend(mine)
            if not self._led:
                self._led = first.leads = True
            elif len(self._waiting) >= self._wanted > 0:  # the leader waited for this one
                self._waiting[0].wake()
        if not first.leads:
            self._sleep(first)
        if first.leads:
            self._lead(first)
        if not last.done:  # whoever carried them was stopped on the way
            raise OutOfReach("The program was stopped in the middle. Look whether this was kept before trying again.")

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
        """Waits a moment for those who are on their way: their commands will share the flush. What other nodes said
        comes gathered."""
        if mine.wish.arrived is not None:
            return
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
            if len(group) > 1 and not isinstance(error, StoreBusy | StoreUnreadable):  # each alone would wait as long
                for waiting in group:
                    self._run([waiting])
                return
            if isinstance(error, StoreConflict) and tries < MOST_TRIES:
                self._run(group, tries + 1)
                return
            if not isinstance(error, _NOT_THEIRS) and self._given_up(group[0]):
                self._run(group)  # a number that another node has used must not stay open: it would block the next
                return
            failure = OutOfReach(error.sentence, **error.facts) if isinstance(error, StoreError) else error
            for waiting in group:
                waiting.end(None, failure)

    def _given_up(self, waiting: _Waiting) -> bool:
        """Whether it is another node's, and now one that cannot be performed."""
        if waiting.wish.arrived is None or isinstance(waiting.wish.command, BadData):
            return False
        kind = waiting.wish.sealed.kind
        waiting.wish = msgspec.structs.replace(
            waiting.wish, command=BadData("An entry of the kind {kind} cannot be kept.", kind=kind)
        )
        return True

    def _run_together(self, group: Sequence[_Waiting]) -> None:
        answers: list[tuple[Any, Exception | None]] = []
        with self.store.write() as tx, self.turn:
            heads = Heads(tx)
            for waiting in group:
                try:
                    answers.append(self._performer.perform(tx, waiting.wish, heads))
                except Refused as refused:  # a fork or a gap: there is no entry to write
                    answers.append((None, refused))
            changed = {scope for scope, _document in tx.touched} if self.on_change is not None else None
            if self.center is None:
                take_positions(tx)
            else:
                take_counts(tx)  # nobody follows a window's feed
        for waiting, (answer, failure) in zip(group, answers, strict=True):
            waiting.end(answer, failure)
        if self.on_change is not None and changed:  # told only now: before, nobody could see it
            self.on_change(frozenset(changed))
