"""Place and visit of a citizen at a kiosk: the service centre, the window that prints what follows, and the visit."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Entry, Moment
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

_VISIT_DIGITS = 32


def find_kiosk_place(tx: Transaction, moment: Moment) -> tuple[str, str]:
    """Return the organ of the service centre of the sending machine, and a window of its hall; empty without one.

    Later notices of a case that a kiosk accepts are printed at that window.
    """
    node = tx.get("nodes", id=node_of_chain(moment.node)) or {}
    organs, hall = decode_json_list(node.get("organs") or "[]"), node.get("hall") or ""
    windows = [row for row in tx.select("windows", order=("id",)) if _is_near(row, hall, organs)]
    if windows:
        return str(windows[0]["organ"]), str(windows[0]["id"])
    return (organs[0] if organs else ""), ""


def _is_near(window: Row, hall: str, organs: tuple[str, ...]) -> bool:
    """Return whether a window is in the hall of a machine, or works for one of its organs; any if neither is known."""
    if hall and window["hall"]:
        return bool(window["hall"] == hall)
    return not organs or window["organ"] in organs


def visit_of_session(session: str) -> str:
    """Return the id of the visit that represents a session of a citizen at a kiosk; the session cannot be derived."""
    return "kiosk-" + sha256(f"visit {session}".encode()).hexdigest()[:_VISIT_DIGITS]


def insert_kiosk_visit(tx: Transaction, visit: str, subject: str, entry: Entry[Any, Any]) -> bool:
    """Insert the visit of a session, unless it is there; return whether it was inserted.

    `subject` is the person of the session, empty for a receipt. The visit has ended already: no window serves it.
    """
    if tx.get("visits", id=visit) is not None:
        return False
    person = (tx.get("persons", id=subject) or {}) if subject else {}
    tx.insert(
        "visits",
        id=visit,
        window_id=node_of_chain(entry.moment.node),
        staff=entry.moment.actor.id,
        person=subject or None,
        shown_name=person.get("name"),
        shown_number=person.get("id_number"),
        check_result="green" if person else "",
        check_notes=encode_json_list(()),
        confirmed=bool(person),
        started_at=entry.decided_at,
        ended_at=entry.decided_at,
        end_state="finished",
    )
    return True
