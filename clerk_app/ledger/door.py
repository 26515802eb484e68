"""The command processor (`Door`): the only way to change shared state is to perform a command through it.

Queued commands share one transaction and one flush (group commit). `decide` only reads, so a refusal leaves nothing to
undo; it is appended to the log too. Feed positions are assigned by the last statements of a group, scopes in sorted
order, so that concurrent groups lock them in one order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused, out_of_reach
from clerk_app.ledger.chain_tips import ChainTips, apply_queue_counts, assign_feed_positions
from clerk_app.ledger.commands import Command, CommandDecision, Placement, Rules
from clerk_app.ledger.entries import open_sealed_command, seal
from clerk_app.ledger.entry_signatures import EntrySigner
from clerk_app.ledger.performer import Authorise, Performer, RemoteAuthority, Submission
from clerk_app.ledger.remote_command import RemoteCommand
from db.engines import Store
from db.errors import StoreBusy, StoreConflict, StoreError, StoreUnreadable, StoreUnwritable

D = TypeVar("D", bound=CommandDecision)
MAX_ATTEMPTS = 5  # attempts to commit a command that conflicts with other processes
_STORE_FAILURES = (StoreBusy, StoreUnreadable, StoreUnwritable)  # failures of the store, not of a command
GATHER_SECONDS = 0.002  # longest time a leader waits for more commands: half of a flush on a fast disk


def system_clock() -> int:
    """Return the time of this machine, microseconds UTC."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class _Waiter:
    """A queued submission, and its decision or error once it is done."""

    submission: Submission
    decision: Any = None
    error: Exception | None = None
    is_done: bool = False
    is_leader: bool = False
    wakeup: threading.Lock = field(default_factory=threading.Lock)  # locked while the waiter sleeps

    def __post_init__(self) -> None:
        self.wakeup.acquire()

    def wake(self) -> None:
        if self.wakeup.locked():
            self.wakeup.release()

    def finish(self, decision: Any, error: Exception | None) -> None:
        self.decision, self.error, self.is_done = decision, error, True


