"""The line to the center, as a window's door knows it: one exchange at a time, each taken over whole."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import msgspec

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.commands import Command, Decided, Rules
from clerk_app.ledger.documents import Kinds
from clerk_app.ledger.entries import Sealed, seal
from clerk_app.ledger.heads import take_counts
from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Sent, Told, raw
from clerk_app.ledger.numbers import RESERVE, LendNumbers
from clerk_app.ledger.provisional import Provisional
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.carrying import carry_over
from clerk_app.sync.outbox import UNREAD, Outcome, forgotten_questions, hollow, in_parts, is_hollow, next_push, sent
from clerk_app.sync.questions import keep_question
from clerk_app.sync.reconcile import ANEW, PUT_BACK, Taken, in_reach, show_refusal, take
from clerk_app.sync.turn import Turn
from clerk_app.sync.wire import Wire
from db.engines import Row, Store, Transaction

T = TypeVar("T", bound=Told)
_TRIES = 2  # of a question, before it is said that the center is out of reach
_MICRO = 1_000_000


def steady() -> float:
    """Seconds that pass however the clock on the wall is turned, also while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Line(Provisional):
    """Sends what waits, asks what must be asked, and takes over what the center says. One line for one store."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        kinds: Kinds,
        wire: Wire,
        *,
        clock: Callable[[], int],
        monotonic: Callable[[], float] = steady,
        turn: Turn | None = None,
    ) -> None:
        super().__init__(store, kinds)
        self.taken = 0  # documents, since the program began
        self.behind = 0  # documents still to come, roughly
        self._rules = rules
        self._wire = wire
        self._clock = clock
        self._monotonic = monotonic
        self._turn = turn or Turn()
        self._measured = (clock() + super().offset(), monotonic())  # the center's clock, ours that is never turned
        self._way = 0.05  # seconds that an answer is under way
        self._question = 0
        self._open: tuple[bytes, str, int] | None = None  # a question without an answer: digest, actor, number
        self._delivered: set[str] | None = None  # documents named since the center began another life
        self._hearing = secrets.randbits(50) + 1  # by whom: another program of this store may have begun that anew

    def offset(self) -> int:
        """Microseconds that the center's clock is ahead of this machine's, however that was turned since."""
        center, then = self._measured
        return center + int((self._monotonic() - then) * _MICRO) - self._clock()

    def note(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """What was measured outlives the program: somebody may have turned the clock, and turn it off next."""
        super().note(tx, position, documents)
        line, offset = tx.one("ledger.center_line"), self.offset()
        if line is not None and abs(offset - line["clock_offset"]) > _MICRO:
            tx.change("center_lines", {"center": line["center"]}, clock_offset=offset)

    def step(self, *, wait: float = 0.0) -> bool:
        """One exchange: the next batch of what waits, or else what changed. True when there is more to do at once.

        Raises OutOfReach, Refused.
        """
        with self._turn.taken():
            told = self._told()
            with self.store.read() as look:
                push = next_push(look, self._rules, told)
            if push is not None:
                answer, taken = self._push(push)
                if answer.fork:
                    carry_over(self.store, answer.fork, self._clock(), self.offset())
                    return True
                return taken.more or taken.anew or len(push.entries) > 0
            return self._pull(Pull(**told, wait=wait))

    def listen(self, wait: float) -> bool:
        """Until the center has something new, `wait` seconds at most; whether it has. Nobody waits behind this, and
        nothing is taken over: that is for the next step. Raises OutOfReach, Refused."""
        told = Pull(**self._told(), wait=wait, most=1)
        answer = self._wire.pull(told)
        if _is_quiet(told, answer) and not self._is_behind(answer):
            self._heard()
            return False
        return True

    def flush(self) -> None:
        """Exchanges until nothing waits and nothing is new. Raises OutOfReach, Refused."""
        while self.step():
            pass

    def ask(self, command: Command[Any], actor: str) -> Any:
        """The authority's decision, its documents in place. Raises Refused, OutOfReach, BadData."""
        sealed = seal(command)
        rule = self._rules[sealed.kind]
        with self._turn.taken():
            if self._is_about_what_waits(rule.stream(command, None)):
                self.flush()
            answer = self._answer_to(sealed, actor)
            if answer.refused and self._something_waits():  # it may rest on what the center does not know yet
                self.flush()
                answer = self._answer_to(sealed, actor)
            refusing = next(iter(answer.refused.values()), None)
            if refusing is not None:
                if refusing.reason == "bad_data":
                    raise BadData(refusing.sentence, **refusing.facts)
                raise Refused(refusing.reason, refusing.sentence, **refusing.facts)
            if not bytes(answer.answer):
                raise OutOfReach("The center's answer is none that this program understands.")
            decision: Decided = msgspec.json.decode(answer.answer, type=rule.decision)
            return decision

    def ensure_numbers(self) -> None:
        """Borrows case numbers until one block is in use and one in reserve. Raises OutOfReach, Refused."""
        while True:
            with self.store.read() as look:
                here = look.one("ledger.here")
                assert here is not None
                left = look.one("ledger.blocks_left", node=here["id"], incarnation=here["incarnation"])
            if left is not None and left["many"] > RESERVE:
                return
            self.ask(LendNumbers(node=here["id"], incarnation=here["incarnation"]), SYSTEM)

    def lost(self) -> None:
        """Notes since when the center is out of reach."""
        with self.store.write() as tx:
            line = tx.one("ledger.center_line")
            if line is not None and line["lost_at"] is None:
                tx.change("center_lines", {"center": line["center"]}, lost_at=self._clock())

    def _is_lost(self) -> bool:
        line = line_row(self.store)
        return line is not None and line["lost_at"] is not None

    def _heard(self) -> None:
        with self.store.write() as tx:
            line = tx.one("ledger.center_line")
            if line is not None:
                now = self._clock()
                tx.change("center_lines", {"center": line["center"]}, **in_reach(line, now))

    def _is_behind(self, answer: Answer) -> bool:
        """Whether the center has forgotten something that it had answered."""
        with self.store.read() as look:
            here = look.one("ledger.here")
            assert here is not None
            mine = look.one("ledger.last_answered", node=here["id"], incarnation=here["incarnation"])
        return mine is not None and int(mine["number"]) > answer.last

    def _push(self, push: Push) -> tuple[Answer, Taken]:
        """One entry that the center cannot read does not keep back the others: it comes back as refused work."""
        unread: ClerkError | None = None
        for part in in_parts(push, self._rules):
            try:
                return self._exchange(part, self._push_hollow if is_hollow(part) else self._wire.push)
            except (BadData, Refused) as error:
                if not _is_unread(error):
                    raise
                unread = error
        assert unread is not None
        raise unread

    def _push_hollow(self, push: Push) -> Answer:
        answer = self._wire.push(push)
        return msgspec.structs.replace(answer, refused=dict.fromkeys(answer.refused, UNREAD))

    def _pull(self, message: Pull) -> bool:
        _answer, taken = self._exchange(message, self._wire.pull)
        if self._remind():
            return True
        if self._delivered is not None and not taken.more and not taken.anew:
            self._drop_what_was_not_named(self._delivered)
        return taken.more or taken.anew

    def _remind(self) -> bool:
        """Tells a center that came back from a backup the questions that it has forgotten."""
        with self.store.read() as look:
            rows = forgotten_questions(look, self._rules)
            entries = [(row, sent(look, self._rules, row)) for row in rows]
        for row, entry in entries:
            before = msgspec.json.decode(row["answer"], type=Outcome) if row["answer"] else Outcome()
            told_as = before.told_as or row["number"]
            number, was_read = self._tell_again(row["incarnation"], entry, told_as)
            with self.store.write() as tx:
                place = {name: row[name] for name in ("node", "incarnation", "number")}
                tx.run("ledger.answered_up_to", **place, at=self._clock())
                if not was_read:
                    show_refusal(tx, row["position"], UNREAD, self._clock())
                if number != told_as:
                    kept = msgspec.structs.replace(before, told_as=number)
                    tx.run("ledger.set_answer", **place, answer=msgspec.json.encode(kept))
        return bool(entries)

    def _tell_again(self, incarnation: int, entry: Sent, told_as: int) -> tuple[int, bool]:
        """The number under which the center knows the question now; whether it could read it."""
        number, ways = told_as, [entry, entry, hollow(entry)]
        while True:
            told = {**self._told(), "incarnation": incarnation}
            try:
                answer, _taken = self._exchange(Ask(**told, number=number, entry=ways[0]), self._wire.ask)
            except (BadData, Refused) as error:
                if not _is_unread(error) or len(ways) == 1:
                    raise
                ways = ways[1:]
                continue
            refusing = answer.refused.get(number)
            if refusing is None or refusing.reason != "late" or number != told_as:
                return number, len(ways) > 1
            number = self._next_question()  # a newer question has overtaken it: once more

    def _exchange(
        self, message: T, carry: Callable[[T], Answer], also: Callable[[Answer, Transaction], None] | None = None
    ) -> tuple[Answer, Taken]:
        start = self._monotonic()
        answer = carry(message)
        took = self._monotonic() - start
        if not getattr(message, "wait", 0.0):  # how long a waiting answer was under way cannot be told from outside
            self._way = took / 2
        self._measured = (answer.now + int(min(took, self._way) * _MICRO), self._monotonic())
        taken = take(
            self.store,
            self._rules,
            self.kinds,
            answer,
            message,
            self._clock(),
            self.offset(),
            partial(also, answer) if also is not None else None,
        )
        self.taken += taken.documents
        self.behind = answer.changes.total
        self._after_another_life(answer, taken)
        return answer, taken

    def _after_another_life(self, answer: Answer, taken: Taken) -> None:
        """A center that was put back names everything anew."""
        if taken.anew:
            self._delivered = None
        elif self._delivered is not None:
            self._delivered |= answer.changes.documents.keys() | set(answer.changes.same)

    def _drop_what_was_not_named(self, named: set[str]) -> None:
        with self.store.write() as tx:
            for kind in self.kinds:
                for _scope, key in list(kind.everything(tx)):
                    name = f"{kind.name}/{key}"
                    if name not in named and tx.row("bases", document=name) is None:
                        self.kinds.replace(tx, name, None)
            take_counts(tx)
            tx.remove("cursors", scope=ANEW)
        self._delivered = None

    def _hear_all_from_the_beginning(self) -> None:
        with self.store.write() as tx:
            tx.run("ledger.forget_what_was_heard")
            tx.insert("cursors", scope=ANEW, version=self._hearing)
        self._delivered = set()

    def _answer_to(self, sealed: Sealed, actor: str) -> Answer:
        """Asks until there is an answer; a question without one keeps its number when it is asked again."""
        if self._open is None or self._open[:2] != (sealed.digest, actor):
            self._open = (sealed.digest, actor, self._next_question())
        for tries_left in reversed(range(1 if self._is_lost() else _TRIES)):
            number = self._open[2]
            try:
                answer, taken = self._exchange(
                    self._asking(sealed, actor, number),
                    self._wire.ask,
                    partial(self._keep, sealed, actor, number),
                )
            except OutOfReach:
                if not tries_left:
                    raise
                continue
            refusing = answer.refused.get(number)
            if refusing is not None and refusing.reason == "late":
                self._question = max(self._question, answer.asked)
                self._open = (sealed.digest, actor, self._next_question())
                continue
            self._open = None
            if taken.more:
                self.flush()
            return answer
        raise OutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def _asking(self, sealed: Sealed, actor: str, number: int) -> Ask:
        now = self._clock()
        entry = Sent(
            kind=sealed.kind,
            actor=actor,
            said_at=now,
            ahead=self.offset(),
            plain=msgspec.Raw(sealed.plain),
            personal=raw(sealed.personal),
            salt=sealed.salt,
        )
        return Ask(**self._told(), number=number, entry=entry)

    def _keep(self, sealed: Sealed, actor: str, number: int, answer: Answer, tx: Transaction) -> None:
        """Writes an answered question into the log, where the answer is to outlive the center's memory."""
        rule = self._rules[sealed.kind]
        if bytes(answer.answer) and rule.lasting:
            now = self._clock()
            keep_question(tx, rule, sealed, actor, number, answer, said_at=now, corrected_at=now + self.offset())

    def _next_question(self) -> int:
        """Numbers of questions only grow; a clock that was turned back is caught up by the center's answer."""
        self._question = max(self._question + 1, self._clock())
        return self._question

    def _is_about_what_waits(self, stream: str) -> bool:
        with self.store.read() as look:
            return look.one("ledger.open_positions", document=stream) is not None

    def _something_waits(self) -> bool:
        with self.store.read() as look:
            return bool(look.all("ledger.outbox", many=1))

    def _told(self) -> dict[str, Any]:
        with self.store.read() as look:
            here, line = look.one("ledger.here"), look.one("ledger.center_line")
            cursors = {row["scope"]: row["version"] for row in look.rows("cursors") if row["scope"] != PUT_BACK}
        assert here is not None
        assert line is not None
        hearer = cursors.pop(ANEW, None)
        if hearer is None:
            self._delivered = None
        elif hearer != self._hearing or self._delivered is None:  # whoever heard it told was stopped on the way
            self._hear_all_from_the_beginning()
            cursors = {}
        return {
            "incarnation": here["incarnation"],
            "epoch": line["epoch"],
            "sent_at": self._clock(),
            "cursors": cursors,
        }


def _is_unread(error: ClerkError) -> bool:
    """Whether the center could not read what it was told, or would not: it is too large."""
    return isinstance(error, BadData) or (isinstance(error, Refused) and error.reason == "too_large")


def _is_quiet(told: Pull, answer: Answer) -> bool:
    changes = answer.changes
    still = all(version == told.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return still and not changes.documents and not changes.same and answer.epoch == told.epoch


def line_row(store: Store) -> Row | None:
    """What is known of the line; None where the store is its own center."""
    with store.read() as look:
        return look.one("ledger.center_line")
