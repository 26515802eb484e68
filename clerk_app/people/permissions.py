"""Who may do what: roles are sets of atomic permissions, and the one door asks for them."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor
from db.engines import Transaction

SYSTEM = "system"  # setting up a store from its own machine's command line

_COUNTER = frozenset(
    {
        "window.open", "ticket.call", "ticket.serve", "visit.identify", "licence.resolve", "licence.fetch",
        "licence.look", "draft.keep", "case.accept", "case.take_in", "case.hand_over", "case.withdraw",
        "case.not_accept", "case.bring", "case.settle", "refusal.settle", "notice.print", "staff.sign_in",
        "numbers.lend",
    }
)  # fmt: skip
_DEPARTMENT = frozenset(
    {
        "task.claim", "task.decide", "task.return", "task.commit", "task.release", "licence.look", "refusal.settle",
        "staff.sign_in",
    }
)  # fmt: skip
_SUPERVISOR = frozenset(
    {
        "task.take_back", "task.reassign", "case.settle", "refusal.settle", "window.open", "staff.sign_in",
        "kiosk.leave",
    }
)  # fmt: skip
_KIOSK = frozenset({"ticket.take", "case.ask_state", "kiosk.leave"})
_SETUP = frozenset(
    {
        "node.enrol", "node.begin", "node.shut", "numbers.lend", "lease.end", "case.object",
        "catalogue.publish", "organ.register", "staff.register", "person.register",
        "window.register", "licence.register", "licence.revoke", "code.make", "content.add", "ticket.take",
        "staff.sign_in",
    }
)  # fmt: skip

_OF_A_NODE = frozenset({"node.begin", "numbers.lend"})  # what a window asks of its center for itself

ROLES: dict[str, frozenset[str]] = {
    "clerk": _COUNTER,
    "officer": _DEPARTMENT,
    "supervisor": _SUPERVISOR,
    "kiosk": _KIOSK,
    "administrator": _SETUP | _SUPERVISOR | {"data.erase"},
}


def authorise(tx: Transaction, actor: str, permission: str, _: int, node: str = "") -> Actor:
    """The actor, if they may; `node` is the one that speaks, where that is not this store's own.

    Raises Refused: unknown, no longer employed, without the permission, or not on the staff of that node's place.
    """
    if actor == SYSTEM:
        if permission in (_OF_A_NODE if node else _SETUP):
            return Actor(SYSTEM, "system")
        raise Refused("permission", "Setting up does not include this.")
    staff = tx.one("people.actor", id=actor)
    if staff is None or not staff["active"]:
        raise Refused("unknown_staff", "This person is not (or no longer) on the staff list.")
    if permission not in ROLES.get(staff["role"], frozenset()):
        raise Refused("permission", "Your role does not include this: {permission}.", permission=permission)
    if node and staff["organ"] not in _organs(tx, node):
        raise Refused("other_place", "This person is not on the staff of the place where that was done.")
    return Actor(staff["id"], staff["role"], staff["organ"])


def _organs(tx: Transaction, node: str) -> list[str]:
    """Where a node stands: its centre, its departments."""
    row = tx.row("nodes", id=node)
    return row["organs"].split(",") if row is not None else []
