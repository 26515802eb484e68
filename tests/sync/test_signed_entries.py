"""Signed entries: the center takes an entry only from the machine and the person that it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from clerk_app.center.entry_verifier import LEGACY_DAYS
from clerk_app.composition.signature_audit import find_signature_breaks
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.audit import ChainBreak, verify_log
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import sealed_from_row
from clerk_app.ledger.entry_signatures import decode_facts, sign_heading, signature_columns
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.replication.messages import EntryMessage, PushRequest, Response, compute_batch_digest
from clerk_app.people.staff import ResetPin, SetStaffState
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.outbox import next_push_request
from tests.fast_pins import hash_pin_fast
from tests.sample_data import PIN
from tests.sync.city import CENTER_KEY, City, SampleWindow


@pytest.fixture
def window(city: City) -> SampleWindow:
    """A window with a key pair, at which clerk-1 has signed in."""
    made = city.join("n1", window="w1")
    made.use_machine_key(city)
    made.office = replace(made.office, store_key="0f" * 32)  # seals the key of a ticket
    verify_here(made.office, "1000", PIN, "w1")
    return made


def set_state(window: SampleWindow, state: str, actor: str = "clerk-1") -> None:
    window.office.door.perform(SetWindowState(window="w1", state=state), actor)


def next_push(window: SampleWindow) -> PushRequest:
    fields = {"incarnation": 1, "epoch": "first", "sent_at": 0, "cursors": {}}
    with window.store.read() as tx:
        push = next_push_request(tx, window.office.door.rules, fields)
    assert push is not None
    return push


def push_altered(window: SampleWindow, **changes: Any) -> str:
    """Push what waits, the last entry with these changes; return why it was rejected, or ""."""
    push = next_push(window)
    entries = (*push.entries[:-1], msgspec.structs.replace(push.entries[-1], **changes))
    push = msgspec.structs.replace(push, entries=entries, batch_digest=compute_batch_digest(entries))
    return rejection(push, window.transport.push(push))


def rejection(push: PushRequest, response: Response) -> str:
    found = response.refused.get(push.first + len(push.entries) - 1)
    return found.reason if found is not None else ""


def test_entries_of_a_session_are_taken_and_can_be_verified_later(city: City, window: SampleWindow) -> None:
    case = window.accept_birth()
    window.client.flush()
    assert [row["number"] for row in city.center.select("cases")] == [case]
    assert city.center.select("objections") == []
    rows = [row for row in city.center.select("ledger_entries", node="n1") if row["kind"] == "AcceptCase"]
    assert {row["session"] for row in rows} == {row["id"] for row in city.center.select("staff_sessions")}
    facts = decode_facts(rows[0]["statement"])
    assert (facts.center, facts.chain, facts.actor, facts.number) == ("center-1", "n1", "clerk-1", rows[0]["number"])
    assert window.select("refusals") == []
    assert find_signature_breaks(window.store, ()) == []  # it has no keys of the center to check its own entries with


@pytest.mark.wide
def test_entries_are_sent_after_a_sign_out_and_a_restart(city: City, window: SampleWindow) -> None:
    window.transport.down = True
    set_state(window, "open")
    window.office.sessions.close("clerk-1")
    window.transport.down = False
    window.client.flush()
    assert window.select("refusals") == []
    assert city.center.select("windows", id="w1")[0]["staff"] == "clerk-1"


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signature": b""}, "unsigned"),
        ({"signature": bytes(64)}, "signature"),
        ({"actor": "clerk-2"}, "session"),
        pytest.param({"actor": "nobody"}, "session", marks=pytest.mark.wide),
        ({"actor": "system", "session": ""}, "signature"),
        pytest.param({"session": "AAAAAAAAAAAAAAAAAAAAAA"}, "session", marks=pytest.mark.wide),
        pytest.param({"session": ""}, "session", marks=pytest.mark.wide),
        pytest.param({"said_at": 5}, "signature", marks=pytest.mark.wide),
        pytest.param({"clock_correction": 5}, "signature", marks=pytest.mark.wide),
        ({"plain": msgspec.Raw(b'{"window":"w1","state":"closed"}')}, "signature"),
        ({"kind": "NoSuchKind"}, "bad_data"),
    ],
)
def test_an_altered_entry_is_rejected(city: City, window: SampleWindow, changes: dict[str, Any], reason: str) -> None:
    window.client.flush()
    set_state(window, "open")
    before = city.center.select("windows", id="w1")
    assert push_altered(window, **changes) in (reason, "")
    assert city.center.select("windows", id="w1") == before
    assert city.center.select("ledger_entries", node="n1")[-1]["outcome"] == "refused"


def test_a_machine_cannot_act_for_a_person_who_is_not_signed_in_there(city: City, window: SampleWindow) -> None:
    window.client.flush()
    with pytest.raises(Refused) as refused:  # a call
        window.office.door.perform(SetStaffState(staff="clerk-2", state="dismissed", reason="x"), "admin")
    assert refused.value.reason in ("session", "machine")
    with pytest.raises(Refused) as here:  # the window itself refuses what the center would reject
        set_state(window, "closed", "supervisor")
    assert here.value.reason == "session"
    window.office.sessions.close("clerk-1")
    window.office.door.signer = None
    set_state(window, "closed", "supervisor")
    window.office.door.signer = window.client.signer
    forger = window.client.signer
    assert forger is not None
    with window.store.write() as tx:
        row = tx.select("ledger_entries", order=("position",), node="n1")[-1]
        signed = sign_heading(forger, row, sealed_from_row(row), b"", 0)
        tx.update("ledger_entries", {"position": row["position"]}, **signature_columns(signed))
    push = next_push(window)
    assert rejection(push, window.transport.push(push)) == "session"


@pytest.mark.wide
def test_a_forged_acceptance_leaves_nothing_at_the_center(city: City, window: SampleWindow) -> None:
    window.client.flush()
    window.accept_birth()
    push = next_push(window)
    entries = tuple(msgspec.structs.replace(entry, signature=b"") for entry in push.entries)
    push = msgspec.structs.replace(push, entries=entries, batch_digest=compute_batch_digest(entries))
    response = window.transport.push(push)
    assert {found.reason for found in response.refused.values()} <= {"unsigned", "because"}
    assert city.center.select("cases") == []


def test_a_signed_entry_is_taken_once(city: City, window: SampleWindow) -> None:
    window.client.flush()
    set_state(window, "paused")
    push = next_push(window)
    assert rejection(push, window.transport.push(push)) == ""
    window.client.flush()
    row = window.select("ledger_entries", node="n1")[-1]
    again: EntryMessage = msgspec.structs.replace(push.entries[-1], statement=row["statement"])
    replay = msgspec.structs.replace(
        push, first=row["number"] + 1, entries=(again,), batch_digest=compute_batch_digest((again,))
    )
    assert rejection(replay, window.transport.push(replay)) == "signature"


@pytest.mark.wide
def test_an_entry_under_other_numbers_is_taken_once_in_one_batch(city: City, window: SampleWindow) -> None:
    set_state(window, "paused")
    push = next_push(window)
    again = msgspec.structs.replace(push.entries[-1], statement=window.select("ledger_entries")[-1]["statement"])
    entries = (*push.entries[:-1], again, again, again)
    response = window.transport.push(
        msgspec.structs.replace(push, entries=entries, batch_digest=compute_batch_digest(entries))
    )
    last = push.first + len(entries) - 1
    assert {number: found.reason for number, found in response.refused.items()} == dict.fromkeys(
        (last - 1, last), "signature"
    )


def ask_for_state(window: SampleWindow, state: str) -> str:
    """Why a call of clerk-1 was refused; "" if it was not."""
    try:
        window.client.call(SetWindowState(window="w1", state=state), "clerk-1")
    except Refused as refused:
        return refused.reason
    return ""


@pytest.mark.wide
def test_a_new_pin_and_a_suspension_end_the_tickets_given_before(city: City, window: SampleWindow) -> None:
    assert ask_for_state(window, "open") == ""
    commands: tuple[Command[Any], ...] = (
        ResetPin(staff="clerk-1", pin_hash=hash_pin_fast("739461")),
        SetStaffState(staff="clerk-1", state="suspended", reason="x"),
        SetStaffState(staff="clerk-1", state="active", reason="x"),
    )
    for command in commands:
        window.clock.advance(seconds=2)
        city.center.clock.advance(seconds=2)
        city.center.door.perform(command, "admin")
    assert ask_for_state(window, "paused") == "session"
    ticket = window.office.sealed_tickets.unseal("clerk-1", PIN)
    assert ticket is not None
    window.office.sessions.open(window.store, "clerk-1", *ticket, window.office.now)
    assert ask_for_state(window, "paused") == "session"  # nor a new session of the old ticket
    verify_here(window.office, "1000", "739461", "w1")


@pytest.mark.wide
def test_a_session_that_claims_an_early_beginning_does_not_outlive_its_ticket(city: City, window: SampleWindow) -> None:
    ticket = window.office.sealed_tickets.unseal("clerk-1", PIN)
    assert ticket is not None
    draft = window.prepare_birth()
    window.client.flush()
    began_at = window.office.now
    for clock in (window.clock, city.center.clock):
        clock.advance(minutes=20 * 24 * 60)
    city.center.door.perform(SetStaffState(staff="clerk-2", state="suspended", reason="x"), "admin")
    window.office.sessions.open(window.store, "clerk-1", *ticket, began_at)
    assert ask_for_state(window, "open") == "session"
    case = window.accept(draft)
    window.client.flush()
    assert city.center.select("cases") == []
    assert [row["number"] for row in city.center.select("rejected_acceptances")] == [case]


@pytest.mark.wide
def test_entries_under_new_numbers_after_a_fork_are_taken(city: City, window: SampleWindow) -> None:
    set_state(window, "open")
    window.client.flush()
    number = max(row["number"] for row in city.center.select("ledger_entries", node="n1")) + 1
    window.transport.down = True
    set_state(window, "paused")
    window.transport.down = False
    with city.center.store.write() as tx:  # another program has used the identity
        (last,) = tx.select("ledger_entries", node="n1", number=number - 1)
        tx.insert("ledger_entries", **{**last, "position": 10_000, "number": number, "revision": 10_000, "said_at": 1})
    window.client.flush()
    assert city.center.select("windows", id="w1")[0]["state"] == "paused"
    signed = city.center.select("ledger_entries", node="n1", incarnation=2)
    assert [row["outcome"] for row in signed] == ["done"] * len(signed)
    assert all(row["signature"] for row in signed)


@pytest.mark.wide
def test_a_machine_that_registered_its_key_later_may_send_what_waits(city: City) -> None:
    window = city.join("n1", window="w1")
    key = window.use_machine_key(city)
    assert isinstance(key.public, PublicKey)
    window.office.door.signer = window.client.signer = None
    with city.center.store.write() as tx:
        tx.update("node_keys", {"node": "n1", "number": 1}, added_at=city.center.clock())
    set_state(window, "open")
    push = next_push(window)
    assert rejection(push, window.transport.push(push)) == ""
    city.center.clock.advance(minutes=LEGACY_DAYS * 24 * 60 + 1)
    set_state(window, "paused")
    push = next_push(window)
    assert rejection(push, window.transport.push(push)) == "unsigned"


def breaks_of(city: City, chain: str) -> list[ChainBreak]:
    """Return what an audit of the center finds in a chain; the window asked for numbers before it had a key."""
    found = find_signature_breaks(city.center.store, [CENTER_KEY.public])
    return [chain_break for chain_break in found if chain_break.node == chain]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"signature": bytes(64)}, "signature wrong", id="signature"),
        pytest.param({"session": "00" * 16}, "signature wrong", id="session"),
        pytest.param({"statement": b"[]"}, "signature wrong", id="statement"),
        pytest.param({"session": None, "statement": None, "signature": None}, "not signed", id="none"),
    ],
)
def test_an_audit_of_the_center_names_the_entry_whose_signature_was_changed(
    city: City, window: SampleWindow, changes: dict[str, Any], problem: str
) -> None:
    set_state(window, "paused")
    city.exchange_all()
    assert breaks_of(city, "n1") == []
    (entry,) = (row for row in city.center.select("ledger_entries", node="n1") if row["kind"] == "SetWindow")
    with city.center.store.write() as tx:
        tx.update("ledger_entries", {"node": "n1", "number": entry["number"]}, **changes)
    assert breaks_of(city, "n1") == [ChainBreak("n1", entry["number"], problem)]


@pytest.mark.parametrize("column", ["statement", "signature", "session"])
@pytest.mark.wide
def test_an_audit_names_an_entry_of_which_a_value_has_another_type(
    city: City, window: SampleWindow, column: str
) -> None:
    set_state(window, "paused")
    city.exchange_all()
    store = city.center.store
    (entry,) = (row for row in city.center.select("ledger_entries", node="n1") if row["kind"] == "SetWindow")
    value = b"bytes" if column == "session" else "text"
    with store.write() as tx:
        tx.update("ledger_entries", {"node": "n1", "number": entry["number"]}, **{column: value})
    assert breaks_of(city, "n1") == []
    assert ChainBreak("n1", entry["number"], "retyped") in verify_log(store)[1]
