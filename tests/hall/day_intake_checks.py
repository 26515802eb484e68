"""Checks of the driven day's intake at the center: received cases, promises, messages, referrals and waits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from clerk_app.cases.promises.offers import GAP
from clerk_app.composition.office import Office, open_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.roles.case_messages import describe_messages
from clerk_app.roles.department.follow_ups import list_follow_ups
from db.engines import Row, Transaction
from tests.hall.day_intake import COMMITMENT, GAPS, KINDS, RECEIVE, IntakeLog
from tests.hall.day_officers import OFFICERS, ORGANS

_LATER = 8 * 86_400_000_000  # microseconds: more than the five working days in which an application is answered
_ENDED = ("approved", "refused", "lapsed")


def check_intake(office: Office, log: IntakeLog, rejected: int) -> None:
    """Compare the center with what windows and departments did; `rejected` messages are rejected work of a window.

    A department had decided before such a message reached the center.
    """
    assert set(log.cases.values()) == set(KINDS)
    assert log.continued
    assert log.brought
    with office.store.read() as tx:
        _check_received(tx, log)
        _check_promises(tx, log, office.now)
        _check_messages(tx, log, rejected)
        _check_departments(tx, log, office.now)


def _check_received(tx: Transaction, log: IntakeLog) -> None:
    """Check that each received case was accepted at another window, or waits with its clock."""
    records = {row["case_number"]: row for row in tx.select("received_records")}
    received = {number for number, kind in log.cases.items() if kind == RECEIVE}
    assert set(records) == received - set(log.continued)
    for number, record in records.items():
        (case,) = tx.select("cases", number=number)
        assert case["state"] == "received"
        assert record["notified_at"] is not None
        assert record["bring_until"] > record["notified_at"]
    for number, (first, second) in log.continued.items():
        (case,) = tx.select("cases", number=number)
        assert first != second == case["window_id"]
        assert tx.select("tasks", case_number=number)
    assert tx.select("ledger_entries", kind="DeemAccepted") == []


def _check_promises(tx: Transaction, log: IntakeLog, now: int) -> None:
    """Check that each promise is kept, ended with its matters, or on the list of the department that follows it up."""
    promises = tx.select("promises")
    made = Counter((row["case_number"], row["kind"], row["subject"]) for row in promises)
    assert set(made) == set(log.promised)
    assert {number for number, _kind, _subject in made} == {
        number for number, kind in log.cases.items() if kind in (GAPS, COMMITMENT)
    }
    listed = {row.id for organ in ORGANS for row in list_follow_ups(tx, organ, next(iter(OFFICERS)), now)}
    assert {row["id"] for row in promises if row["state"] == "open"} == listed
    for row in promises:
        assert row["due_at"] > now
        if row["kind"] == GAP:
            assert (row["state"] == "kept") == (row["case_number"] in log.brought) or row["state"] == "ended"


def _check_messages(tx: Transaction, log: IntakeLog, rejected: int) -> None:
    """Check that each message arrived once or was rejected, and that the case shows how many were not read."""
    rows = tx.select("case_messages")
    arrived = {row["text"] for row in rows}
    assert len(arrived) == len(rows) == len(log.messages) - rejected
    assert arrived <= set(log.messages)
    for row in rows:
        is_new = "新" in describe_messages(tx, row["case_number"], row["organ"])
        assert is_new or row["read_at"] is not None


def _check_departments(tx: Transaction, log: IntakeLog, now: int) -> None:
    """Check that each referral has the superior organ's task, and that each wait has a term or has ended."""
    referrals, waits = tx.select("referrals"), tx.select("external_waits")
    assert (len(referrals), len(waits)) == (log.acts["refer"], log.acts["wait"])
    waiting = {row["case_number"] for row in tx.select("promises", kind=GAP, state="open")}
    for row in referrals:
        state = _state(tx, row["successor"])
        assert state in (*_ENDED, "external", "referred") or (state == "pooled" and row["case_number"] in waiting)
    for row in waits:
        assert row["due_at"] > now
        assert row["outcome"] or _state(tx, row["task"]) == "external"  # a task may wait a second time


def _state(tx: Transaction, task: str) -> str:
    (row,) = tx.select("tasks", id=task)
    return str(row["state"])


def check_later(center: Path, log: IntakeLog) -> None:
    """Check that the schedule accepts no case by law after five working days: each notice was printed in time."""
    office = open_office(center)
    later = office.now + _LATER
    office.store.close()
    office = open_office(center, clock=lambda: later)
    assert run_due_commands(office) > 0  # of tasks that are overdue by then
    with office.store.read() as tx:
        states: dict[str, Row] = {row["number"]: row for row in tx.select("cases")}
        assert tx.select("ledger_entries", kind="DeemAccepted") == []
    office.store.close()
    open_ones = {number for number, kind in log.cases.items() if kind == RECEIVE} - set(log.continued)
    assert {states[number]["state"] for number in open_ones} <= {"received"}
