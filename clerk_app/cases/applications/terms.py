"""The period in which an application is accepted or answered, and what the law makes of its end.

An application that was not answered within five working days counts as accepted from the day of its receipt
(逾期不告知的，自收到申请材料之日起即为受理; 行政许可法 art. 32).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clerk_app.cases.applications.content import OPEN_STATES
from clerk_app.catalogue import publication
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from db.engines import Row, Transaction


def noon_of(day: date, zone: str) -> int:
    """Return noon of a local day, microseconds UTC."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    return int((noon - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000


def is_overdue(row: Row, now: int) -> bool:
    """Return whether the period of an application that waits has ended; `now` is in microseconds UTC."""
    return bool(row["due_at"] < now)


def find_receipt_time(tx: Transaction, number: str) -> int:
    """Return noon of the day on which an application was received; 0 if it is not in this store."""
    row = tx.get("applications", number=number) if number else None
    if row is None:
        return 0
    return noon_of(date.fromisoformat(row["received_on"]), publication.load_frame(tx).time_zone)


def find_deemed_start(tx: Transaction, number: str, accepted_at: int) -> int:
    """Return from when a case counts as accepted that is made of an application after its period; 0 within it.

    `number` is empty for a case without an application. Times are microseconds UTC.
    """
    row = tx.get("applications", number=number) if number else None
    return find_receipt_time(tx, number) if row is not None and is_overdue(row, accepted_at) else 0


LATE_APPLICATION = "late_application"


def find_late_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to an acceptance after the period of its application that does not count from its receipt.

    A window decides so if it does not have the application any more: it was returned or opened elsewhere. The terms run
    from the receipt then, which the receipt that the window printed does not state.
    """
    number = entry.command.application
    row = tx.get("applications", number=number) if number and not entry.decision.deemed_from else None
    if row is None or row["state"] not in OPEN_STATES or not is_overdue(row, entry.moment.corrected_at):
        return None
    return Refused(
        LATE_APPLICATION,
        "Application {number} was accepted after its period: by law it counts as accepted since {day}, and its terms "
        "run from that day. The receipt has later dates: print it again and inform the applicant.",
        number=number,
        day=row["received_on"],
    )
