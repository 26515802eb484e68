"""Verifies the signatures of entries that a node sends: machine, then session, before role, place and rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from clerk_app.center.caught_up import CaughtUpNodes
from clerk_app.center.session_ends import SessionEnds
from clerk_app.composition.session_tokens import Session, read_session, read_ticket
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, node_of_chain
from clerk_app.ledger.entry_signatures import EntrySignature, StatementFacts, build_facts, decode_facts, encode_facts
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.ledger.replication.messages import EntryMessage, SessionProof
from clerk_app.people import SYSTEM
from clerk_app.people.sign_in import RecordSignIn
from db.engines import Row, Store, Transaction

LEGACY_DAYS = 30
"""Days after the first key of a node enrolled by an earlier version in which it may send unsigned entries: those made
before still wait in its outbox."""
_DAY = 24 * 3600 * 1_000_000
_MAX_SESSIONS = 10_000


class EntryVerifier:
    """Verifies the entries of nodes at one center."""

    def __init__(
        self,
        store: Store,
        own_key: PublicKey,
        clock: Callable[[], int],
        final_kinds: frozenset[str],
        caught_up: CaughtUpNodes,
    ) -> None:
        """`own_key` is the center's key, in addition to those that its store lists."""
        self._store = store
        self._own_key = own_key
        self._clock = clock
        self._final_kinds = final_kinds
        self._sessions: dict[str, Session] = {}
        self._session_ends = SessionEnds(store, clock, caught_up)

    def verify(
        self,
        node: Row,
        commands: Sequence[RemoteCommand],
        entries: Sequence[EntryMessage],
        proofs: Mapping[str, SessionProof],
        new_proofs: dict[str, SessionProof],
    ) -> list[RemoteCommand]:
        """Return the commands with their signatures, and with a rejection where a signature is missing or wrong.

        A node without a public key, enrolled by an earlier version, signs nothing. Proofs that the store lacks are
        added to `new_proofs`.
        """
        if not node["public_key"] or not commands:
            return list(commands)
        with self._store.read() as tx:
            own = tx.query_one("ledger.own_node")
            keys = tx.select("node_keys", node=node["id"])
            is_legacy = self._is_legacy(node, keys)
            return [
                self._verify_one(tx, str(own["id"]) if own else "", keys, is_legacy, command, entry, proofs, new_proofs)
                for command, entry in zip(commands, entries, strict=True)
            ]

    def _is_legacy(self, node: Row, keys: Sequence[Row]) -> bool:
        """Return whether the node was enrolled without a key, and registered its first one a short time ago."""
        first = next((key for key in keys if key["number"] == 1), None)
        if first is None or first["added_at"] == node["enrolled_at"]:
            return False
        return self._clock() < int(first["added_at"]) + LEGACY_DAYS * _DAY

    def _verify_one(
        self,
        tx: Transaction,
        center: str,
        machine_keys: Sequence[Row],
        is_legacy: bool,
        command: RemoteCommand,
        entry: EntryMessage,
        proofs: Mapping[str, SessionProof],
        new_proofs: dict[str, SessionProof],
    ) -> RemoteCommand:
        if not entry.signature:
            if is_legacy:
                return command
            unsigned = Refused("unsigned", "This entry is not signed by the machine it is from.")
            return msgspec.structs.replace(command, rejection=unsigned)
        try:
            statement = _read_statement(center, command, entry, self._final_kinds)
            if entry.session:
                session = self._find_session(tx, center, command, entry.session, proofs, new_proofs)
                keys = [session.key]
            else:
                _require_no_person(tx, command)
                keys = [PublicKey.parse(row["public_key"]) for row in machine_keys]
            if not any(key.verifies(entry.signature, statement) for key in keys):
                raise Refused("signature", "The signature of this entry is wrong.")
        except Refused as refused:
            return msgspec.structs.replace(command, rejection=refused)
        signature = EntrySignature(entry.session, statement, entry.signature)
        return msgspec.structs.replace(command, signature=signature, is_moved=bool(entry.statement))

    def _find_session(
        self,
        tx: Transaction,
        center: str,
        command: RemoteCommand,
        session_id: str,
        proofs: Mapping[str, SessionProof],
        new_proofs: dict[str, SessionProof],
    ) -> Session:
        """Return the session of the actor at the node. Raises Refused."""
        session = self._sessions.get(session_id)
        if session is None:
            stored = tx.get("staff_sessions", id=session_id)
            known = SessionProof(ticket=stored["ticket"], token=stored["token"]) if stored is not None else None
            proof = known or proofs.get(session_id)  # a stored id stays that of its first session
            if not proof:
                raise Refused("session", "The sign-in of this entry is not known.")
            own = tx.get("nodes", id=center)
            listed = [PublicKey.parse(row["public_key"]) for row in tx.select("node_keys", node=center)] if own else []
            ticket = read_ticket(proof.ticket, (self._own_key, *listed))
            session = read_session(proof.token, ticket)
            if session.id != session_id or ticket.center != center:
                raise Refused("session", "The sign-in of this entry is not known.")
            if len(self._sessions) >= _MAX_SESSIONS:
                self._sessions.clear()
            self._sessions[session_id] = session
            if stored is None:
                new_proofs[session_id] = proof
        if (session.staff, session.node) != (command.actor, node_of_chain(command.key[0])):
            raise Refused("session", "The sign-in of this entry is of another person or machine.")
        return session

    def refuse_ended(self, commands: Sequence[RemoteCommand]) -> list[RemoteCommand]:
        """Return the verified commands, with a refusal or a doubt where a ticket had ended. Needs verified receipts."""
        return self._session_ends.apply(commands, self._sessions)

    def keep_proofs(self, proofs: Mapping[str, SessionProof]) -> None:
        """Store proofs, so that the entries can be verified later."""
        if not proofs:
            return
        try:
            with self._store.write() as tx:
                for session_id, proof in proofs.items():
                    tx.upsert("staff_sessions", ("id",), id=session_id, ticket=proof.ticket, token=proof.token)
        except BaseException:
            for session_id in proofs:  # otherwise the next request would count them as stored
                self._sessions.pop(session_id, None)
            raise


