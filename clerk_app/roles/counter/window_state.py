"""Whether the window is open under the clerk's name, and what to do when it is not."""

from __future__ import annotations

from clerk_app.composition.office import Office
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
