"""Authorisation: a rule lists the roles that may give its command; the command processor (`Door`) calls `authorise`."""

from __future__ import annotations

from typing import Any

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Actor, Rule
from db.engines import Transaction
from db.json_lists import decode_json_list

SYSTEM = "system"  # actor of commands without a person: set-up on the command line, and commands of the center itself
SCHEDULE = "schedule"  # actor of commands that the authority performs when their time has come


def authorise(tx: Transaction, actor_id: str, rule: Rule[Any, Any], _: int, node: str = "") -> Actor:
    """Return the actor of a command; `node` is the sending node, empty for a command given at this store.

    A kiosk has no staff list: it acts under its own id, with the role of a kiosk. Raise Refused when the actor is
    unknown or inactive, lacks the permission, or is not on the staff of an organ of the sending node.
    """
    if actor_id == SYSTEM:
        if (Role.NODE if node else Role.SYSTEM) in rule.roles:
            return Actor(SYSTEM, "system")
        raise Refused("permission", "The set-up account may not do this.")
    if actor_id == SCHEDULE:
        if not node and Role.SCHEDULE in rule.roles:
            return Actor(SCHEDULE, Role.SCHEDULE)
        raise Refused("permission", "The schedule may not do this.")
    staff = tx.query_one("people.actor_by_id", id=actor_id)
    if staff is None and _is_kiosk(tx, actor_id, node):
        if Role.KIOSK in rule.roles:
            return Actor(actor_id, Role.KIOSK)
        raise Refused("permission", "Your role does not include this: {permission}.", permission=rule.permission)
    if staff is None or not staff["active"]:
        raise Refused("unknown_staff", "This person is not (or no longer) on the staff list.")
    if staff["role"] not in rule.roles:
        raise Refused("permission", "Your role does not include this: {permission}.", permission=rule.permission)
    if node and staff["organ"] not in _node_organs(tx, node):
        raise Refused("other_place", "This person is not on the staff of the place where that was done.")
    return Actor(staff["id"], staff["role"], staff["organ"])


def _is_kiosk(tx: Transaction, actor_id: str, node: str) -> bool:
    """Return whether the actor is the kiosk itself that sent the command, or that has this store."""
    row = tx.get("nodes", id=actor_id)
    return row is not None and row["kind"] == MachineKind.KIOSK and (row["here"] if not node else actor_id == node)


def _node_organs(tx: Transaction, node: str) -> tuple[str, ...]:
    """Return the organs of a node: its site or its departments."""
    row = tx.get("nodes", id=node)
    return decode_json_list(row["organs"]) if row is not None else ()