def _read_statement(center: str, command: RemoteCommand, entry: EntryMessage, final_kinds: frozenset[str]) -> bytes:
    """Return the statement that the signature of an entry covers. Raises Refused if it differs from the entry.

    A node sends the statement itself only for an entry that has another number than when it was made: after a fork, or
    for a call that is sent again to a restored center. The performer takes it once.
    """
    expected = build_facts(
        center,
        command.key,
        command.sealed,
        actor=command.actor,
        session=entry.session,
        said_at=command.said_at,
        clock_correction=entry.clock_correction,
        final_decision=bytes(entry.decision) if command.sealed.kind in final_kinds else b"",
        depends_on=command.depends_on,
    )
    if not entry.statement:
        return encode_facts(expected)
    wrong = Refused("signature", "The signature of this entry is wrong.")
    try:
        facts = decode_facts(entry.statement)
    except (ValueError, RecursionError, BadData) as error:
        raise wrong from error
    if _without_place(facts, expected) != expected:
        raise wrong
    return entry.statement


def _without_place(facts: StatementFacts, expected: StatementFacts) -> StatementFacts:
    """Return the facts with the number of the received entry, and for a call with its time."""
    changes = {name: getattr(expected, name) for name in ("incarnation", "number", "depends_on")}
    if expected.chain.endswith(CALLS_SUFFIX):
        changes |= {name: getattr(expected, name) for name in ("said_at", "clock_correction")}
    return msgspec.structs.replace(facts, **changes)


def _require_no_person(tx: Transaction, command: RemoteCommand) -> None:
    """Raise Refused if the machine's key signed for a person: it signs for itself, and records sign-ins."""
    if command.actor == SYSTEM or command.actor == node_of_chain(command.key[0]):
        return
    if command.sealed.kind == RecordSignIn.stored_name:
        return
    staff = tx.query_one("people.actor_by_id", id=command.actor)
    if staff is not None and staff["role"] == "kiosk":
        return
    raise Refused("session", "A machine cannot act for a person who is not signed in there.")
