"""Verifies the signatures of the entries that a center received from its machines."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import msgspec

from clerk_app.composition.session_tokens import Session, read_session, read_ticket
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.audit import ChainBreak, has_column_types, read_entries
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.entry_signatures import decode_facts
from clerk_app.ledger.machine_keys import PublicKey
from db.engines import Row, Store, Transaction

_REFUSED = "refused"  # an entry with a wrong signature is recorded as refused


def find_signature_breaks(store: Store, center_keys: Sequence[PublicKey]) -> list[ChainBreak]:
    """Return the performed entries whose signature is missing or wrong; `center_keys` may sign tickets.

    Machines that were enrolled without a key sign nothing; neither does the center itself. The store of a machine has
    neither the tickets nor the keys of others: nothing is checked there, and the center checks what it receives.
    """
    with store.read() as tx:
        own = tx.query_one("ledger.own_node")
        if own is not None and own["kind"] != MachineKind.CENTER:
            return []
        audit = _SignatureAudit(tx, str(own["id"]) if own is not None else "", center_keys)
    return [
        ChainBreak(str(row["node"]), row["number"], problem, row["position"])
        for row in read_entries(store)
        if has_column_types(row) and (problem := audit.find_problem(row))
    ]


class _SignatureAudit:
    """The keys and sign-ins known to one store."""

    def __init__(self, tx: Transaction, own_id: str, center_keys: Sequence[PublicKey]) -> None:
        self._keys: dict[str, list[PublicKey]] = {}
        self._signers: set[str] = set()  # nodes that had a key from their enrolment
        for key in tx.select("node_keys"):
            with suppress(BadData, TypeError):  # a damaged key verifies nothing
                self._keys.setdefault(key["node"], []).append(PublicKey.parse(key["public_key"]))
            node = tx.get("nodes", id=key["node"])
            if key["number"] == 1 and node is not None and node["enrolled_at"] == key["added_at"]:
                self._signers.add(key["node"])
        self._signers.discard(own_id)
        self._center_keys = (*center_keys, *self._keys.get(own_id, ()))
        self._proofs = {row["id"]: row for row in tx.select("staff_sessions")}
        self._sessions: dict[str, Session | None] = {}

    def find_problem(self, row: Row) -> str:
        """Return what is wrong with the signature of an entry; empty if nothing is."""
        node = node_of_chain(str(row["node"]))
        if row["outcome"] == _REFUSED:
            return ""
        if not row["signature"]:
            return "not signed" if node in self._signers else ""
        keys = self._keys.get(node, [])
        if row["session"]:
            session = self._find_session(row["session"])
            if session is None or (session.staff, session.node) != (row["actor"], node):
                return "signature wrong"
            keys = [session.key]
        statement = bytes(row["statement"] or b"")
        is_signed = any(key.verifies(bytes(row["signature"]), statement) for key in keys)
        return "" if is_signed and _says_the_same(statement, row) else "signature wrong"

    def _find_session(self, session_id: str) -> Session | None:
        if session_id not in self._sessions:
            self._sessions[session_id] = self._read_session(session_id)
        return self._sessions[session_id]

    def _read_session(self, session_id: str) -> Session | None:
        proof = self._proofs.get(session_id)
        if proof is None or not (isinstance(proof["token"], bytes) and isinstance(proof["ticket"], bytes)):
            return None
        try:
            return read_session(proof["token"], read_ticket(proof["ticket"], self._center_keys))
        except Refused:
            return None


def _says_the_same(statement: bytes, row: Row) -> bool:
    """Return whether the statement is about this entry; its number may be an earlier one of the same chain."""
    try:
        facts = decode_facts(statement)
    except (msgspec.DecodeError, UnicodeDecodeError, BadData):
        return False
    said = (facts.chain, facts.kind, facts.actor, facts.session, facts.plain, facts.personal)
    personal = bytes(row["personal_digest"] or b"").hex()
    plain = sha256(bytes(row["command"])).hexdigest()
    return said == (row["node"], row["kind"], row["actor"], row["session"] or "", plain, personal)
