"""Details of a person on the staff list, for the administrator: account, PIN, badge, lock-outs, present work."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.composition.office import Office
from clerk_app.locales import _, format_list, localize_name
from clerk_app.roles.formatting import format_short_age
from clerk_app.views.shared import LabelledValue
from db.engines import Row, Transaction


def describe_person(office: Office, tx: Transaction, person: str) -> tuple[LabelledValue, ...]:
    """Return what this store has about the account of a person; nothing about an unknown one."""
    row = tx.get("staff", id=person)
    if row is None:
        return ()
    return tuple(LabelledValue(label, value) for label, value in _facts(office, tx, row) if value)


def _facts(office: Office, tx: Transaction, row: Row) -> Iterator[tuple[str, str]]:
    yield _("Sign-in"), _describe_sign_in(row)
    yield _("PIN"), _("to be changed at the next sign-in") if row["pin_due"] else _("chosen by the person")
    yield _("Badge"), _("identifies the person; the PIN is still asked for") if row["badge"] else _("none")
    tries = [tries for tries in tx.select("pin_tries", staff=row["id"], order=("machine",)) if tries["failures"]]
    wrong = [_("{count} at {machine}").format(count=each["failures"], machine=each["machine"]) for each in tries]
    yield _("Wrong PINs in a row"), format_list(wrong, ";") if wrong else _("none")
    others = _list_other_accounts(tx, row)
    yield _("Other accounts"), format_list(others) if others else _("none")
    if row["revoked_at"]:
        ended = office.local_time(row["revoked_at"]).strftime("%Y-%m-%d %H:%M")
        yield _("Sign-ins ended"), _("{time}, by a new PIN, suspension or dismissal").format(time=ended)
    yield _("Works now"), _describe_work(office, tx, row)


def _describe_sign_in(row: Row) -> str:
    states = {"suspended": _("not possible: suspended"), "dismissed": _("not possible: dismissed")}
    return states.get(row["state"], _("possible"))


def _list_other_accounts(tx: Transaction, row: Row) -> list[str]:
    """Return the staff numbers of the other accounts of the same natural person."""
    owner = row["person"] or row["id"]
    accounts = tx.select("staff", order=("number",))
    return [each["number"] for each in accounts if each["id"] != row["id"] and (each["person"] or each["id"]) == owner]


def _describe_work(office: Office, tx: Transaction, row: Row) -> str:
    """Return the windows that the person holds, with the time since when."""
    windows = [each for each in tx.select("windows", staff=row["id"], order=("id",)) if each["state"] != "closed"]
    words = _("{window} for {time}")
    now = office.corrected_now
    return format_list(
        words.format(window=localize_name(each["name"]), time=format_short_age(each["since"], now)) for each in windows
    ) or _("at no window of this hall")
