"""Notices: documents to be printed for the citizen. A notice is pending until its printing is recorded.

The period of a task pauses when its supplement notice is printed for the first time, not when the organ asks. A
supplement notice that is still pending is withdrawn when its reason ends: the papers came, or the tasks ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.dates import compute_papers_deadline
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.late_prints import LatePrint, find_late_print, raise_late_print
from clerk_app.cases.received_records import ONE_TIME, store_first_print
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

TAKEN_IN = "taken_in"
"""Kind of the receipt for materials that were handed in after the acceptance."""
PROCEDURE = "procedure"
"""Kind of the notice of a special procedure."""
EXTENSION = "extension"
"""Kind of the notice of an extended period."""
REFERRAL = "referral"
"""Kind of the notice that the superior organ decides a matter."""
EXTERNAL_WAIT = "external_wait"
"""Kind of the notice that a task waits for an office outside; also of such a wait in `supplements`."""
EXTERNAL_LETTER = "external_letter"
"""Kind of the letter to that office."""
DEEMED = "deemed"
"""Kind of the notice that a matter is deemed approved."""
_ASKED_IN_STATE = {"supplement": "returned", PROCEDURE: "procedure", EXTERNAL_WAIT: "external"}
"""State of the tasks whose periods pause when a notice of this kind is printed."""
RULES = RuleSet()


class PauseByNotice(CommandDecision, frozen=True, kw_only=True):
    """The pause that the first print of a supplement notice begins.

    `paused` are the tasks that wait for papers, with their organs and supplements in the same order, and `dates` the
    new dates of the case. All are empty if nothing is paused. `late` is the acceptance by law that came before.
    """

    deadline_at: int | None = None
    deadline_expected: bool = False
    paused: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    dates: CaseDates | None = None
    late: LatePrint | None = None


class NoticePrintRecorded(PauseByNotice, frozen=True, kw_only=True):
    """State of the notice after the attempt: printed or pending.

    `printed_at` is None for a notice that was not printed, and in entries of schema 0026 and before, which stored the
    time of the decision.
    """

    stored_name: ClassVar[str] = "NoticeEnded"
    state: str
    printed_at: int | None = None


class RecordNoticePrint(Command[NoticePrintRecorded], frozen=True, kw_only=True):
    """Records whether a notice was printed, in one step; versions from schema 0036 on use the commands of `prints`.

    `deadline_at` is the end of the day until which the papers can be brought, as printed on a supplement notice.
    """

    stored_name: ClassVar[str] = "EndNotice"
    notice: str
    printed: bool
    deadline_at: int | None = None


def insert_notice(tx: Transaction, notice_id: str, number: str, kind: str, window_id: str, at: int) -> None:
    """Insert a pending notice of a case, to be printed at a window. `at` is in microseconds UTC."""
    tx.insert(
        "notices",
        id=notice_id,
        case_number=number,
        kind=kind,
        window_id=window_id,
        state="pending",
        prints=0,
        made_at=at,
    )


def find_notice_time(tx: Transaction, number: str, moment: Moment) -> int:
    """Return the time of a new notice of a case, microseconds UTC: now, but after its other notices.

    A clock that was wrong would change the order of the papers.
    """
    latest = max((notice["made_at"] for notice in tx.select("notices", case_number=number)), default=0)
    return max(moment.corrected_at, latest + 1)


def find_settled_notices(tx: Transaction, case: CaseRecord, answered: Collection[str]) -> tuple[str, ...]:
    """Return the pending notices of supplements and special procedures that all have ended, or are in `answered`."""
    open_notices = {
        request["notice"]
        for request in case.supplements
        if request["answered_at"] is None and request["id"] not in answered
    }
    letters = tuple(  # to offices outside, and reminders of them
        f"{case.number}-{EXTERNAL_LETTER}-{request['id'][len(case.number) :]}"
        for request in case.supplements
        if request["kind"] == EXTERNAL_WAIT and request["notice"] in open_notices
    )
    return tuple(
        notice["id"]
        for notice in tx.select("notices", order=("id",), case_number=case.number)
        if notice["state"] == "pending"
        and (notice["kind"] in _ASKED_IN_STATE or notice["kind"] == EXTERNAL_LETTER)
        and notice["id"] not in open_notices
        and not notice["id"].startswith(letters)
    )


def list_printed_notices(case: CaseRecord, notices: Iterable[Row], until: int | None = None) -> set[str]:
    """Return the ids of the notices that were printed; with `until` (microseconds UTC), only by that time.

    The time is that of the first print, which the supplements have: `printed_at` is that of the last one.
    """
    first_prints: dict[str, int] = {}
    for row in case.supplements:
        if row["notified_at"] is not None:
            first_prints[row["notice"]] = min(row["notified_at"], first_prints.get(row["notice"], row["notified_at"]))
    return {
        notice["id"]
        for notice in notices
        if notice["state"] == "printed"
        and (until is None or first_prints.get(notice["id"], notice["printed_at"] or 0) <= until)
    }


def withdraw_notices(tx: Transaction, notices: Iterable[str]) -> None:
    """Withdraw notices that were not printed: they are no longer offered."""
    for notice in notices:
        tx.update("notices", {"id": notice}, state="withdrawn")


def require_place_of_paper(tx: Transaction, number: str, moment: Moment) -> None:
    """Raise Refused unless the actor works at the site of the case, or at the one where it was accepted.

    That one may have printed the receipt before the case was transferred.
    """
    case = tx.get("cases", number=number)
    if case is not None:
        clerk = tx.get("staff", id=case["clerk"])
        require_site(tx, moment, case, clerk["organ"] if clerk is not None else None)


def decide_pause(tx: Transaction, notice: Row, moment: Moment, stated_deadline: int | None) -> PauseByNotice:
    """Return the pause that begins with a print of a notice: of the tasks for whose papers it asks for the first time.

    `stated_deadline` is the end of the day until which the papers can be brought, as stated on the paper.
    """
    if notice["kind"] == ONE_TIME:
        return _decide_bring_until(tx, notice, moment, stated_deadline)
    if notice["kind"] not in _ASKED_IN_STATE:
        return PauseByNotice()
    case = read_case(tx, notice["case_number"])
    asked_in = _ASKED_IN_STATE[notice["kind"]]
    waiting = {task["id"]: task["organ"] for task in case.open_tasks() if task["state"] == asked_in}
    requests = [
        row
        for row in case.supplements
        if row["notice"] == notice["id"]
        and row["notified_at"] is None
        and row["task"] in waiting
        and not row["counted"]
    ]
    if not requests:
        return PauseByNotice()
    organs = tuple(waiting[row["task"]] for row in requests)
    calendar = read_calendar(tx, case.catalogue)
    days = max(row["working_days"] for row in requests) or read_policy(tx).supplement_working_days
    deadline_at, expected = compute_papers_deadline(calendar, organs, moment.corrected_at, days)
    asked = {row["id"] for row in requests}
    supplements = [
        {**row, "notified_at": moment.corrected_at} if row["id"] in asked else row for row in case.supplements
    ]
    return PauseByNotice(
        deadline_at=max(deadline_at, stated_deadline or 0),  # the later date holds for the citizen
        deadline_expected=expected,
        paused=tuple(row["task"] for row in requests),
        organs=organs,
        supplements=tuple(row["id"] for row in requests),
        dates=update_case_dates(calendar, case, {}, supplements=supplements),
    )


def _decide_bring_until(tx: Transaction, notice: Row, moment: Moment, stated_deadline: int | None) -> PauseByNotice:
    """Return until when the rest can be brought after a notice before the acceptance; nothing if it came too late."""
    record = tx.get("received_records", case_number=notice["case_number"])
    if record is None:
        return PauseByNotice(late=find_late_print(tx, notice["case_number"], moment))
    if record["notified_at"] is None and moment.corrected_at > record["answer_due_at"]:
        return PauseByNotice()
    case = read_case(tx, notice["case_number"])
    organs = (record["site"],) if record["site"] else ()
    days = read_policy(tx).supplement_working_days
    until, expected = compute_papers_deadline(read_calendar(tx, case.catalogue), organs, moment.corrected_at, days)
    return PauseByNotice(deadline_at=max(until, stated_deadline or 0), deadline_expected=expected)


def store_printed_notice(
    tx: Transaction, notice_id: str, entry: Entry[Any, Any], printed_at: int, pause: PauseByNotice
) -> None:
    """Count a print of a notice, and store the pause that begins with it. `printed_at` is in microseconds UTC."""
    moment = entry.moment
    number = case_number_of(notice_id)
    tx.execute("cases.mark_notice_printed", notice=notice_id, at=printed_at)
    until, expected = pause.deadline_at, pause.deadline_expected
    store_first_print(tx, notice_id, moment.corrected_at, until, expected=expected)
    notified = {
        "notified_at": moment.corrected_at,
        "deadline_at": pause.deadline_at,
        "deadline_expected": pause.deadline_expected,
    }
    for task, organ, supplement in zip(pause.paused, pause.organs, pause.supplements, strict=True):
        tx.update("supplements", {"id": supplement}, **notified)
        tx.update("tasks", {"id": task}, due_at=None, statutory_at=None)
        tx.mark_changed(f"organ/{organ}", f"case/{number}")
    store_case_dates(tx, number, pause.dates)
    if pause.late is not None:
        raise_late_print(tx, number, pause.late, moment.corrected_at, entry.decided_at)


def _decide_notice_print(tx: Transaction, command: RecordNoticePrint, moment: Moment) -> NoticePrintRecorded:
    notice = tx.get("notices", id=command.notice)
    if notice is None:
        raise Refused("no_notice", "There is no such paper.")
    require_place_of_paper(tx, notice["case_number"], moment)
    if not command.printed:
        return NoticePrintRecorded(state="pending")
    pause = decide_pause(tx, notice, moment, command.deadline_at)
    printed_at = max(moment.corrected_at, notice["made_at"])
    return NoticePrintRecorded(state="printed", printed_at=printed_at, **msgspec.structs.asdict(pause))


@RULES.register(
    RecordNoticePrint,
    NoticePrintRecorded,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper sent to the printer"),
    decide=_decide_notice_print,
    stream=lambda command, _: f"case/{case_number_of(command.notice)}",
    documents=("case", "received"),
)
def _apply_notice_print(tx: Transaction, entry: Entry[RecordNoticePrint, NoticePrintRecorded]) -> None:
    decision, notice = entry.decision, entry.command.notice
    if decision.state == "printed":
        store_printed_notice(tx, notice, entry, decision.printed_at or entry.decided_at, decision)
        mark_case_changed(tx, case_number_of(notice))
