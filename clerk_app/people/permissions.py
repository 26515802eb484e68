"""Authorisation: a rule lists the roles that may give its command; the command processor (`Door`) calls `authorise`."""

from __future__ import annotations

from typing import Any

from clerk_app.errors import Refused
from clerk_app.ledger.access import MACHINE_REFUSAL, PUBLIC_MACHINES, STAFF_MACHINES, MachineKind, Role, machine_kinds
from clerk_app.ledger.commands import Actor, InactiveActor, Placement, Rule
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

SYSTEM = "system"  # actor of commands without a person: set-up on the command line, and commands of the center itself
DISMISSED = "dismissed"  # reason of a refusal: the person was on the staff list before, and could do this
SESSION_REVOKED = (
    "old_session"  # reason of a doubt: the person got a new PIN, or was suspended and readmitted, after signing in
)
REVOKED = "revoked"  # reason of a refusal: the sign-in had ended, and the machine knew it
DOUBTED = (DISMISSED, SESSION_REVOKED)
"""Reasons of objections that a supervisor has to settle before the tasks of the case go on."""
SCHEDULE = "schedule"  # actor of commands that the authority performs when their time has come
_NOT_STAFF = mark("This person is not (or no longer) on the staff list.")


def authorise(tx: Transaction, actor_id: str, rule: Rule[Any, Any], _: int, node: str = "") -> Actor:
    """Return the actor of a command; `node` is the sending node, empty for a command given at this store.

    A kiosk or board has no staff list: it acts under its own id, with the role of a kiosk. Raise Refused when the
    machine is of a kind that may not send the command, or the actor is unknown or inactive, lacks the permission, or is
    not on the staff of an organ of the sending node.
    """
    row = tx.get("nodes", id=node) if node else None
    if node:
        require_machine(rule, machine_kinds(row["kind"]) if row is not None else frozenset())
    if actor_id in (SYSTEM, SCHEDULE):
        return _authorise_program(actor_id, rule, is_remote=bool(node))
    staff = tx.query_one("people.actor_by_id", id=actor_id)
    if staff is None and _is_kiosk(tx, actor_id, node):
        if Role.KIOSK in rule.roles:
            return Actor(actor_id, Role.KIOSK)
        raise Refused("permission", "Your role does not include this: {permission}.", permission=rule.label)
    if staff is None:
        raise Refused("unknown_staff", _NOT_STAFF)
    if staff["role"] not in rule.roles:
        raise Refused("permission", "Your role does not include this: {permission}.", permission=rule.label)
    if row is not None:
        _require_place(staff, row)
    actor = Actor(staff["id"], staff["role"], staff["organ"], staff["revoked_at"])
    if not staff["active"]:
        raise InactiveActor(actor, DISMISSED, _NOT_STAFF)
    return actor


def _authorise_program(actor_id: str, rule: Rule[Any, Any], *, is_remote: bool) -> Actor:
    """Return the actor of a command without a person: of a node for itself, of set-up, or of the schedule."""
    if actor_id == SYSTEM:
        if (Role.NODE if is_remote else Role.SYSTEM) in rule.roles:
            return Actor(SYSTEM, "system")
        raise Refused("permission", "The set-up account may not do this.")
    if not is_remote and Role.SCHEDULE in rule.roles:
        return Actor(SCHEDULE, Role.SCHEDULE)
    raise Refused("permission", "The schedule may not do this.")


def _require_place(staff: Row, node: Row) -> None:
    """Raise Refused unless a person may act at a node: it has staff, and works for the person's organ."""
    if staff["role"] != Role.KIOSK and not machine_kinds(node["kind"]) & STAFF_MACHINES:
        raise Refused(MACHINE_REFUSAL, "A machine without staff acts for itself only.")
    if staff["organ"] not in decode_json_list(node["organs"]):
        raise Refused("other_place", "This person is not on the staff of the place where that was done.")


def _is_kiosk(tx: Transaction, actor_id: str, node: str) -> bool:
    """Return whether the actor is the kiosk or board itself that sent the command, or that has this store."""
    row = tx.get("nodes", id=actor_id)
    return row is not None and row["kind"] in PUBLIC_MACHINES and (row["here"] if not node else actor_id == node)


def require_machine(rule: Rule[Any, Any], kinds: frozenset[MachineKind]) -> None:
    """Raise Refused unless a machine that counts as `kinds` may send the command to another one."""
    if rule.placement is Placement.PRIVATE or not kinds & rule.machines:
        raise Refused(MACHINE_REFUSAL, "A machine of this kind may not do this: {act}.", act=rule.label)
