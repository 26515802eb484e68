"""Calls for help from windows as sentences, for the window that calls and for supervisors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.hall.emergency_calls import list_open_calls
from clerk_app.locales import _, localize_name
from clerk_app.roles.formatting import format_time
from clerk_app.roles.kiosk_calls import read_kiosk_calls
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.views.supervisor import OpenEmergency


def read_open_calls(office: Office, tx: Transaction) -> tuple[OpenEmergency, ...]:
    """Return the calls for help of the hall that have not ended, those that nobody has seen first; then of kiosks."""
    from clerk_app.views.supervisor import OpenEmergency  # not needed at a counter

    rows = list_open_calls(tx, office.settings.hall)
    windows = [OpenEmergency(row["id"], row["window_id"], _describe(office, tx, row), _is_seen(row)) for row in rows]
    kiosks = [OpenEmergency(call.id, "", call.sentence, is_kiosk=True) for call in read_kiosk_calls(office, tx)]
    return (*windows, *kiosks)


def _is_seen(call: Row) -> bool:
    return call["seen_at"] is not None


def _describe(office: Office, tx: Transaction, call: Row) -> str:
    window = tx.get("windows", id=call["window_id"])
    sentence = _("{window} ({person}) calls for help since {time}.").format(
        window=localize_name(window["name"]) if window is not None else call["window_id"],
        person=read_staff_name(tx, call["staff"]),
        time=format_time(office.local_time(call["raised_at"])),
    )
    if not _is_seen(call):
        return sentence
    seen = _("{person} comes since {time}.").format(
        person=read_staff_name(tx, call["seen_by"]), time=format_time(office.local_time(call["seen_at"]))
    )
    return f"{sentence} {seen}"


def describe_own_call(office: Office, tx: Transaction, window: str) -> tuple[str, bool]:
    """Return what became of the call for help of a window, and whether somebody has seen it; empty without one."""
    call = tx.query_one("hall.open_emergency_at", window=window)
    if call is None:
        return "", False
    time = format_time(office.local_time(call["raised_at"]))
    if not _is_seen(call):
        return _("Help was called at {time}. Nobody has seen it yet.").format(time=time), False
    sentence = _("Help was called at {time}. {person} has seen it at {seen} and comes.")
    seen = format_time(office.local_time(call["seen_at"]))
    return sentence.format(time=time, person=read_staff_name(tx, call["seen_by"]), seen=seen), True
