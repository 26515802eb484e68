"""Invariants against hostile machines: their entries changed nothing, and those of honest ones can be verified."""

from __future__ import annotations

from clerk_app.composition.session_tokens import read_session, read_ticket
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger import audit
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.entry_signatures import decode_facts
from clerk_app.ledger.machine_keys import PublicKey
from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.scenario import HOSTILE_STAFF, node_specs
from tests.simulation.sign_ins import CENTER_KEY, machine_key

_TOLERANCE = 60_000_000  # microseconds by which a claimed time may be ahead of its receipt


def check_hostile_entries(city: SimulatedCity) -> None:
    """Check that of the entries of hostile machines only permitted ones had an effect, with a bounded time."""
    if city.read_rights() != city.rights:
        raise InvariantViolation("hostile machines change no right")
    for row in audit.read_entries(city.center.store):
        node = node_of_chain(row["node"])
        if node not in HOSTILE_STAFF or row["outcome"] == "refused":
            continue
        facts = {"node": row["node"], "number": row["number"], "kind": row["kind"], "actor": row["actor"]}
        if (row["kind"], row["actor"]) != (SetWindowState.stored_name, HOSTILE_STAFF[node]):
            raise InvariantViolation("a hostile entry is rejected", **facts)
        if row["corrected_at"] > row["decided_at"] + _TOLERANCE:
            raise InvariantViolation("a claimed time is bounded", **facts, time=row["corrected_at"])
    if any(row["window_id"] == "wx" or row["clerk"] in HOSTILE_STAFF.values() for row in city.center.rows("cases")):
        raise InvariantViolation("a hostile entry is rejected", table="cases")


def check_signatures(city: SimulatedCity) -> None:
    """Check that everybody with the public keys can verify every entry of a machine that has a key."""
    proofs = {row["id"]: row for row in city.center.rows("staff_sessions")}
    sessions: dict[str, tuple[str, str, PublicKey]] = {}
    keyed = {spec.node for spec in node_specs(city.size) if spec.has_key} | HOSTILE_STAFF.keys()
    for row in audit.read_entries(city.center.store):
        node = node_of_chain(row["node"])
        if node not in keyed or row["outcome"] == "refused":
            continue
        facts = {"node": row["node"], "number": row["number"], "kind": row["kind"], "actor": row["actor"]}
        if not row["signature"]:
            raise InvariantViolation("entries are signed", **facts)
        key = machine_key(node).public
        if row["session"]:
            if row["session"] not in sessions:
                proof = proofs[row["session"]]
                session = read_session(proof["token"], read_ticket(proof["ticket"], [CENTER_KEY.public]))
                sessions[row["session"]] = (session.staff, session.node, session.key)
            staff, place, key = sessions[row["session"]]
            if (staff, place) != (row["actor"], node):
                raise InvariantViolation("entries are signed", **facts, session=staff)
        said = decode_facts(row["statement"])
        if not key.verifies(row["signature"], row["statement"]) or (said.actor, said.kind, said.chain) != (
            row["actor"],
            row["kind"],
            row["node"],
        ):
            raise InvariantViolation("entries are signed", **facts, statement=row["statement"])
