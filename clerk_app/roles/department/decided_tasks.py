"""An officer's decisions of the present day, and whether each can still be corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.states import TASK_STATE_NAMES
from clerk_app.cases.tasks.corrections import require_correctable
from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import format_party_name, format_stored_reasons, localize
from clerk_app.roles.unreadable import build_rows
from clerk_app.views.department import DecidedRow
from clerk_app.views.shared import Level
from db.engines import Row, Transaction

_MICROSECONDS_PER_DAY = 86_400_000_000
_MOST = 1_000  # decisions of one person on one day
_NEWEST_ENTRIES = 2_000  # of a window: more than one day has
_LEVELS: dict[str, Level] = {"approved": "good", "refused": "bad"}


class _Decided(msgspec.Struct):
    """The task and the outcome in the command of a decision."""

    task: str
    outcome: str


def list_decided(tx: Transaction, staff: str, now: int) -> tuple[DecidedRow, ...]:
    """Return the decisions of an officer on the local day of `now` (microseconds UTC), the last one first."""
    zone = load_frame(tx).time_zone
    sources = [(row["task"], row["outcome"], row["at"]) for row in _read_decisions(tx, staff, now, zone)]
    sources += _read_unheld(tx, staff, now, zone, {task for task, *_rest in sources})
    return build_rows(
        sorted(sources, key=lambda source: source[2], reverse=True),
        lambda source: _build_row(tx, staff, now, *source),
        lambda source: _unheld_row(*source, to_local_time(source[2], zone)),
        lambda source: f"decision {source[0]}",
    )


def count_decided(tx: Transaction, staff: str, now: int) -> int:
    """Return the number of decisions of an officer on the local day of `now` (microseconds UTC)."""
    zone = load_frame(tx).time_zone
    held = {row["task"] for row in _read_decisions(tx, staff, now, zone)}
    return len(held) + len(_read_unheld(tx, staff, now, zone, held))


def _start_of_day(now: int, zone: str) -> int:
    return end_of_day(to_local_time(now, zone).date(), zone) + 1 - _MICROSECONDS_PER_DAY


def _read_decisions(tx: Transaction, staff: str, now: int, zone: str) -> list[Row]:
    since = _start_of_day(now, zone)
    return tx.query_all("cases.decisions_signed_since", signer=staff, since=since, most=_MOST)


def _read_unheld(tx: Transaction, staff: str, now: int, zone: str, held: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return task, outcome and time of decisions on cases that this window does not hold any more."""
    if tx.query_one("ledger.center_connection") is None:
        return []
    rows = tx.query_all(
        "cases.own_decisions_since", signer=staff, since=_start_of_day(now, zone), newest=_NEWEST_ENTRIES
    )
    decided: dict[str, tuple[str, str, int]] = {}
    for row in rows:
        command = msgspec.json.decode(row["command"], type=_Decided)
        if command.task not in held:
            decided.setdefault(command.task, (command.task, command.outcome, row["corrected_at"]))
    return list(decided.values())


def _build_row(tx: Transaction, staff: str, now: int, task: str, outcome: str, at: int) -> DecidedRow:
    number = case_number_of(task)
    if tx.get("cases", number=number) is None:
        return _unheld_row(task, outcome, at, to_local_time(at, load_frame(tx).time_zone))
    case = read_case(tx, number)
    row, decision = tx.get("tasks", id=task), tx.get("decisions", task=task)
    matter = localize(case.catalogue.matter(row["matter"]).name) if row is not None else ""
    return DecidedRow(
        id=task,
        number=format_task_number(task),
        matter=matter + (_(" (re-check)") if row is not None and row["recheck_of"] else ""),
        applicant=format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
        outcome=translate(TASK_STATE_NAMES[outcome]),
        level=_LEVELS.get(outcome, "plain"),
        at=to_local_time(at, case.catalogue.time_zone),
        reasons=format_stored_reasons(case.catalogue, decision) if decision is not None else "",
        obstacle=_find_obstacle(lambda: require_correctable(tx, case, task, staff, now)),
    )


def _unheld_row(task: str, outcome: str, _at: int, local: datetime) -> DecidedRow:
    """Build the row of a decision on a case that this machine does not hold any more; the center checks it."""
    return DecidedRow(
        id=task,
        number=format_task_number(task),
        matter=_("no longer kept at this machine"),
        applicant="",
        outcome=translate(TASK_STATE_NAMES.get(outcome, outcome)),
        level=_LEVELS.get(outcome, "plain"),
        at=local,
        reasons="",
        obstacle="",
    )


def _find_obstacle(check: Callable[[], object]) -> str:
    try:
        check()
    except Refused as refused:
        return str(refused)
    return ""
