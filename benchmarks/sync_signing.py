"""Sign-ins of the persons at the seats of the sync benchmark, and the signatures of their entries and requests."""

from __future__ import annotations

import time
from hashlib import sha256

import msgspec

from benchmarks.sync_city import CENTER, BenchmarkSeat
from clerk_app.composition.session_tokens import make_session, make_ticket, read_ticket
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.entry_signatures import build_facts, encode_facts
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.replication.http_signatures import sign_request
from clerk_app.ledger.replication.messages import EntryMessage, SessionProof

CENTER_KEY = SigningKey.from_seed(bytes(32))
_TICKET_TIME = 72 * 3600 * 1_000_000  # microseconds


def make_seat_ticket(seat: BenchmarkSeat) -> tuple[bytes, SigningKey]:
    """Return the ticket that the center gives to the person at a seat, and the key that it is bound to."""
    key, now = SigningKey.generate(), system_clock()
    ticket = make_ticket(
        CENTER_KEY,
        center=CENTER,
        staff=seat.staff,
        node=seat.node,
        role=seat.role,
        organ=seat.organ,
        key=key.public,
        issued_at=now,
        expires_at=now + _TICKET_TIME,
    )
    return ticket, key


class SeatSession:
    """The session of the person at a seat, whose key signs their entries."""

    def __init__(self, seat: BenchmarkSeat) -> None:
        ticket, ticket_key = make_seat_ticket(seat)
        self._seat, self._key = seat, SigningKey.generate()
        self._id, token, _end = make_session(
            ticket_key, read_ticket(ticket), ticket, self._key.public, begins_at=system_clock()
        )
        self.proofs = {self._id: SessionProof(ticket=ticket, token=token)}

    def sign(self, entry: EntryMessage, chain: str, number: int) -> EntryMessage:
        """Return an entry of the seat with its signature under this number."""
        command = entry.to_remote_command(chain, 1, number)
        facts = build_facts(
            CENTER,
            command.key,
            command.sealed,
            actor=entry.actor,
            session=self._id,
            said_at=entry.said_at,
            clock_correction=entry.clock_correction,
            final_decision=bytes(entry.decision),
            depends_on=entry.depends_on,
        )
        return msgspec.structs.replace(entry, session=self._id, signature=self._key.sign(encode_facts(facts)))


def sign_post(node: str, key: SigningKey, path: str, body: bytes) -> bytes:
    """Return the header lines that sign a POST request of a node."""
    digest, created = sha256(body).digest(), int(time.time())
    signed = sign_request(key, f"{node}.1", "POST", path, digest, center=f"{CENTER}.0", created=created)
    return "".join(f"{name}: {value}\r\n" for name, value in signed.items()).encode()
