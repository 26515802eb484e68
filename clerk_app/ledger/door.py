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
from clerk_app.ledger.chain_tips import ChainTips, apply_queue_counts, assign_feed_positions
from clerk_app.ledger.commands import Command, CommandDecision, Placement, Rules
from clerk_app.ledger.entries import open_sealed_command, seal
from clerk_app.ledger.performer import Authorise, Performer, RemoteAuthority, RemoteCommand, Submission
from db.engines import Store
from db.errors import StoreBusy, StoreConflict, StoreError, StoreUnreadable, StoreUnwritable

D = TypeVar("D", bound=CommandDecision)
MAX_ATTEMPTS = 5  # of one command that other processes keep getting in the way of
_STORE_FAILURES = (StoreBusy, StoreUnreadable, StoreUnwritable)  # what is wrong with the store, not with a command
GATHER_SECONDS = (
    0.002  # seconds that a group waits for those who were at the door a moment ago: half of a quick disk's flush
)


def system_clock() -> int:
    """Microseconds UTC by this machine."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class _Waiter:
    """A command at the door, and its answer once there is one."""

    submission: Submission
    decision: Any = None
    error: Exception | None = None
    is_done: bool = False
    is_leader: bool = False
    wakeup: threading.Lock = field(default_factory=threading.Lock)  # held while it sleeps

    def __post_init__(self) -> None:
        self.wakeup.acquire()

    def wake(self) -> None:
        if self.wakeup.locked():
            self.wakeup.release()

    def finish(self, decision: Any, error: Exception | None) -> None:
        self.decision, self.error, self.is_done = decision, error, True


class Door:
    """Performs commands on one store."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        authorise: Authorise,
        *,
        clock: Callable[[], int] = system_clock,
        authority: RemoteAuthority | None = None,
    ) -> None:
        self.on_change: Callable[[frozenset[str]], None] | None = None
        """Told after each group which scopes changed."""
        self.store = store
        self.rules = rules
        self.clock = clock
        self._performer = Performer(rules, authorise, clock)
        self._performer.authority = authority
        self.work_lock: AbstractContextManager[object] = threading.Lock() if store.backend.in_process else nullcontext()
        """Whoever works has it, and gives it back before the flush: two threads at work on an engine in this process
        take the interpreter from one another at each statement. Never waited at the door with."""
        self._queue_lock = threading.Lock()  # over everything below
        self._waiters: list[_Waiter] = []
        self._has_leader = False  # somebody carries a group, or is about to
        self._expected_count = (
            0  # how many were here a moment ago: who has just been answered often comes again at once
        )
        self._leader_wakes_at = 0  # how many the leader waits for

    @property
    def authority(self) -> RemoteAuthority | None:
        """The authority, where that is not this store itself."""
        return self._performer.authority

    @authority.setter
    def authority(self, center: RemoteAuthority | None) -> None:
        self._performer.authority = center

    def perform(self, command: Command[D], actor: str) -> D:
        """Decides, applies and keeps a command made here; returns when its decision is on disk.

        Raises Refused when a rule says no (written down too), OutOfReach when the store cannot be written (nothing
        changed).
        """
        if self.authority is not None and self.rules[command.stored_name].reach is Placement.REMOTE:
            asked: D = self.authority.call(command, actor)
            return asked
        mine = _Waiter(Submission(command, seal(command), actor, self.clock()))
        self._enqueue_and_wait([mine])
        if mine.error is not None:
            raise mine.error
        answer: D = mine.decision
        return answer

    def receive(self, remote: RemoteCommand) -> Any:
        """Performs a command that another node made, exactly once.

        A repeat with the same digest gets its first answer. Raises Refused: "fork" when the key was used for something
        else, "gap" when a number before it is missing, "late" when a question comes after a newer one, or whatever the
        rule says; BadData when the bytes are no command that is known here. That is written down, like a refusal.
        """
        (outcome,) = self.receive_all([remote])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def receive_all(self, remotes: Sequence[RemoteCommand]) -> list[Any]:
        """The same for many, in their order and one flush: for each its answer, or the error with which it ended."""
        waiting = [self._create_waiter(one) for one in remotes]
        if waiting:
            self._enqueue_and_wait(waiting)
        return [one.error or one.decision for one in waiting]

    def _create_waiter(self, remote: RemoteCommand) -> _Waiter:
        try:
            command: Command[Any] | BadData = open_sealed_command(self.rules, remote.sealed)
        except BadData as unknown:
            command = unknown
        return _Waiter(Submission(command, remote.sealed, remote.actor, remote.said_at, remote))

    def _enqueue_and_wait(self, waiters: Sequence[_Waiter]) -> None:
        """Until all have their answer or failure. Those of one call stay together and in order."""
        first, last = waiters[0], waiters[-1]
        with self._queue_lock:
            self._waiters.extend(waiters)
            if not self._has_leader:
                self._has_leader = first.is_leader = True
            elif len(self._waiters) >= self._leader_wakes_at > 0:  # the leader waited for this one
                self._waiters[0].wake()
        if not first.is_leader:
            self._await_wakeup(first)
        if first.is_leader:
            self._lead_group(first)
        if not last.is_done:  # whoever carried them was stopped on the way
            raise OutOfReach("The program was stopped in the middle. Look whether this was kept before trying again.")

    def _await_wakeup(self, waiter: _Waiter) -> None:
        """Until there is an answer, or it is this one's turn to carry everybody who waits."""
        try:
            waiter.wakeup.acquire()
        except BaseException:  # stopped: nobody may wait for this one
            with self._queue_lock:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                if waiter.is_leader:
                    self._pass_leadership()
            raise

    def _lead_group(self, leader: _Waiter) -> None:
        """Carries everybody who waits, in one group."""
        group: list[_Waiter] = []
        try:
            self._gather_group(leader)
            with self._queue_lock:
                group, self._waiters = self._waiters, []
            self._commit_group(group)
        finally:
            with self._queue_lock:
                if leader in self._waiters:  # stopped before it began
                    self._waiters.remove(leader)
                self._expected_count = len(group) + len(self._waiters)
                for waiting in group:
                    waiting.wake()
                self._pass_leadership()

    def _gather_group(self, leader: _Waiter) -> None:
        """Waits a moment for those who are on their way: their commands will share the flush. What other nodes said
        comes gathered."""
        if leader.submission.remote is not None:
            return
        with self._queue_lock:
            missing = len(self._waiters) < self._expected_count
            self._leader_wakes_at = self._expected_count if missing else 0
        if missing:
            leader.wakeup.acquire(timeout=GATHER_SECONDS)
            self._leader_wakes_at = 0

    def _pass_leadership(self) -> None:
        """The first of those who came meanwhile leads next."""
        self._has_leader = bool(self._waiters)
        if self._has_leader:
            self._waiters[0].is_leader = True
            self._waiters[0].wake()

    def _commit_group(self, group: Sequence[_Waiter], attempt: int = 1) -> None:
        """One transaction for all; if it cannot be kept, one for each, so that a bad one harms only itself."""
        try:
            self._perform_in_one_transaction(group)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, StoreBusy | StoreUnreadable):  # each alone would wait as long
                for waiting in group:
                    self._commit_group([waiting])
                return
            if isinstance(error, StoreConflict) and attempt < MAX_ATTEMPTS:
                self._commit_group(group, attempt + 1)
                return
            if not isinstance(error, _STORE_FAILURES) and self._replace_with_bad_data(group[0]):
                self._commit_group(
                    group
                )  # a number that another node has used must not stay open: it would block the next
                return
            failure = OutOfReach(error.sentence, **error.facts) if isinstance(error, StoreError) else error
            for waiting in group:
                waiting.finish(None, failure)

    def _replace_with_bad_data(self, waiter: _Waiter) -> bool:
        """Whether it is another node's, and now one that cannot be performed."""
        if waiter.submission.remote is None or isinstance(waiter.submission.command, BadData):
            return False
        kind = waiter.submission.sealed.kind
        waiter.submission = msgspec.structs.replace(
            waiter.submission, command=BadData("An entry of the kind {kind} cannot be kept.", kind=kind)
        )
        return True

    def _perform_in_one_transaction(self, group: Sequence[_Waiter]) -> None:
        answers: list[tuple[Any, Exception | None]] = []
        with self.store.write() as tx, self.work_lock:
            heads = ChainTips(tx)
            for waiting in group:
                try:
                    answers.append(self._performer.perform(tx, waiting.submission, heads))
                except Refused as refused:  # a fork or a gap: there is no entry to write
                    answers.append((None, refused))
            changed = {scope for scope, _document in tx.changed_documents} if self.on_change is not None else None
            if self.authority is None:
                assign_feed_positions(tx)
            else:
                apply_queue_counts(tx)  # nobody follows a window's feed
        for waiting, (answer, failure) in zip(group, answers, strict=True):
            waiting.finish(answer, failure)
        if self.on_change is not None and changed:  # told only now: before, nobody could see it
            self.on_change(frozenset(changed))
