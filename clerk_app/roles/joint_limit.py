"""Describes the limit of joint handling of a case in words."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.joint_limits import find_joint_limit
from clerk_app.catalogue.publication import read_calendar
from clerk_app.locales import _
from db.engines import Transaction


def describe_joint_limit(tx: Transaction, case: CaseRecord, now: int) -> str:
    """Return until when all organs of a joint case have to decide, and how far that can be extended; else ''."""
    limit = find_joint_limit(read_calendar(tx, case.catalogue), case, now) if case.row["state"] == "accepted" else None
    if limit is None:
        return ""
    sentence = _("{day} (45 working days, art. 42), extended {last} at the latest")
    return sentence.format(day=limit.regular.isoformat(), last=limit.extended.isoformat())
