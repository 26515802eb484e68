"""Limits on what a machine with a key may ask of the center in a minute or a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.center.rate_limits import BACKLOG_MINUTES, RateLimits
from clerk_app.center.shared_limits import require_shared_limits
from clerk_app.errors import Refused
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.ledger.commands import Command
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.numbers import MAX_BLOCKS_PER_DAY, RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.replication.messages import CallRequest, ErrorBody, PushRequest, SignInRequest
from clerk_app.people import SYSTEM
from tests.city_policy import publish_policy
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS, HALL
from tests.sample_node import RunningCenter, SampleNode, build_entry, pause_entry, read_limit


def join_kiosk(served: RunningCenter) -> SampleNode:
    return SampleNode.enrol(served.client, served.invite(window="", kind="kiosk"))


def ask(node: SampleNode, command: Command[Any], actor: str = SYSTEM) -> str:
    """The reason for which a command is refused; empty if it is done."""
    return next((refusal.reason for refusal in node.call(command, actor).refused.values()), "")


def ask_directly(node: SampleNode, actor: str) -> tuple[int, str, str]:
    """Status, reason and sentence of the answer to a command that asks for nothing."""
    node.last_call_number += 1
    entry = build_entry(LendNumbers(node="nobody", incarnation=1), actor)
    message = CallRequest(**node.request_fields(), number=node.last_call_number, entry=entry)
    response = node.post("ask", msgspec.json.encode(message))
    if response.status_code == 200:
        return 200, "", ""
    error = msgspec.json.decode(response.content, type=ErrorBody)
    return response.status_code, error.reason, error.sentence


def test_kiosk_gets_so_many_tickets_in_a_minute(served: RunningCenter, office: SampleOffice) -> None:
    kiosk, other, limit = join_kiosk(served), join_kiosk(served), DEFAULT_POLICY.tickets_per_minute_of_machine
    publish_policy(office.office, tickets_at_once_of_kiosk=limit)
    ticket = PrepareTicket(hall=HALL, category="A")
    assert [ask(kiosk, ticket) for _ in range(limit + 2)] == [""] * limit + ["tickets"] * 2
    assert ask(other, ticket) == ""
    office.clock.advance(seconds=61)
    kiosk.is_clock_known = False
    assert ask(kiosk, ticket) == ""
    assert len(office.select("tickets")) == limit + 2
    assert read_limit(served, "tickets") == 2
    assert find_faults(office.store) == []  # a rebuild counts alike


def test_kiosk_gets_so_many_tickets_in_an_hour(served: RunningCenter, office: SampleOffice) -> None:
    kiosk = join_kiosk(served)
    reception = SampleNode.enrol(served.client, served.invite(window="", kind="reception"))
    publish_policy(office.office, tickets_at_once_of_kiosk=30, tickets_per_hour_of_kiosk=10)
    ticket = PrepareTicket(hall=HALL, category="A")
    assert [ask(kiosk, ticket) for _ in range(11)] == [""] * 10 + ["tickets"]
    assert ask(reception, ticket) == ""
    office.clock.advance(minutes=59)
    kiosk.is_clock_known = False
    assert ask(kiosk, ticket) == "tickets"
    office.clock.advance(minutes=2)
    kiosk.is_clock_known = False
    assert ask(kiosk, ticket) == ""
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_machine_borrows_so_many_blocks_of_numbers_in_a_day(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    lend = LendNumbers(node=window.enrolled.node, incarnation=1)
    more = MAX_BLOCKS_PER_DAY - 1 - RESERVE_BLOCKS
    assert [ask(window, lend) for _ in range(more + 2)] == [""] * more + ["blocks"] * 2
    assert ask(window, LendNumbers(node=window.enrolled.node, incarnation=2)) == "blocks"
    office.clock.advance(hours=25)
    window.is_clock_known = False
    assert ask(window, lend) == ""
    assert read_limit(served, "blocks") == 3


@pytest.mark.wide
def test_machine_asks_so_often_in_a_minute(served: RunningCenter, office: SampleOffice) -> None:
    publish_policy(office.office, calls_per_minute_of_machine=30, calls_per_minute_of_person=100)
    window, other = served.join(), served.join(window="w2")
    answers = [ask_directly(window, SYSTEM) for _ in range(32)]
    assert [status for status, _reason, _sentence in answers[:30]] == [200] * 30
    assert answers[-1] == (
        429,
        "calls",
        "This machine asked the center too often in a minute. Wait a moment, then repeat it.",
    )
    entries = len(office.select("ledger_entries"))
    assert ask_directly(window, CLERKS[0])[0] == 429
    assert len(office.select("ledger_entries")) == entries  # a refused question leaves no entry
    assert ask_directly(other, SYSTEM)[0] == 200
    assert window.push(pause_entry()).last_number == 1  # what was done there is taken all the same
    assert read_limit(served, "calls") >= 2


@pytest.mark.wide
def test_person_asks_so_often_in_a_minute(served: RunningCenter, office: SampleOffice) -> None:
    publish_policy(office.office, calls_per_minute_of_person=30)
    window = served.join()
    answers = [ask_directly(window, CLERKS[0])[:2] for _ in range(32)]
    assert answers[0] == (200, "")
    assert answers[-1] == (429, "calls")
    assert ask_directly(window, CLERKS[1])[0] == 200


def test_sign_ins_at_a_machine_are_limited_before_the_pin_is_compared(
    served: RunningCenter, office: SampleOffice
) -> None:
    publish_policy(office.office, sign_ins_per_minute_of_machine=3)
    window = served.join()
    request = SignInRequest(number="no such number", pin="471902", public_key=SigningKey.generate().public.text)
    answers = [window.post("sign-in", msgspec.json.encode(request)) for _ in range(4)]
    reasons = [msgspec.json.decode(answer.content, type=ErrorBody).reason for answer in answers]
    assert reasons == ["wrong"] * 3 + ["sign_ins"]
    assert (read_limit(served, "wrong"), read_limit(served, "sign_ins")) == (3, 1)


@pytest.mark.wide
def test_pins_that_are_sent_at_once_are_compared_one_after_the_other(
    served: RunningCenter, office: SampleOffice
) -> None:
    publish_policy(office.office, sign_ins_per_minute_of_machine=100, wrong_pins_before_lockout=3)
    window, other = served.join(), served.join(window="w2")
    pins = [f"7394{number}" for number in range(10, 26)]

    def sign_in(node: SampleNode, number: str, pin: str) -> str:
        request = SignInRequest(number=number, pin=pin, public_key=SigningKey.generate().public.text)
        return msgspec.json.decode(node.post("sign-in", msgspec.json.encode(request)).content, type=ErrorBody).reason

    assert sign_in(window, "x", pins[0]) == "wrong"  # the node learns the center's time
    with ThreadPoolExecutor(8) as threads:
        for number in ("1000", "no such number"):  # one answer for both
            answers = list(threads.map(sign_in, [window] * len(pins), [number] * len(pins), pins))
            assert set(answers) == {"wrong", "sign_ins"}
    compared = len(office.select("ledger_entries", kind="SignIn"))
    assert 1 <= compared <= 6  # three before the lock-out, three during it
    assert sign_in(other, "1000", "111111") == "wrong"


@pytest.mark.wide
def test_backlog_of_a_day_is_taken_at_once_and_more_of_it_later() -> None:
    now, limit = [0.0], DEFAULT_POLICY.entries_per_minute_of_machine
    limits = RateLimits(lambda: now[0])
    batch = PushRequest(incarnation=1, sent_at=0, first=1, entries=(pause_entry(),) * 500, batch_digest=b"")
    for _ in range(BACKLOG_MINUTES * limit // 500):
        limits.require_message(DEFAULT_POLICY, "n1", batch)
    with pytest.raises(Refused) as refused:
        limits.require_message(DEFAULT_POLICY, "n1", batch)
    assert refused.value.reason == "busy"  # the machine keeps its entries and sends them again
    limits.require_message(DEFAULT_POLICY, "n2", batch)
    now[0] += 60 * 500 / limit + 0.001
    limits.require_message(DEFAULT_POLICY, "n1", batch)


@pytest.mark.wide
def test_calls_and_entries_are_counted_over_all_processes_of_a_store(
    served: RunningCenter, office: SampleOffice
) -> None:
    node = served.join()
    actor = CLERKS[0]
    for _call in range(4):
        ask_directly(node, actor)
    for _entry in range(3):
        node.push(pause_entry())
    name, now = node.enrolled.node, office.clock()
    lend = LendNumbers(node="x", incarnation=1)
    call, other = (
        CallRequest(**node.request_fields(), number=99, entry=build_entry(lend, person)) for person in (actor, SYSTEM)
    )
    push = node.build_push(pause_entry())

    def refusal(message: CallRequest | PushRequest, now: int, **limits: int) -> str:
        with office.store.read() as tx:  # as another process with an empty memory sees it
            try:
                require_shared_limits(tx, DEFAULT_POLICY.model_copy(update=limits), name, message, now)
            except Refused as refused:
                return refused.reason
        return ""

    assert [refusal(call, now, calls_per_minute_of_machine=limit) for limit in (4, 5)] == ["calls", ""]
    assert [refusal(call, now, calls_per_minute_of_person=limit) for limit in (4, 5)] == ["calls", ""]
    assert refusal(other, now, calls_per_minute_of_person=4) == ""
    assert refusal(call, now + 61_000_000, calls_per_minute_of_machine=4) == ""
    assert refusal(push, now) == ""
