"""What hostile machines of a simulated city send. Each attack checks the center's answer and returns what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import msgspec

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.cases.tasks.claims import ClaimTask, TakeBackTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.composition.session_tokens import make_session, make_ticket, read_ticket
from clerk_app.errors import ClerkError
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import InviteNode, ShutNode
from clerk_app.ledger.numbers import LendNumbers, format_case_number
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.replication.messages import (
    ABSENT,
    CallRequest,
    EntryMessage,
    PushRequest,
    SessionProof,
    raw_or_absent,
)
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff, SetStaffState
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.hostile import INVARIANT, Forgery, HostileMachine
from tests.simulation.scenario import HOUR, OPENING
from tests.simulation.sign_ins import CENTER

Captured = Sequence[PushRequest | CallRequest]
OWN_WINDOW = "wx"
_YEAR = 26
_STRANGE_TIMES = (-(2**53), -1, 0, OPENING - 400 * 24 * HOUR, OPENING + 400 * 24 * HOUR, 2**53)
_STRANGE_NUMBERS = (0, 2, 1_000, 2**53)


def attack(machine: HostileMachine, captured: Captured, numbers: range, rng: Random) -> str:
    """Let a hostile machine do one of the attacks; `numbers` are the serials lent to it. Raises InvariantViolation."""
    name = rng.choice(list(ATTACKS))
    try:
        machine.pull()
        return f"{name}: {ATTACKS[name](machine, captured, numbers, rng)}"
    except (ClerkError, msgspec.DecodeError) as error:
        return f"{name}: not taken ({error})"


def _make_entry(command: Command[Any], actor: str, **fields: Any) -> EntryMessage:
    sealed = seal(command)
    personal = raw_or_absent(sealed.personal)
    return EntryMessage(
        kind=sealed.kind,
        actor=actor,
        plain=msgspec.Raw(sealed.plain),
        personal=personal,
        salt=sealed.salt,
        **{"said_at": OPENING, **fields},
    )


def _make_window_entry(actor: str, state: str = "open", **fields: Any) -> EntryMessage:
    """Return the entry of a command that the person at the hostile window may give."""
    command = msgspec.convert({"window": OWN_WINDOW, "state": state}, SetWindowState)
    return _make_entry(command, actor, **fields)


def _list_entries(captured: Captured) -> list[tuple[EntryMessage, dict[str, SessionProof]]]:
    """Return the captured entries, each with the proofs of its request."""
    found = []
    for request in captured:
        entries = request.entries if isinstance(request, PushRequest) else (request.entry,)
        found += [(entry, dict(request.sessions)) for entry in entries]
    return found


# machine and session


def _send_unsigned(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    entry = _make_window_entry(machine.staff)
    signed = machine.sign(entry)
    signature = rng.choice((b"", bytes(64), signed.signature[:63], rng.randbytes(64), signed.signature + b"x"))
    return machine.send_forgery(Forgery(msgspec.structs.replace(signed, signature=signature)))


def _send_altered(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Sign one statement and send another."""
    signed = machine.sign(_make_window_entry(machine.staff))
    changes: dict[str, Any] = rng.choice(
        (
            {"said_at": OPENING + 1},
            {"clock_correction": 7},
            {"depends_on": 1},
            {"plain": msgspec.Raw(b'{"window":"w1","state":"closed"}')},
            {"session": ""},
            {"statement": b"[]"},
            {"statement": b"\xff"},
            {"statement": signed.signature},
        )
    )
    return machine.send_forgery(Forgery(msgspec.structs.replace(signed, **changes)))


def _use_another_session(machine: HostileMachine, captured: Captured, _: range, rng: Random) -> str:
    """Name the captured session of another person, and sign with a key of this machine."""
    stolen = [found for found in _list_entries(captured) if found[0].session]
    if not stolen:
        return "nothing captured"
    other, proofs = rng.choice(stolen)
    actor = rng.choice((other.actor, machine.staff))
    key = rng.choice((machine.session_key, machine.key, machine.ticket_key))
    entry = machine.sign(_make_window_entry(actor), session=other.session, key=key)
    return machine.send_forgery(Forgery(entry, proofs))


