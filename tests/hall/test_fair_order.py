"""The guarantee of the order of calling, with random classes, categories, windows, requeues and transfers.

While a ticket waits for windows of its category, calls of the next ticket overtake it by `overtaken_at_most` tickets at
most; then it is called. The model of the test counts with sets of its own, not with the counts of the program.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from clerk_app.hall.fair_order import CalledTicket, CallingWindow, Choice, FairnessLimits, FairQueue, WaitingTicket

HEAD_STARTS = (0, 0, 0, 10, 20, 240)
WINDOWS = tuple(
    CallingWindow(f"w{at}", f"s{at}", frozenset(letters)) for at, letters in enumerate(("A", "AB", "BC", "C"))
)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.sampled_from("ABC"), st.sampled_from(HEAD_STARTS)),
        st.tuples(st.just("call"), st.sampled_from(WINDOWS), st.just(0)),
        st.tuples(st.just("requeue"), st.just(""), st.integers(0, 9)),
        st.tuples(st.just("put back"), st.just(""), st.integers(0, 9)),
        st.tuples(st.just("transfer"), st.sampled_from("ABC"), st.integers(0, 9)),
        st.tuples(st.just("target"), st.sampled_from(WINDOWS), st.integers(0, 9)),
        st.tuples(st.just("come back"), st.sampled_from(WINDOWS), st.integers(0, 9)),
    ),
    max_size=60,
)


@dataclass
class Hall:
    """A hall that calls by the fair order. One step takes one minute."""

    limits: FairnessLimits
    now: int = 0
    serial: int = 0
    waiting: dict[str, WaitingTicket] = field(default_factory=dict)
    served: list[WaitingTicket] = field(default_factory=list)
    calls: dict[str, frozenset[str]] = field(default_factory=dict)  # categories of the windows that called a ticket
    issued: dict[str, WaitingTicket] = field(default_factory=dict)
    overtakers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, category: str, head_start: int) -> WaitingTicket:
        self.serial += 1
        name = f"{category}{self.serial}"
        ticket = WaitingTicket(name, category, self.now - head_start, self.serial, self.now, self.now)
        self.waiting[name] = self.issued[name] = ticket
        return ticket

    def queue(self) -> FairQueue:
        called = [
            CalledTicket(self.issued[name].serial, self.issued[name].issued_at, served)
            for name, served in self.calls.items()
        ]
        return FairQueue(self.waiting.values(), called, self.limits)

    def call(self, window: CallingWindow) -> Choice | None:
        choice = self.queue().choose(window)
        if choice is None:
            return None
        ticket = self.waiting.pop(choice.ticket.id)
        for other in self.waiting.values():
            taken_later = (ticket.issued_at, ticket.serial) > other.entry
            if other.category in window.categories and taken_later:
                self.overtakers[other.id].add(ticket.id)
        self.calls[ticket.id] = self.calls.get(ticket.id, frozenset()) | window.categories
        self.served.append(ticket)
        return choice

    def wait_again(self, at: int, **changes: object) -> None:
        """Let a called ticket wait again; with a new time of entry its overtakers are counted from then on."""
        if self.served:
            ticket = msgspec.structs.replace(self.served.pop(at % len(self.served)), **changes)
            self.waiting[ticket.id] = ticket
            if "entered_at" in changes:
                self.overtakers[ticket.id].clear()


@settings(max_examples=2 * settings().max_examples)
@given(steps=steps, most=st.integers(1, 5), in_a_row=st.sampled_from([None, None, 1, 2]))
def test_no_waiting_ticket_is_overtaken_more_often_than_allowed(
    steps: list[tuple[str, object, int]], most: int, in_a_row: int | None
) -> None:
    hall = Hall(FairnessLimits(most, in_a_row))
    for act, value, number in steps:
        hall.now += 1
        if act == "take":
            hall.take(str(value), number)
        elif act == "requeue":  # after a no-show: at the end of the queue
            hall.wait_again(number, rank=hall.now, entered_at=hall.now)
        elif act == "put back":  # to its place
            hall.wait_again(number)
        elif act == "transfer":
            hall.wait_again(number, category=str(value), entered_at=hall.now, target_window="", comes_back=False)
        elif act in ("target", "come back"):
            assert isinstance(value, CallingWindow)
            hall.wait_again(number, entered_at=hall.now, target_window=value.id, comes_back=act == "come back")
        else:
            assert isinstance(value, CallingWindow)
            hall.call(value)
        for ticket in hall.waiting.values():
            assert ticket.target_window or len(hall.overtakers[ticket.id]) <= most, ticket


@given(steps=steps, most=st.integers(1, 5))
def test_a_window_calls_whoever_waits_for_it(steps: list[tuple[str, object, int]], most: int) -> None:
    hall = Hall(FairnessLimits(most))
    for act, value, number in steps:
        hall.now += 1
        if act == "take":
            hall.take(str(value), number)
        elif act == "call":
            assert isinstance(value, CallingWindow)
            has_waiting = any(value.may_call(ticket) for ticket in hall.waiting.values())
            assert (hall.call(value) is not None) == has_waiting


def test_a_ticket_overtaken_as_often_as_allowed_is_called_with_that_reason() -> None:
    hall, window = Hall(FairnessLimits(2)), CallingWindow("w", "", frozenset("A"))
    ordinary = hall.take("A", 0)
    reasons = []
    for _minute in range(3):
        hall.now += 1
        hall.take("A", 60)
        choice = hall.call(window)
        assert choice is not None
        reasons.append((choice.reason, choice.ticket.id == ordinary.id))
    assert reasons == [("rank", False), ("rank", False), ("overtaken", True)]


@given(steps=steps, most=st.integers(1, 5))
def test_a_window_calls_what_comes_back_before_others_unless_one_was_overtaken_as_often_as_allowed(
    steps: list[tuple[str, object, int]], most: int
) -> None:
    hall = Hall(FairnessLimits(most))
    for act, value, number in steps:
        hall.now += 1
        if act == "take":
            hall.take(str(value), number)
        elif act == "come back":
            assert isinstance(value, CallingWindow)
            hall.wait_again(number, entered_at=hall.now, target_window=value.id, comes_back=True)
        elif act == "call":
            assert isinstance(value, CallingWindow)
            back = {ticket.id for ticket in hall.waiting.values() if ticket.comes_back and value.may_call(ticket)}
            choice = hall.call(value)
            assert not back or (choice is not None and (choice.ticket.id in back or choice.reason == "overtaken"))


def test_one_in_a_row_alternates_between_earlier_and_preferred_tickets() -> None:
    hall, window = Hall(FairnessLimits(100, 1)), CallingWindow("w", "", frozenset("A"))
    for head_start in (0, 0, 0, 60, 60, 60):
        hall.now += 1
        hall.take("A", head_start)
    called = [choice.ticket.serial for _ in range(6) if (choice := hall.call(window)) is not None]
    assert called == [4, 1, 5, 2, 6, 3]