class Door:
    """Command processor of one store: authorises, decides, applies and logs commands, in groups with one commit."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        authorise: Authorise,
        *,
        clock: Callable[[], int] = system_clock,
        authority: RemoteAuthority | None = None,
        read_trust: Callable[[], Any] | None = None,
    ) -> None:
        self.on_change: Callable[[frozenset[str]], None] | None = None
        """Called after each group with the scopes in which documents changed."""
        self.store = store
        self.rules = rules
        self.clock = clock
        self._performer = Performer(rules, authorise, clock)
        self._performer.authority = authority
        self._performer.read_trust = read_trust
        self.work_lock: AbstractContextManager[object] = threading.Lock() if store.backend.in_process else nullcontext()
        """Held while the statements of a group run in this process, and released before the flush. Without it, two
        threads would exchange the interpreter lock at each statement. Not held while a command is queued."""
        self._queue_lock = threading.Lock()  # guards everything below
        self._waiters: list[_Waiter] = []
        self._has_leader = False  # a thread performs a group, or is about to
        self._expected_count = 0  # size of the last group, whose callers often submit again at once
        self._leader_wakes_at = 0  # number of waiters that the leader waits for; 0: it does not wait

    @property
    def authority(self) -> RemoteAuthority | None:
        """The remote authority; None where this store is the authority itself."""
        return self._performer.authority

    @authority.setter
    def authority(self, authority: RemoteAuthority | None) -> None:
        self._performer.authority = authority

    @property
    def signer(self) -> EntrySigner | None:
        """Signs the shared entries of a window; None where entries are not signed."""
        return self._performer.signer

    @signer.setter
    def signer(self, signer: EntrySigner | None) -> None:
        self._performer.signer = signer

    def perform(self, command: Command[D], actor: str) -> D:
        """Decide and apply a command of this node; return its decision once it is durable.

        Raises Refused when a rule refuses the command (the refusal is appended to the log), OutOfReach when the store
        cannot be written (nothing is changed) or the authority cannot be reached.
        """
        if self.authority is not None and self.rules[command.stored_name].placement is Placement.REMOTE:
            remote_decision: D = self.authority.call(command, actor)
            return remote_decision
        waiter = _Waiter(Submission(command, seal(command), actor, self.clock()))
        self._enqueue_and_wait([waiter])
        if waiter.error is not None:
            raise waiter.error
        decision: D = waiter.decision
        return decision

    def check(self, command: Command[Any], actor: str) -> None:
        """Raise Refused, or the error of the store, if `perform` would refuse this command of this node now.

        For what leaves the program before its command is performed, such as a paper. Nothing is appended to the log.
        Raises ValueError at a window for a command that only its authority performs.
        """
        if self.authority is not None and self.rules[command.stored_name].placement is Placement.REMOTE:
            raise ValueError("only the authority can check this command")
        with self.store.read() as tx:
            self._performer.check(tx, Submission(command, seal(command), actor, self.clock()))

    def perform_all(self, commands: Sequence[Command[Any]], actor: str) -> list[Any]:
        """Perform commands of this node in order and in one group; return the decision or the error of each.

        Raises ValueError at a window for a command that only its authority performs.
        """
        if self.authority is not None and any(
            self.rules[command.stored_name].placement is Placement.REMOTE for command in commands
        ):
            raise ValueError("only the authority performs these commands")
        waiters = [_Waiter(Submission(command, seal(command), actor, self.clock())) for command in commands]
        if waiters:
            self._enqueue_and_wait(waiters)
        return [waiter.error or waiter.decision for waiter in waiters]

    def receive(self, remote: RemoteCommand) -> Any:
        """Perform a command of another node exactly once and return its decision.

        A repeat with the same digest returns the first decision. Raises Refused with the reason "fork" when the key was
        used for another command, "gap" when an earlier number is missing, "late" when a newer call was received before,
        "awaited" when it is to be sent again later, or with the reason of the rule that refused it. Raises BadData when
        the bytes are not a known command. Refusals of rules and BadData are appended to the log.
        """
        (outcome,) = self.receive_all([remote])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def receive_all(self, remotes: Sequence[RemoteCommand]) -> list[Any]:
        """Perform commands like `receive`, in order and in one group; return the decision or the error of each."""
        waiters = [self._create_waiter(remote) for remote in remotes]
        if waiters:
            self._enqueue_and_wait(waiters)
        return [waiter.error or waiter.decision for waiter in waiters]

    def _create_waiter(self, remote: RemoteCommand) -> _Waiter:
        try:
            command: Command[Any] | BadData = open_sealed_command(self.rules, remote.sealed)
        except BadData as error:
            command = error
        return _Waiter(Submission(command, remote.sealed, remote.actor, remote.said_at, remote))

    def _enqueue_and_wait(self, waiters: Sequence[_Waiter]) -> None:
        """Queue these waiters together and in order, and wait until all are done. Raises OutOfReach when stopped."""
        first, last = waiters[0], waiters[-1]
        with self._queue_lock:
            self._waiters.extend(waiters)
            if not self._has_leader:
                self._has_leader = first.is_leader = True
            elif len(self._waiters) >= self._leader_wakes_at > 0:
                self._waiters[0].wake()
        if not first.is_leader:
            self._await_wakeup(first)
        if first.is_leader:
            self._lead_group(first)
        if not last.is_done:  # the thread of the leader was stopped
            raise OutOfReach("The program was stopped in the middle. Look whether this was kept before trying again.")

    def _await_wakeup(self, waiter: _Waiter) -> None:
        """Sleep until the waiter is done, or becomes the leader of the next group."""
        try:
            waiter.wakeup.acquire()
        except BaseException:  # this thread is stopped: no other thread may wait for it
            with self._queue_lock:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                if waiter.is_leader:
                    self._pass_leadership()
            raise

    def _lead_group(self, leader: _Waiter) -> None:
        """Perform all queued submissions in one group, then make the next waiter the leader."""
        group: list[_Waiter] = []
        try:
            self._gather_group(leader)
            with self._queue_lock:
                group, self._waiters = self._waiters, []
            self._commit_group(group)
        finally:
            with self._queue_lock:
                if leader in self._waiters:  # stopped before the group was taken
                    self._waiters.remove(leader)
                self._expected_count = len(group) + len(self._waiters)
                for waiter in group:
                    waiter.wake()
                self._pass_leadership()

    def _gather_group(self, leader: _Waiter) -> None:
        """Wait up to GATHER_SECONDS for as many commands as the last group had, so that they share the flush.

        Does not wait if the leader's command is of another node, because such commands arrive in batches.
        """
        if leader.submission.remote is not None:
            return
        with self._queue_lock:
            is_incomplete = len(self._waiters) < self._expected_count
            self._leader_wakes_at = self._expected_count if is_incomplete else 0
        if is_incomplete:
            leader.wakeup.acquire(timeout=GATHER_SECONDS)
            self._leader_wakes_at = 0

    def _pass_leadership(self) -> None:
        """Make the first waiter the next leader."""
        self._has_leader = bool(self._waiters)
        if self._has_leader:
            self._waiters[0].is_leader = True
            self._waiters[0].wake()

    def _commit_group(self, group: Sequence[_Waiter], attempt: int = 1) -> None:
        """Perform a group in one transaction; if that fails, each command in its own, so that only faulty ones fail."""
        try:
            self._perform_in_one_transaction(group)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, StoreBusy | StoreUnreadable):  # each retry would wait as long
                for waiter in group:
                    self._commit_group([waiter])
                return
            if isinstance(error, StoreConflict) and attempt < MAX_ATTEMPTS:
                self._commit_group(group, attempt + 1)
                return
            if not isinstance(error, _STORE_FAILURES) and self._replace_with_bad_data(group[0]):
                self._commit_group(group)  # an unused number of another node would block its next entries
                return
            failure = out_of_reach(error) if isinstance(error, StoreError) else error
            for waiter in group:
                waiter.finish(None, failure)

    def _replace_with_bad_data(self, waiter: _Waiter) -> bool:
        """Replace another node's command by BadData; return False for an own command or one already replaced."""
        if waiter.submission.remote is None or isinstance(waiter.submission.command, BadData):
            return False
        kind = waiter.submission.sealed.kind
        waiter.submission = msgspec.structs.replace(
            waiter.submission, command=BadData("An entry of the kind {kind} cannot be kept.", kind=kind)
        )
        return True

    def _perform_in_one_transaction(self, group: Sequence[_Waiter]) -> None:
        outcomes: list[tuple[Any, Exception | None]] = []
        with self.store.write() as tx, self.work_lock:
            tips = ChainTips(tx)
            for waiter in group:
                try:
                    outcomes.append(self._performer.perform(tx, waiter.submission, tips))
                except Refused as refused:  # a fork or a gap: there is no entry to append
                    outcomes.append((None, refused))
            changed = {scope for scope, _document in tx.changed_documents} if self.on_change is not None else None
            if self.authority is None:
                assign_feed_positions(tx)
            else:
                apply_queue_counts(tx)  # a window's feed has no readers
        for waiter, (decision, error) in zip(group, outcomes, strict=True):
            waiter.finish(decision, error)
        if self.on_change is not None and changed:  # after the commit, when readers see the changes
            self.on_change(frozenset(changed))