def _use_own_ticket(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Sign in with a ticket that is not the center's, or with a session that another key signed."""
    ticket_key, key, staff = SigningKey.generate(), SigningKey.generate(), rng.choice(("clerk-1", machine.staff))
    ticket = make_ticket(
        rng.choice((ticket_key, machine.key)),
        center=CENTER,
        staff=staff,
        node=machine.spec.node,
        role="supervisor",
        organ=machine.spec.organs[0],
        key=ticket_key.public,
        issued_at=OPENING,
        expires_at=OPENING + 100 * HOUR,
    )
    if rng.random() < 0.5:  # the center's ticket, and a session signed by another key
        ticket, staff = machine.ticket, machine.staff
    session, token, _end = make_session(ticket_key, read_ticket(ticket), ticket, key.public, begins_at=OPENING)
    entry = machine.sign(_make_window_entry(staff), session=session, key=key)
    return machine.send_forgery(Forgery(entry, {session: SessionProof(ticket=ticket, token=token)}))


def _use_expired_ticket(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    key, begins_at = SigningKey.generate(), read_ticket(machine.ticket).expires_at + rng.choice((0, HOUR))
    session, token, _end = make_session(
        machine.ticket_key, read_ticket(machine.ticket), machine.ticket, key.public, begins_at=begins_at
    )
    entry = machine.sign(_make_window_entry(machine.staff), session=session, key=key)
    return machine.send_forgery(Forgery(entry, {session: SessionProof(ticket=machine.ticket, token=token)}))


def _act_as_another(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Act for a person who is not signed in here, by the own session or by the machine's key."""
    actor = rng.choice(("clerk-1", "clerk-2", "super-d1", "system", "schedule", CENTER, "nobody", ""))
    entry = _make_window_entry(actor)
    by_machine = rng.random() < 0.5
    signed = machine.sign(entry, session="", key=machine.key) if by_machine else machine.sign(entry)
    if by_machine and actor == SYSTEM and rng.random() < 0.5:
        signed = msgspec.structs.replace(signed, actor="clerk-1")
    return machine.send_forgery(Forgery(signed))


# role and place


def _give_other_commands(machine: HostileMachine, captured: Captured, _: range, rng: Random) -> str:
    """Give commands of another kind of machine, another role or another place, as entry or call."""
    tasks = _list_captured_tasks(captured)
    task, fence = rng.choice(tasks) if tasks else ("260000000017-1", 1)
    commands: tuple[Command[Any], ...] = (
        RegisterStaff(id="evil", number="6666", name="x", role="administrator", pin_hash="", organ="centre-east"),
        InviteNode(digest="00" * 32, name="x", node_kind="admin", hall="", window="", organs=(), seconds=3600),
        ShutNode(node="n1", reason="x"),
        SetStaffState(staff="clerk-1", state="dismissed", reason="x"),
        EraseCase(case=task.partition("-")[0], reason="x"),
        LendNumbers(node="n1", incarnation=1),
        ClaimTask(organ="health", task=task),
        TakeBackTask(task=task, reason="x"),
        DecideTask(task=task, fence=fence, outcome="approved"),
        SetWindowState(window="w1", state="closed"),
    )
    command = rng.choice(commands)
    is_call = rng.random() < 0.5
    actor = rng.choice((machine.staff, machine.staff, SYSTEM, machine.spec.node))
    signing: dict[str, Any] = {"is_call": is_call}
    if actor != machine.staff:
        signing |= {"session": "", "key": machine.key}
    entry = _make_entry(command, actor)
    if rng.random() < 0.3:
        entry = msgspec.structs.replace(entry, decision=msgspec.Raw(b"{}"), receipt=_make_receipt(rng))
    forgery = Forgery(machine.sign(entry, **signing))
    outcome = machine.send_forged_call(forgery) if is_call else machine.send_forgery(forgery)
    return f"{command.stored_name} by {actor}: {outcome}"


def _list_captured_tasks(captured: Captured) -> list[tuple[str, int]]:
    decided = [entry for entry, _proofs in _list_entries(captured) if entry.kind == DecideTask.stored_name]
    commands = [msgspec.json.decode(entry.plain, type=DecideTask) for entry in decided]
    return [(command.task, command.fence) for command in commands]


def _make_receipt(rng: Random) -> Receipt:
    return Receipt(
        key_number=1,
        epoch=rng.choice(("first", "")),
        number=1,
        said_at=OPENING,
        position=10**6,
        decided_at=OPENING,
        link=bytes(32),
        mac=bytes(32),
    )


# form


def _forge_acceptance(machine: HostileMachine, captured: Captured, numbers: range, rng: Random) -> str:
    """Send an acceptance that no honest program of this machine can have made."""
    found = _pick_acceptance(machine, captured, rng)
    if found is None:
        return "nothing captured"
    command, decision = found
    serial = rng.choice(numbers)
    own = _renumber(decision, serial)
    changes: tuple[tuple[AcceptCase, Accepted], ...] = (
        (command, decision),  # under the number of another window
        (command, _renumber(decision, rng.choice((0, 10**9 - 1, numbers[-1] + 5_000)))),
        (command, msgspec.structs.replace(own, number="000000000000")),
        (command, msgspec.structs.replace(own, number="9" * 5_000)),
        (msgspec.structs.replace(command, catalogue_version="1.0"), own),
        (msgspec.structs.replace(command, catalogue="x" * 150), own),
        (msgspec.structs.replace(command, one_thing="none"), own),
        (msgspec.structs.replace(command, draft="x" * 20_000), own),
        (command, msgspec.structs.replace(own, tasks=own.tasks[:-1])),
        (command, msgspec.structs.replace(own, tasks=own.tasks * 30)),
        (command, msgspec.structs.replace(own, matters=())),
        (command, msgspec.structs.replace(own, site="centre-west")),
        (command, msgspec.structs.replace(own, state="issued")),
        (command, msgspec.structs.replace(own, promised_at=2**62)),
        (msgspec.structs.replace(command, personal=None), own),
    )
    changed, forged = rng.choice(changes)
    entry = _make_entry(changed, machine.staff, decision=msgspec.Raw(msgspec.json.encode(forged)))
    if rng.random() < 0.3:
        entry = msgspec.structs.replace(entry, receipt=_make_receipt(rng), previously_refused=rng.random() < 0.5)
    if rng.random() < 0.1:
        entry = msgspec.structs.replace(entry, decision=rng.choice((ABSENT, msgspec.Raw(b"[]"), msgspec.Raw(b"{}"))))
    return machine.send_forgery(Forgery(machine.sign(entry, is_final=True)))


def _pick_acceptance(machine: HostileMachine, captured: Captured, rng: Random) -> tuple[AcceptCase, Accepted] | None:
    """Return a captured acceptance of the machine's own site: its data are known there."""
    found = []
    for entry, _proofs in _list_entries(captured):
        if entry.kind == AcceptCase.stored_name and bytes(entry.personal):
            decision = msgspec.json.decode(entry.decision, type=Accepted)
            if decision.site in machine.spec.organs:
                found.append((entry, decision))
    if not found:
        return None
    entry, decision = rng.choice(found)
    command = msgspec.json.decode(entry.plain, type=dict[str, msgspec.Raw]) | {"personal": entry.personal}
    return msgspec.json.decode(msgspec.json.encode(command), type=AcceptCase), decision


def _renumber(decision: Accepted, serial: int) -> Accepted:
    number, length = format_case_number(_YEAR, serial), len(decision.number)
    return msgspec.structs.replace(
        decision,
        number=number,
        serial=serial,
        applicant=number + decision.applicant[length:],
        notice=number + decision.notice[length:],
        tasks=tuple(msgspec.structs.replace(task, id=number + task.id[length:]) for task in decision.tasks),
    )


def _send_meaningless(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Send entries that mean nothing."""
    plain = rng.choice((b"null", b"[]", b"{}", b'{"window":7}', b'{"window":"' + b"x" * 50_000 + b'"}', b"[" * 900))
    kind = rng.choice(("NoSuchKind", "", "SetWindowState", "SaveDraft", "BeginIncarnation", "InitialiseWindow"))
    entry = msgspec.structs.replace(_make_window_entry(machine.staff), kind=kind, plain=msgspec.Raw(plain))
    if rng.random() < 0.3:
        entry = msgspec.structs.replace(entry, erased=rng.choice((b"", bytes(32))))
    return machine.send_forgery(Forgery(machine.sign(entry)))


# replay


def _replay_captured(machine: HostileMachine, captured: Captured, _: range, rng: Random) -> str:
    """Send captured entries of others under the own numbers."""
    entries = _list_entries(captured)
    if not entries:
        return "nothing captured"
    entry, proofs = rng.choice(entries)
    if rng.random() < 0.5:
        return machine.send_forgery(Forgery(entry, proofs))
    statement = machine.sign(entry, session=entry.session).signature  # any bytes that are no statement
    return machine.send_forgery(Forgery(msgspec.structs.replace(entry, statement=statement), proofs))


def _replay_own(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Send an earlier request again, as it was or under the next number."""
    if not machine.sent:
        return "nothing sent"
    request = rng.choice(machine.sent)
    if rng.random() < 0.5 or request.first == machine.last_number + 1:  # a restored center may have lost it
        response = machine.transport.push(request)
        return f"last number {response.last_number}, fork {response.fork}"
    again = msgspec.structs.replace(request, first=machine.last_number + 1)
    return machine.send_forgery(Forgery(again.entries[0], dict(again.sessions)))


def _send_strange_numbers(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Send an entry under a number that is not the next one, or in another incarnation."""
    number = machine.last_number + rng.choice(_STRANGE_NUMBERS)
    number = min(number, 2**53)
    if number == machine.last_number + 1:
        return "the next number"
    request = machine.push([machine.sign(_make_window_entry(machine.staff), number=number)], {}, first=number)
    if rng.random() < 0.3:
        request = msgspec.structs.replace(request, batch_digest=bytes(32))
    response = machine.transport.push(request)
    if response.last_number > machine.last_number:
        raise InvariantViolation(INVARIANT, node=machine.spec.node, number=number, last=response.last_number)
    return f"number {number}: last number {response.last_number}, fork {response.fork}"


# time


def _send_strange_time(machine: HostileMachine, _: Captured, __: range, rng: Random) -> str:
    """Send a permitted command with a wrong time, which is taken, with a bounded time."""
    if machine.staff != "clerk-x":
        return "nothing permitted"
    said_at, correction = rng.choice(_STRANGE_TIMES), rng.choice((0, 0, *_STRANGE_TIMES))
    state = rng.choice(("open", "paused"))
    entry = machine.sign(_make_window_entry(machine.staff, state, said_at=said_at, clock_correction=correction))
    response = machine.send(machine.push([entry], {}))
    return ", ".join(refusal.reason for refusal in response.refused.values()) or "taken"


ATTACKS: dict[str, Callable[[HostileMachine, Captured, range, Random], str]] = {
    "unsigned": _send_unsigned,
    "altered": _send_altered,
    "another_session": _use_another_session,
    "own_ticket": _use_own_ticket,
    "expired_ticket": _use_expired_ticket,
    "another_actor": _act_as_another,
    "other_commands": _give_other_commands,
    "acceptance": _forge_acceptance,
    "meaningless": _send_meaningless,
    "replay_captured": _replay_captured,
    "replay_own": _replay_own,
    "numbers": _send_strange_numbers,
    "time": _send_strange_time,
}
