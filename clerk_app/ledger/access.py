"""Roles of actors and kinds of machines: each command declares which of them may perform it.

The values are stored (staff list, list of nodes) and never change.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """Role of an actor."""

    CLERK = "clerk"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    KIOSK = "kiosk"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"  # reads the log and access reports
    ISSUER = "issuer"  # prepares and hands out results and licences
    SYSTEM = "system"  # set-up by the command line on the store's own machine
    SCHEDULE = "schedule"  # commands that the authority performs when their time has come
    NODE = "node"  # a node that sends a command for itself, with the actor `system`


STAFF_ROLES = frozenset(
    (Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.KIOSK, Role.ADMINISTRATOR, Role.AUDITOR, Role.ISSUER)
)
"""Roles of entries in the staff list."""
SIGN_IN_ROLES = STAFF_ROLES - {Role.KIOSK}
"""Roles of persons, who sign in with a PIN."""


class MachineKind(StrEnum):
    """Kind of a machine. A stand-alone store is its own center and counts as every kind."""

    CENTER = "center"
    COUNTER = "counter"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDIT = "audit"
    KIOSK = "kiosk"
    BOARD = "board"
    RECEPTION = "reception"
    ISSUER = "issuer"
    PORTAL = "portal"


PUBLIC_MACHINES = frozenset({MachineKind.KIOSK, MachineKind.BOARD})
"""Kinds of machines that stand where anybody may take them away: they hold no personal data and no staff list."""

ANY_MACHINE = frozenset(MachineKind)
STAFF_MACHINES = ANY_MACHINE - {MachineKind.KIOSK, MachineKind.BOARD, MachineKind.PORTAL}
"""Kinds of machine at which staff sign in."""
WINDOW_MACHINE = "window"
"""Kind of the nodes that earlier versions enrolled: counter, department and supervisor together."""
INVITED_KINDS = tuple(kind for kind in MachineKind if kind is not MachineKind.CENTER)
"""Kinds with which a node can be invited."""
MACHINE_REFUSAL = "machine_kind"
"""Reason with which a command is refused because of the machine that sent it: it is never adopted with an objection."""


@lru_cache(maxsize=256)  # of each command, the kind of its node is asked for several times
def machine_kinds(node_kind: str) -> frozenset[MachineKind]:
    """Return the kinds that a node counts as, from the stored kind: one, or several separated by commas.

    Another node is never a center, and an unknown kind may do nothing.
    """
    names = set(node_kind.split(","))
    kinds = {kind for kind in MachineKind if kind in names and kind is not MachineKind.CENTER}
    if WINDOW_MACHINE in names:
        kinds |= {MachineKind.COUNTER, MachineKind.DEPARTMENT, MachineKind.SUPERVISOR}
    return frozenset(kinds)


def is_public_machine(node_kind: str) -> bool:
    """Return whether a node of this stored kind stands where anybody may take it away. An unknown kind does too."""
    return machine_kinds(node_kind) <= PUBLIC_MACHINES
