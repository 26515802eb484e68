"""Hostile machines of a simulated city: enrolled, with a person signed in, but with a program of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from clerk_app.composition.session_tokens import make_session, read_ticket
from clerk_app.errors import ClerkError
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.entry_signatures import build_facts, encode_facts
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EntryMessage,
    PullRequest,
    PushRequest,
    Response,
    SessionProof,
    compute_batch_digest,
)
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.network import SimulatedTransport
from tests.simulation.scenario import NodeSpec
from tests.simulation.sign_ins import CENTER, SignIns, machine_key

INVARIANT = "a hostile entry is rejected"


@dataclass
class Forgery:
    """An entry that must be rejected, and the proofs of sessions that are sent with it."""

    entry: EntryMessage
    proofs: dict[str, SessionProof] = field(default_factory=dict)


@dataclass
class HostileMachine:
    """A machine whose key and whose person's ticket an attacker has. It keeps no store."""

    spec: NodeSpec
    staff: str
    transport: SimulatedTransport
    incarnation: int = 1
    last_number: int = 0
    last_call: int = 0
    sent: list[PushRequest] = field(default_factory=list)
    """Its last pushes that were answered."""

    def __post_init__(self) -> None:
        self.key = machine_key(self.spec.node)
        self.ticket, self.ticket_key = SignIns(self.spec.node).get_ticket(self.staff)
        self.session_key = SigningKey.generate()
        begins_at = read_ticket(self.ticket).issued_at
        self.session, token, _end = make_session(
            self.ticket_key, read_ticket(self.ticket), self.ticket, self.session_key.public, begins_at=begins_at
        )
        self.proofs = {self.session: SessionProof(ticket=self.ticket, token=token)}

    # signatures

    def sign(
        self,
        entry: EntryMessage,
        *,
        session: str | None = None,
        key: SigningKey | None = None,
        number: int | None = None,
        is_final: bool = False,
        is_call: bool = False,
    ) -> EntryMessage:
        """Return an entry with a signature under its next number, by the session of this machine's person."""
        session = self.session if session is None else session
        chain, last = self.spec.node, self.last_number
        if is_call:
            chain, last = chain + CALLS_SUFFIX, self.last_call
        command = entry.to_remote_command(chain, self.incarnation, last + 1 if number is None else number)
        facts = build_facts(
            CENTER,
            command.key,
            command.sealed,
            actor=entry.actor,
            session=session,
            said_at=entry.said_at,
            clock_correction=entry.clock_correction,
            final_decision=bytes(entry.decision) if is_final else b"",
            depends_on=entry.depends_on,
        )
        signature = (key or self.session_key).sign(encode_facts(facts))
        return msgspec.structs.replace(entry, session=session, signature=signature)

    # requests

    def pull(self) -> Response:
        """Pull, and learn the numbers that the center expects next. Raises OutOfReach."""
        response = self.transport.pull(PullRequest(incarnation=self.incarnation, sent_at=0))
        self.last_number, self.last_call = response.last_number, response.last_call
        return response

    def push(
        self, entries: Sequence[EntryMessage], proofs: dict[str, SessionProof], first: int | None = None
    ) -> PushRequest:
        """Return a push of entries under the next numbers, or from `first` on."""
        return PushRequest(
            incarnation=self.incarnation,
            sent_at=0,
            first=self.last_number + 1 if first is None else first,
            entries=tuple(entries),
            batch_digest=compute_batch_digest(entries),
            sessions={**self.proofs, **proofs},
        )

    def send(self, request: PushRequest) -> Response:
        """Send a push. Raises ClerkError, msgspec.DecodeError."""
        response = self.transport.push(request)
        self.sent = [*self.sent[-9:], request]
        self.last_number = response.last_number
        return response

    def send_forgery(self, forgery: Forgery) -> str:
        """Send one entry as a push; return how it was rejected. Raises InvariantViolation if it was not."""
        request = self.push([forgery.entry], forgery.proofs)
        try:
            response = self.send(request)
        except (ClerkError, msgspec.DecodeError) as error:
            return f"not taken ({error})"
        return self._require_rejection(response, request.first, forgery.entry)

    def send_forged_call(self, forgery: Forgery) -> str:
        """Send one entry as a call, like `send_forgery`."""
        self.last_call += 1
        request = CallRequest(
            incarnation=self.incarnation,
            sent_at=0,
            number=self.last_call,
            entry=forgery.entry,
            sessions={**self.proofs, **forgery.proofs},
        )
        try:
            response = self.transport.call(request)
        except (ClerkError, msgspec.DecodeError) as error:
            return f"not taken ({error})"
        return self._require_rejection(response, request.number, forgery.entry)

    def _require_rejection(self, response: Response, number: int, entry: EntryMessage) -> str:
        if number in response.refused:
            return response.refused[number].reason
        if not bytes(response.result) and response.last_number < number:
            return "not taken"
        raise InvariantViolation(INVARIANT, node=self.spec.node, kind=entry.kind, actor=entry.actor, number=number)
