"""Sign-out: a person gives back what they hold, a window with its ticket, or claimed tasks."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.window_release import ReleaseWindow
from clerk_app.hall.windows import SetWindowState
from clerk_app.locales import _
from clerk_app.people.permissions import SYSTEM
from db.engines import Row


def describe_sign_out(office: Office, staff: Row) -> str:
    """Return one sentence on what the person gives back by signing out; empty if they hold nothing that waits."""
    if staff["role"] == "clerk":
        return _describe_visit(office)
    count = len(_list_claimed_tasks(office, staff))
    return _("Tasks that you hold go back into the queue: {count}.").format(count=count) if count else ""


def sign_out(office: Office, staff: Row) -> str:
    """Give back the window, or the claimed tasks; return a message; it may be empty.

    While the center is out of reach, tasks stay claimed until their leases end.
    """
    if staff["role"] == "clerk":
        _close_window(office, staff)
        return ""
    from clerk_app.cases.tasks.claims import ReleaseTask  # with most commands of a case: not at the start

    released = 0
    for task in _list_claimed_tasks(office, staff):
        try:
            office.door.perform(ReleaseTask(task=task["id"], fence=task["fence"]), staff["id"])
        except OutOfReach:
            return _("The center is out of reach: your tasks go back into the queue when their leases end.")
        except Refused:  # decided or reassigned meanwhile
            continue
        released += 1
    return _("Tasks put back into the queue: {count}.").format(count=released) if released else ""


def renew_window_lease(office: Office, staff: Row) -> None:
    """Renew the lease of the clerk's window, if the clerk still holds it."""
    with office.store.read() as tx:
        window = tx.get("windows", id=office.settings.window)
    if window is not None and window["state"] != "closed" and window["staff"] == staff["id"]:
        renewal = SetWindowState(window=window["id"], state=window["state"], reason=window["pause_reason"])
        office.door.perform(renewal, staff["id"])


def release_window(office: Office, staff: Row) -> None:
    """Close the window that a person holds here, as an act of the machine: the person may not do anything any more."""
    window = office.settings.window
    if _holds_window(office, staff):
        office.door.perform(ReleaseWindow(window=window, staff=staff["id"]), SYSTEM)


def _close_window(office: Office, staff: Row) -> None:
    if not _holds_window(office, staff):
        return
    try:
        office.door.perform(SetWindowState(window=office.settings.window, state="closed"), staff["id"])
    except Refused:  # dismissed, suspended, of another role, or without a session
        release_window(office, staff)


def _holds_window(office: Office, staff: Row) -> bool:
    """Return whether the window is open in the name of a person; not if it was closed, or another clerk works there."""
    with office.store.read() as tx:
        window = tx.get("windows", id=office.settings.window)
    return window is not None and window["staff"] == staff["id"]


def _describe_visit(office: Office) -> str:
    with office.store.read() as tx:
        visit = tx.query_one("hall.visit_at_window", window=office.settings.window)
        ticket = tx.get("tickets", id=visit["ticket"]) if visit is not None and visit["ticket"] else None
    if visit is None:
        return ""
    if ticket is None or ticket["state"] != "serving":
        return _("Somebody without a ticket is being served: the visit ends. A draft stays.")
    return _("{number} is being served: the ticket goes back to its place in the queue. A draft stays.").format(
        number=ticket["number"]
    )


def _list_claimed_tasks(office: Office, staff: Row) -> list[Row]:
    with office.store.read() as tx:
        return tx.query_all("cases.tasks_claimed_by", staff=staff["id"])
