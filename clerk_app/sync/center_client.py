"""A window's client of its center. It makes one exchange at a time and applies each response in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, CenterOutOfReach, ClerkError, OutOfReach, Refused
from clerk_app.ledger.clock_check import choose_offset, store_changed_offset
from clerk_app.ledger.commands import Command, Rule, Rules
from clerk_app.ledger.entries import SealedCommand, seal
from clerk_app.ledger.entry_signatures import EntrySignature, EntrySigner
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers, needs_numbers
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EntryMessage,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from clerk_app.ledger.replication.wire_errors import decode_error
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.clock import CenterClock, monotonic_seconds
from clerk_app.sync.exchange_lock import LOCK_TIMEOUT, ExchangeLock
from clerk_app.sync.excluded_machine import push_remaining_if_shut
from clerk_app.sync.fork_recovery import recover_from_fork
from clerk_app.sync.outbox import (
    UNREADABLE,
    StoredResult,
    build_entry_message,
    forgotten_calls,
    has_lost_calls,
    has_unsent_entries,
    has_work_to_send,
    is_placeholder,
    is_unreadable,
    must_push_before,
    next_push_request,
    placeholder_entry,
    push_placeholder,
    read_proofs,
    split_request,
)
from clerk_app.sync.rebase import (
    MARKERS,
    AppliedResponse,
    apply_response,
    follow_epoch,
    has_no_news,
    record_contact,
    record_rejected_work,
)
from clerk_app.sync.recorded_calls import build_call_request, record_call, record_resent_call
from clerk_app.sync.redelivery import Redelivery
from clerk_app.sync.skipped_entries import SkippedEntries
from clerk_app.sync.transport import Transport
from clerk_app.sync.window_rows import (
    center_line,
    is_connection_lost,
    last_answered_number,
    mark_connection_lost,
    own_node,
)
from db.engines import Row, Store, Transaction

RequestT = TypeVar("RequestT", bound=NodeRequest)
_CALL_ATTEMPTS = 2  # tries before a call fails with OutOfReach


class CenterClient(OfflineAuthority):
    """Pushes unanswered entries, performs remote commands at the center and pulls documents, for one store."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        document_types: DocumentTypes,
        transport: Transport,
        *,
        clock: Callable[[], int],
        monotonic: Callable[[], float] = monotonic_seconds,
        lock: ExchangeLock | None = None,
    ) -> None:
        super().__init__(store, document_types)
        self.documents_received = 0  # documents received since the program started
        self.documents_remaining = 0  # approximate number of documents still to be received
        self._rules = rules
        self._transport = transport
        self._clock = clock
        self._monotonic = monotonic
        self._lock = lock or ExchangeLock()
        self._center_clock = CenterClock(clock, monotonic, *choose_offset(store, clock(), super().clock_offset()))
        self._last_call_number = 0
        self._open_call: tuple[bytes, str, int] | None = None  # the call that has no result yet: digest, actor, number
        self._redelivery = Redelivery(store, document_types)
        self._is_awaiting = False  # the center has asked to send the next entry again later
        self._pulls_only = False  # until everything was pulled, entries are not sent again
        self._is_excluded = False  # then the center keeps entries apart, and answers no call
        self.skipped_entries = SkippedEntries(store)
        self.signer: EntrySigner | None = None  # None: entries are not signed
        self._call_signature: EntrySignature | None = None  # of the call that was sent last

    @property
    def is_awaiting(self) -> bool:
        """Whether the center waits for other machines before it decides the next entry of this one."""
        return self._is_awaiting

    def clock_offset(self) -> int:
        return self._center_clock.offset()

    def is_clock_offset_doubtful(self) -> bool:
        return self._center_clock.is_doubtful

    def use_clock_offset(self, clock_offset: int) -> None:
        self._center_clock.set_offset(clock_offset)

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """Record an unanswered entry; store the clock offset if it has changed, so that it survives a restart."""
        super().record_unanswered(tx, position, documents)
        store_changed_offset(tx, self.clock_offset())

    def step(self, *, wait: float = 0.0) -> bool:
        """Make one exchange: push the next batch, or pull if the outbox is empty. Return whether more are needed.

        `wait` is the length of a long poll in seconds. Raises OutOfReach, Refused, BadData.
        """
        try:
            with self._lock.hold():
                is_incomplete = self._step(wait)
                self._is_excluded = False
                return is_incomplete
        except Refused as refused:
            self._is_excluded = refused.reason == "shut"
            epoch = str(refused.facts.get("epoch", "")) if self._is_excluded else ""
            if not follow_epoch(self.store, epoch, self._clock()):
                raise
            return True

    def _step(self, wait: float) -> bool:
        fields = self._request_fields()
        if not self._pulls_only:
            with self.store.read() as tx:
                calls = () if self._is_excluded else forgotten_calls(tx, self._rules)
                call = next(iter(calls), None)  # in the order in which they were made
                before = call["position"] if call else None
                push = next_push_request(tx, self._rules, fields, single=self._is_awaiting, before=before)
            if push is not None:
                return self._push(push)
            if call is not None:
                self._resend_forgotten_call(call)
                return True
        is_incomplete = self._pull(PullRequest(**fields, wait_seconds=wait, all_sent=not self._pulls_only))
        self._pulls_only = self._pulls_only and is_incomplete
        return is_incomplete

    def wait_for_news(self, wait: float) -> bool:
        """Wait up to `wait` seconds for news at the center; return whether there is any. The response is not applied.

        The lock is held only while the request is built, for other exchanges meanwhile. Raises OutOfReach, Refused.
        """
        with self._lock.hold():
            fields, all_sent = self._request_fields(), not has_work_to_send(self.store, self._rules)
        request = PullRequest(**fields, wait_seconds=wait, max_documents=1, all_sent=all_sent)
        response = self._transport.pull(request)
        if has_no_news(request, response) and last_answered_number(self.store) <= response.last_number:
            record_contact(self.store, self._clock())
            return False
        return True

    def send_probe(self) -> None:
        """Send a request that changes nothing, and ignore the response. Raises OutOfReach, Refused."""
        with self._lock.hold():
            self._transport.pull(PullRequest(**self._request_fields(), max_documents=1, all_sent=False))

    def flush(self) -> None:
        """Make exchanges until the outbox is empty and the center has no news. Raises OutOfReach, Refused, BadData."""
        while self.step():
            pass

    def call(self, command: Command[Any], actor: str) -> Any:
        """Perform a remote command at the center, apply the documents in the response, and return the decision.

        Raises Refused, OutOfReach, BadData.
        """
        sealed = seal(command)
        rule = self._rules[sealed.kind]
        with self._lock.hold(rule.wait_seconds or LOCK_TIMEOUT):
            if not rule.wait_seconds and must_push_before(self.store, rule, command):
                self.flush()
            response = self._call_center(rule, sealed, actor)
            if response.refused and not rule.wait_seconds and has_unsent_entries(self.store):
                self.flush()  # it may depend on entries that the center lacks
                response = self._call_center(rule, sealed, actor)
            rejection = next(iter(response.refused.values()), None)
            if rejection is not None:
                raise decode_error(rejection)
            if not bytes(response.result):
                raise OutOfReach("This program does not understand the center's answer.")
            return msgspec.json.decode(response.result, type=rule.decision)

    def sign_in(self, request: SignInRequest) -> SignInResponse:
        """Sign a person in at the center, then exchange to get the current staff list. Raises like `Transport`."""
        response = self._transport.sign_in(request)
        with suppress(ClerkError):  # the ticket is valid without it
            self.flush()
        return response

    def ensure_numbers(self) -> None:
        """Borrow one block of case numbers and RESERVE_BLOCKS, if this node needs any. Raises OutOfReach, Refused."""
        while True:
            with self.store.read() as tx:
                own = own_node(tx)
                left = tx.query_one("ledger.count_usable_blocks", node=own["id"], incarnation=own["incarnation"])
            if not needs_numbers(own["kind"]) or (left is not None and left["many"] > RESERVE_BLOCKS):
                return
            self.call(LendNumbers(node=own["id"], incarnation=own["incarnation"]), SYSTEM)

    def record_connection_lost(self) -> None:
        """Record now as the time since which the center is out of reach, unless a time is recorded already."""
        mark_connection_lost(self.store, self._clock())

    def _push_or_split(self, push: PushRequest) -> tuple[Response, AppliedResponse]:
        """Push a batch; while the center cannot read it, push smaller parts of it. Raises the last error."""
        parts = split_request(push, self._rules)
        part = next(parts)
        while True:
            try:
                send = partial(push_placeholder, self._transport) if is_placeholder(part) else self._transport.push
                return self._exchange(part, send)
            except (BadData, Refused) as error:
                push_remaining_if_shut(self.store, self._rules, self._transport, push, error, self._recover)
                if not is_unreadable(error) or (smaller := next(parts, None)) is None:
                    raise
                part = smaller

    def _push(self, push: PushRequest) -> bool:
        """Push a batch; return whether more exchanges are needed."""
        push = msgspec.structs.replace(push, may_wait=self._redelivery.is_running)
        response, _applied = self._push_or_split(push)
        if response.fork:
            self._recover(response.fork)
        else:
            self._note_awaiting(response)
        return True

    def _note_awaiting(self, response: Response) -> None:
        """Note whether the center waits for other machines; the entry is sent again after the next complete pull."""
        self._is_awaiting = self._pulls_only = bool(response.awaiting)

    def _recover(self, fork: int) -> None:
        recover_from_fork(self.store, fork, self._clock(), self.clock_offset(), self.signer)

    def _pull(self, message: PullRequest) -> bool:
        _response, applied = self._exchange(message, self._transport.pull)
        is_incomplete = applied.more or applied.restored
        has_calls = not self._is_awaiting and has_lost_calls(self.store, self._rules)
        if self._redelivery.is_running and not is_incomplete and not self._is_awaiting and not has_calls:
            self._redelivery.finish()
        return is_incomplete or has_calls

    def _resend_forgotten_call(self, row: Row) -> None:
        """Send a restored center a call that it lacks."""
        with self.store.read() as tx:
            entry = build_entry_message(tx, self._rules, row)
        stored = msgspec.json.decode(row["answer"], type=StoredResult) if row["answer"] else StoredResult()
        known_number = stored.resent_as or row["number"]
        resent = self._resend_call(row["incarnation"], entry, known_number)
        if resent is None:
            return
        number, was_readable, receipt = resent
        with self.store.write() as tx:
            record_resent_call(tx, row, stored, number, receipt, self._clock())
            if not was_readable:
                record_rejected_work(tx, row["position"], UNREADABLE, self._clock())

    def _resend_call(
        self, incarnation: int, entry: EntryMessage, known_number: int
    ) -> tuple[int, bool, Receipt | None] | None:
        """Send a call again; return its number at the center, whether the center could read it, and its receipt.

        None if the center has not decided it.
        """
        number, attempts = known_number, [entry, entry, placeholder_entry(entry)]
        while True:
            fields = {**self._request_fields(), "incarnation": incarnation}
            with self.store.read() as tx:
                proofs = read_proofs(tx, attempts[:1])
            may_wait = self._redelivery.is_running
            request = CallRequest(**fields, number=number, entry=attempts[0], sessions=proofs, may_wait=may_wait)
            try:
                response, applied = self._exchange(request, self._transport.call)
            except (BadData, Refused) as error:
                if not is_unreadable(error) or len(attempts) == 1:
                    raise
                attempts = attempts[1:]
                continue
            self._note_awaiting(response)
            if response.awaiting or applied.restored:
                return None
            rejection = response.refused.get(number)
            if rejection is None or rejection.reason != "late" or number != known_number:
                return number, len(attempts) > 1, response.receipts.get(number)
            number = self._next_call_number()  # the center already has a call with a higher number

    def _exchange(
        self,
        message: RequestT,
        send: Callable[[RequestT], Response],
        extra_writes: Callable[[Response, Transaction], None] | None = None,
    ) -> tuple[Response, AppliedResponse]:
        """Send a message, update the clock estimate, and apply the response. `extra_writes` joins its transaction."""
        start = self._monotonic()
        response = send(message)
        is_long_poll = getattr(message, "wait_seconds", 0.0) > 0
        self._center_clock.measure(response.now, self._monotonic() - start, is_long_poll=is_long_poll)
        applied = apply_response(
            self.store,
            self._rules,
            self.types,
            response,
            message,
            self._clock(),
            self.clock_offset(),
            partial(extra_writes, response) if extra_writes is not None else None,
        )
        self.skipped_entries.update(applied.reapplied, applied.skipped)
        self.documents_received += applied.documents
        self.documents_remaining = response.changes.total
        self._redelivery.track(response, applied)
        return response, applied

    def _call_center(self, rule: Rule[Any, Any], sealed: SealedCommand, actor: str) -> Response:
        """Send a call and return the response. A call repeated after OutOfReach keeps its number. Raises OutOfReach."""
        if self._open_call is None or self._open_call[:2] != (sealed.digest, actor):
            self._open_call = (sealed.digest, actor, self._next_call_number())
        send = partial(self._transport.call, timeout=rule.wait_seconds or None)
        for attempts_left in reversed(range(1 if is_connection_lost(self.store) else _CALL_ATTEMPTS)):
            number = self._open_call[2]
            request = self._call_request(sealed, actor, number)
            try:
                response, applied = self._exchange(request, send, partial(self._record_call, sealed, actor, number))
            except OutOfReach:
                if rule.wait_seconds or not attempts_left:
                    raise
                continue
            if applied.restored:
                self.flush()  # nothing was performed: what the center lost comes first
            rejection = response.refused.get(number)
            if applied.restored or (rejection is not None and rejection.reason == "late"):
                self._last_call_number = max(self._last_call_number, response.last_call)
                self._open_call = (sealed.digest, actor, self._next_call_number())
                continue
            self._open_call = None
            if applied.more:
                self.flush()
            return response
        raise CenterOutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def _call_request(self, sealed: SealedCommand, actor: str, number: int) -> CallRequest:
        fields = self._request_fields()
        times = {"said_at": self._clock(), "clock_correction": self.clock_offset()}
        with self.store.read() as tx:
            request, self._call_signature = build_call_request(tx, self.signer, fields, number, sealed, actor, **times)
        return request

    def _record_call(self, sealed: SealedCommand, actor: str, number: int, response: Response, tx: Transaction) -> None:
        """Record an answered call in the log if it has to be sent again to a restored center."""
        rule = self._rules[sealed.kind]
        if bytes(response.result) and rule.survives_restore and rule.keep_call:
            now = self._clock()
            corrected_at = now + self.clock_offset()
            times = {"said_at": now, "corrected_at": corrected_at}
            record_call(tx, rule, sealed, actor, number, response, **times, signed=self._call_signature)

    def _next_call_number(self) -> int:
        """Return a higher number than the last call's; too low ("late") if the clock was turned back and restarted."""
        self._last_call_number = max(self._last_call_number + 1, self._clock())
        return self._last_call_number

    def _request_fields(self) -> dict[str, Any]:
        """Return the common fields of all requests; restart a redelivery that another program began."""
        with self.store.read() as tx:
            own, line = own_node(tx), center_line(tx)
            cursors = {row["scope"]: row["version"] for row in tx.select("cursors") if row["scope"] not in MARKERS}
        return {
            "incarnation": own["incarnation"],
            "epoch": line["epoch"],
            "sent_at": self._clock(),
            "cursors": self._redelivery.follow(cursors),
        }
