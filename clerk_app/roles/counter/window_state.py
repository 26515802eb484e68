"""The state of the clerk's window: closed, taken over, paused, about to close; and the route of the ticket there."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.reasons import describe_reason
from clerk_app.locales import _
from clerk_app.roles.formatting import format_time
from db.engines import Row, Transaction


def describe_closed_window(office: Office, tx: Transaction, window: Row | None, staff: Row) -> str:
    """Return why nobody can be served at this window under the name of `staff`; empty while it is open under it."""
    if window is None or (window["state"] != "closed" and window["staff"] == staff["id"]):
        return ""
    if window["state"] != "closed":
        sentence = _(
            "Another person has signed in at this window. Drafts stay. Lock (F12) and sign in to work here again."
        )
    elif tx.query_one("hall.service_day_closed_at", at=window["since"]) is not None:
        sentence = _(
            "The hall's day was closed at {time}: this window is closed, and its visit has ended. Drafts stay. "
            "Lock (F12) and sign in to open it again."
        )
    elif tx.query_one("hall.visit_at_window", window=window["id"]) is not None:  # its lease ended
        sentence = _(
            "This window was closed at {time}, because it was silent or nobody worked here. The visit is still open. "
            "Lock (F12) and sign in to go on."
        )
    else:
        sentence = _(
            "This window was closed at {time}, and its visit has ended. Drafts stay. "
            "Lock (F12) and sign in to open it again."
        )
    return sentence.format(time=format_time(office.local_time(window["since"])))


def describe_window_state(window: Row | None, staff: Row) -> str:
    """Return that the window of `staff` is paused, or closes after its visit; empty otherwise."""
    if window is None or window["staff"] != staff["id"] or window["state"] == "closed":
        return ""
    if window["state"] == "paused":
        sentence = _("This window is paused ({reason}): nobody is called. F2 opens it again.")
        return sentence.format(reason=describe_reason("pause", window["pause_reason"]))
    return _("This window closes when this visit ends.") if window["closes_after"] else ""
