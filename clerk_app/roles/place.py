"""The place of a machine, which its sign-in shows: a window, a department or a role."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.ledger.access import MachineKind, machine_kinds
from clerk_app.locales import _, format_list, localize_name
from clerk_app.roles.formatting import localize_organ_name
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def read_place(office: Office, tx: Transaction, role: str) -> str:
    """Return the place of the program of `role` at this machine, in the current language.

    Without a role it is that of the only kind of the machine, or of a counter. A department is named by the organs of
    the machine, if it was enrolled for them; a counter by its window, empty if it has none.
    """
    node = next(iter(tx.select("nodes", here=True)), None)
    role = role or _only_kind(tx, node)
    if role == MachineKind.DEPARTMENT:
        return _department_name(tx, node)
    names = {
        MachineKind.SUPERVISOR: _("supervisor"),
        MachineKind.ADMIN: _("administrator"),
        MachineKind.RECEPTION: _("reception"),
    }
    if role in names:
        return names[MachineKind(role)]
    window = tx.get("windows", id=office.settings.window)
    return localize_name(window["name"]) if window is not None else ""


def _only_kind(tx: Transaction, node: Row | None) -> str:
    """Return the kind of a machine of a center that has one kind; else `counter`."""
    is_own_center = tx.query_one("ledger.center_connection") is None
    kinds = [] if node is None or is_own_center else list(machine_kinds(str(node["kind"])))
    return kinds[0] if len(kinds) == 1 else MachineKind.COUNTER


def _department_name(tx: Transaction, node: Row | None) -> str:
    organs = decode_json_list(node["organs"]) if node is not None else ()
    rows = [row for organ in organs if (row := tx.get("organs", id=organ)) is not None]
    return format_list([localize_organ_name(row) for row in rows]) or _("department")
