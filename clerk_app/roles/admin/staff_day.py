"""Reads what the administrator sees around the staff list: the windows in work, and the machines."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.locales import _, localize_name
from clerk_app.roles.formatting import format_short_age
from clerk_app.views.admin import StaffDay
from clerk_app.views.shared import LabelledValue
from db.engines import Transaction


def read_staff_day(office: Office, tx: Transaction) -> StaffDay:
    """Return the windows in work, and the machines that this store has, with their last contact if it is a center."""
    now = office.corrected_now
    names = {row["id"]: row["name"] for row in tx.select("staff")}
    windows = sorted(tx.select("windows"), key=lambda row: (len(row["id"]), row["id"]))
    contacts = {row["node"]: row["seen_at"] for row in tx.select("node_contacts")}
    ago = _("{time} ago")
    return StaffDay(
        windows=tuple(
            LabelledValue(
                localize_name(row["name"]), f"{names.get(row['staff'], '-')}  {format_short_age(row['since'], now)}"
            )
            for row in windows
            if row["state"] != "closed"
        ),
        machines=tuple(
            LabelledValue(
                row["name"] or row["id"],
                _("this machine")
                if row["here"]
                else ago.format(time=format_short_age(contacts[row["id"]], now))
                if row["id"] in contacts
                else _("no contact known here"),
            )
            for row in tx.select("nodes", order=("id",))
        ),
    )
