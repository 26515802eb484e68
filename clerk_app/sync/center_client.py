"""The line to the center, as a window's door knows it: one exchange at a time, each taken over whole."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.chain_tips import apply_queue_counts
from clerk_app.ledger.commands import Command, CommandDecision, Rules
from clerk_app.ledger.entries import SealedCommand, seal
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EntryMessage,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    raw_or_absent,
)
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.exchange_lock import ExchangeLock
from clerk_app.sync.fork_recovery import recover_from_fork
from clerk_app.sync.outbox import (
    UNREADABLE,
    StoredResult,
    build_sent_entry,
    forgotten_calls,
    is_placeholder,
    next_push_request,
    placeholder_entry,
    split_request,
)
from clerk_app.sync.rebase import (
    REDELIVERY_SCOPE,
    RESTORE_SCOPE,
    AppliedResponse,
    apply_response,
    contact_columns,
    record_rejected_work,
)
from clerk_app.sync.recorded_calls import record_call
from clerk_app.sync.transport import Transport
from db.engines import Row, Store, Transaction

T = TypeVar("T", bound=NodeRequest)
_CALL_ATTEMPTS = 2  # of a question, before it is said that the center is out of reach
_MICROSECONDS = 1_000_000


def monotonic_seconds() -> float:
    """Seconds that pass however the clock on the wall is turned, also while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class CenterClient(OfflineAuthority):
    """Sends what waits, asks what must be asked, and takes over what the center says. One line for one store."""

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
        self.documents_received = 0  # documents, since the program began
        self.documents_remaining = 0  # documents still to come, roughly
        self._rules = rules
        self._transport = transport
        self._clock = clock
        self._monotonic = monotonic
        self._lock = lock or ExchangeLock()
        self._clock_sample = (
            clock() + super().clock_offset(),
            monotonic(),
        )  # the center's clock, ours that is never turned
        self._one_way_delay = 0.05  # seconds that an answer is under way
        self._last_call_number = 0
        self._open_call: tuple[bytes, str, int] | None = None  # a question without an answer: digest, actor, number
        self._delivered: set[str] | None = None  # documents named since the center began another life
        self._feed_reader = secrets.randbits(50) + 1  # by whom: another program of this store may have begun that anew

    def clock_offset(self) -> int:
        """Microseconds that the center's clock is ahead of this machine's, however that was turned since."""
        center, then = self._clock_sample
        return center + int((self._monotonic() - then) * _MICROSECONDS) - self._clock()

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """What was measured outlives the program: somebody may have turned the clock, and turn it off next."""
        super().record_unanswered(tx, position, documents)
        line, offset = tx.query_one("ledger.center_connection"), self.clock_offset()
        if line is not None and abs(offset - line["clock_offset"]) > _MICROSECONDS:
            tx.update("center_lines", {"center": line["center"]}, clock_offset=offset)

    def step(self, *, wait: float = 0.0) -> bool:
        """One exchange: the next batch of what waits, or else what changed. True when there is more to do at once.

        Raises OutOfReach, Refused.
        """
        with self._lock.hold():
            told = self._request_fields()
            with self.store.read() as look:
                push = next_push_request(look, self._rules, told)
            if push is not None:
                answer, taken = self._push_or_split(push)
                if answer.fork:
                    recover_from_fork(self.store, answer.fork, self._clock(), self.clock_offset())
                    return True
                return taken.more or taken.restored or len(push.entries) > 0
            return self._pull(PullRequest(**told, wait_seconds=wait))

    def wait_for_news(self, wait: float) -> bool:
        """Until the center has something new, `wait` seconds at most; whether it has. Nobody waits behind this, and
        nothing is taken over: that is for the next step. Raises OutOfReach, Refused."""
        told = PullRequest(**self._request_fields(), wait_seconds=wait, max_documents=1)
        answer = self._transport.pull(told)
        if _has_no_news(told, answer) and not self._has_center_lost_entries(answer):
            self._record_contact()
            return False
        return True

    def flush(self) -> None:
        """Exchanges until nothing waits and nothing is new. Raises OutOfReach, Refused."""
        while self.step():
            pass

    def call(self, command: Command[Any], actor: str) -> Any:
        """The authority's decision, its documents in place. Raises Refused, OutOfReach, BadData."""
        sealed = seal(command)
        rule = self._rules[sealed.kind]
        with self._lock.hold():
            if self._has_unanswered_entries(rule.stream(command, None)):
                self.flush()
            answer = self._call_center(sealed, actor)
            if answer.refused and self._has_unsent_entries():  # it may rest on what the center does not know yet
                self.flush()
                answer = self._call_center(sealed, actor)
            refusing = next(iter(answer.refused.values()), None)
            if refusing is not None:
                if refusing.reason == "bad_data":
                    raise BadData(refusing.sentence, **refusing.facts)
                raise Refused(refusing.reason, refusing.sentence, **refusing.facts)
            if not bytes(answer.result):
                raise OutOfReach("The center's answer is none that this program understands.")
            decision: CommandDecision = msgspec.json.decode(answer.result, type=rule.decision)
            return decision

    def ensure_numbers(self) -> None:
        """Borrows case numbers until one block is in use and one in reserve. Raises OutOfReach, Refused."""
        while True:
            with self.store.read() as look:
                here = look.query_one("ledger.own_node")
                assert here is not None
                left = look.query_one("ledger.count_usable_blocks", node=here["id"], incarnation=here["incarnation"])
            if left is not None and left["many"] > RESERVE_BLOCKS:
                return
            self.call(LendNumbers(node=here["id"], incarnation=here["incarnation"]), SYSTEM)

    def record_connection_lost(self) -> None:
        """Notes since when the center is out of reach."""
        with self.store.write() as tx:
            line = tx.query_one("ledger.center_connection")
            if line is not None and line["lost_at"] is None:
                tx.update("center_lines", {"center": line["center"]}, lost_at=self._clock())

    def _is_connection_lost(self) -> bool:
        line = read_center_line(self.store)
        return line is not None and line["lost_at"] is not None

    def _record_contact(self) -> None:
        with self.store.write() as tx:
            line = tx.query_one("ledger.center_connection")
            if line is not None:
                now = self._clock()
                tx.update("center_lines", {"center": line["center"]}, **contact_columns(line, now))

    def _has_center_lost_entries(self, answer: Response) -> bool:
        """Whether the center has forgotten something that it had answered."""
        with self.store.read() as look:
            here = look.query_one("ledger.own_node")
            assert here is not None
            mine = look.query_one("ledger.last_answered_number", node=here["id"], incarnation=here["incarnation"])
        return mine is not None and int(mine["number"]) > answer.last_number

    def _push_or_split(self, push: PushRequest) -> tuple[Response, AppliedResponse]:
        """One entry that the center cannot read does not keep back the others: it comes back as refused work."""
        unread: ClerkError | None = None
        for part in split_request(push, self._rules):
            try:
                return self._exchange(part, self._push_placeholder if is_placeholder(part) else self._transport.push)
            except (BadData, Refused) as error:
                if not _is_unreadable(error):
                    raise
                unread = error
        assert unread is not None
        raise unread

    def _push_placeholder(self, push: PushRequest) -> Response:
        answer = self._transport.push(push)
        return msgspec.structs.replace(answer, refused=dict.fromkeys(answer.refused, UNREADABLE))

    def _pull(self, message: PullRequest) -> bool:
        _answer, taken = self._exchange(message, self._transport.pull)
        if self._resend_forgotten_calls():
            return True
        if self._delivered is not None and not taken.more and not taken.restored:
            self._drop_undelivered(self._delivered)
        return taken.more or taken.restored

    def _resend_forgotten_calls(self) -> bool:
        """Tells a center that came back from a backup the questions that it has forgotten."""
        with self.store.read() as look:
            rows = forgotten_calls(look, self._rules)
            entries = [(row, build_sent_entry(look, self._rules, row)) for row in rows]
        for row, entry in entries:
            before = msgspec.json.decode(row["answer"], type=StoredResult) if row["answer"] else StoredResult()
            told_as = before.resent_as or row["number"]
            number, was_read = self._resend_call(row["incarnation"], entry, told_as)
            with self.store.write() as tx:
                place = {name: row[name] for name in ("node", "incarnation", "number")}
                tx.execute("ledger.mark_answered_up_to", **place, at=self._clock())
                if not was_read:
                    record_rejected_work(tx, row["position"], UNREADABLE, self._clock())
                if number != told_as:
                    kept = msgspec.structs.replace(before, resent_as=number)
                    tx.execute("ledger.store_answer", **place, answer=msgspec.json.encode(kept))
        return bool(entries)

    def _resend_call(self, incarnation: int, entry: EntryMessage, known_number: int) -> tuple[int, bool]:
        """The number under which the center knows the question now; whether it could read it."""
        number, ways = known_number, [entry, entry, placeholder_entry(entry)]
        while True:
            told = {**self._request_fields(), "incarnation": incarnation}
            try:
                answer, _taken = self._exchange(CallRequest(**told, number=number, entry=ways[0]), self._transport.call)
            except (BadData, Refused) as error:
                if not _is_unreadable(error) or len(ways) == 1:
                    raise
                ways = ways[1:]
                continue
            refusing = answer.refused.get(number)
            if refusing is None or refusing.reason != "late" or number != known_number:
                return number, len(ways) > 1
            number = self._next_call_number()  # a newer question has overtaken it: once more

    def _exchange(
        self,
        message: T,
        send: Callable[[T], Response],
        extra_writes: Callable[[Response, Transaction], None] | None = None,
    ) -> tuple[Response, AppliedResponse]:
        start = self._monotonic()
        answer = send(message)
        took = self._monotonic() - start
        if not getattr(
            message, "wait_seconds", 0.0
        ):  # how long a waiting answer was under way cannot be told from outside
            self._one_way_delay = took / 2
        self._clock_sample = (answer.now + int(min(took, self._one_way_delay) * _MICROSECONDS), self._monotonic())
        taken = apply_response(
            self.store,
            self._rules,
            self.types,
            answer,
            message,
            self._clock(),
            self.clock_offset(),
            partial(extra_writes, answer) if extra_writes is not None else None,
        )
        self.documents_received += taken.documents
        self.documents_remaining = answer.changes.total
        self._track_redelivery(answer, taken)
        return answer, taken

    def _track_redelivery(self, answer: Response, taken: AppliedResponse) -> None:
        """A center that was put back names everything anew."""
        if taken.restored:
            self._delivered = None
        elif self._delivered is not None:
            self._delivered |= answer.changes.documents.keys() | set(answer.changes.unchanged)

    def _drop_undelivered(self, delivered: set[str]) -> None:
        with self.store.write() as tx:
            for kind in self.types:
                for _scope, key in list(kind.list_all(tx)):
                    name = f"{kind.name}/{key}"
                    if name not in delivered and tx.get("bases", document=name) is None:
                        self.types.replace(tx, name, None)
            apply_queue_counts(tx)
            tx.delete("cursors", scope=REDELIVERY_SCOPE)
        self._delivered = None

    def _restart_feed(self) -> None:
        with self.store.write() as tx:
            tx.execute("ledger.delete_feed_cursors")
            tx.insert("cursors", scope=REDELIVERY_SCOPE, version=self._feed_reader)
        self._delivered = set()

    def _call_center(self, sealed: SealedCommand, actor: str) -> Response:
        """Asks until there is an answer; a question without one keeps its number when it is asked again."""
        if self._open_call is None or self._open_call[:2] != (sealed.digest, actor):
            self._open_call = (sealed.digest, actor, self._next_call_number())
        for tries_left in reversed(range(1 if self._is_connection_lost() else _CALL_ATTEMPTS)):
            number = self._open_call[2]
            try:
                answer, taken = self._exchange(
                    self._call_request(sealed, actor, number),
                    self._transport.call,
                    partial(self._record_call, sealed, actor, number),
                )
            except OutOfReach:
                if not tries_left:
                    raise
                continue
            refusing = answer.refused.get(number)
            if refusing is not None and refusing.reason == "late":
                self._last_call_number = max(self._last_call_number, answer.last_call)
                self._open_call = (sealed.digest, actor, self._next_call_number())
                continue
            self._open_call = None
            if taken.more:
                self.flush()
            return answer
        raise OutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def _call_request(self, sealed: SealedCommand, actor: str, number: int) -> CallRequest:
        now = self._clock()
        entry = EntryMessage(
            kind=sealed.kind,
            actor=actor,
            said_at=now,
            clock_correction=self.clock_offset(),
            plain=msgspec.Raw(sealed.plain),
            personal=raw_or_absent(sealed.personal),
            salt=sealed.salt,
        )
        return CallRequest(**self._request_fields(), number=number, entry=entry)

    def _record_call(self, sealed: SealedCommand, actor: str, number: int, answer: Response, tx: Transaction) -> None:
        """Writes an answered question into the log, where the answer is to outlive the center's memory."""
        rule = self._rules[sealed.kind]
        if bytes(answer.result) and rule.lasting:
            now = self._clock()
            record_call(tx, rule, sealed, actor, number, answer, said_at=now, corrected_at=now + self.clock_offset())

    def _next_call_number(self) -> int:
        """Numbers of questions only grow; a clock that was turned back is caught up by the center's answer."""
        self._last_call_number = max(self._last_call_number + 1, self._clock())
        return self._last_call_number

    def _has_unanswered_entries(self, stream: str) -> bool:
        with self.store.read() as look:
            return look.query_one("ledger.unanswered_positions_of_document", document=stream) is not None

    def _has_unsent_entries(self) -> bool:
        with self.store.read() as look:
            return bool(look.query_all("ledger.unanswered_entries", many=1))

    def _request_fields(self) -> dict[str, Any]:
        with self.store.read() as look:
            here, line = look.query_one("ledger.own_node"), look.query_one("ledger.center_connection")
            cursors = {row["scope"]: row["version"] for row in look.select("cursors") if row["scope"] != RESTORE_SCOPE}
        assert here is not None
        assert line is not None
        hearer = cursors.pop(REDELIVERY_SCOPE, None)
        if hearer is None:
            self._delivered = None
        elif hearer != self._feed_reader or self._delivered is None:  # whoever heard it told was stopped on the way
            self._restart_feed()
            cursors = {}
        return {
            "incarnation": here["incarnation"],
            "epoch": line["epoch"],
            "sent_at": self._clock(),
            "cursors": cursors,
        }


def _is_unreadable(error: ClerkError) -> bool:
    """Whether the center could not read what it was told, or would not: it is too large."""
    return isinstance(error, BadData) or (isinstance(error, Refused) and error.reason == "too_large")


def _has_no_news(request: PullRequest, answer: Response) -> bool:
    changes = answer.changes
    still = all(version == request.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return still and not changes.documents and not changes.unchanged and answer.epoch == request.epoch


def read_center_line(store: Store) -> Row | None:
    """What is known of the line; None where the store is its own center."""
    with store.read() as look:
        return look.query_one("ledger.center_connection")
