"""End of the term for requested papers: the task returns to its organ without them, and its period resumes.

The authority performs this on the day after the date printed on the notice. The task returns to the queue of its
organ marked as `papers_overdue`; the officer decides on what there is, or asks again with a new notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates
from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.tasks.resumption import ResumedTask, compute_dates_after, resume_task, return_to_queue
from clerk_app.catalogue.publication import is_readable_version, read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()

_DAY = 86_400_000_000  # microseconds
_TERMS_AT_ONCE = 200


class PapersTermEnded(CommandDecision, frozen=True, kw_only=True):
    """The task, whose period runs again, and the new dates of its case.

    `ended_at` is the end of the term, also if the authority was not running then. `withdrawn_notices` were not printed
    by then; the officer asks again, with a new notice, or decides.
    """

    stored_name: ClassVar[str] = "PapersTermEnded"
    case: str
    ended_at: int = 0
    resumed: ResumedTask
    dates: CaseDates
    withdrawn_notices: tuple[str, ...] = ()


class EndPapersTerm(Command[PapersTermEnded], frozen=True, kw_only=True):
    """Ends the wait for papers that were not brought until the date on their notice."""

    stored_name: ClassVar[str] = "EndPapersTerm"
    task: str
    supplement: str


def list_due_terms(tx: Transaction, now: int, supplement: str = "") -> Iterator[EndPapersTerm]:
    """Yield the command for each open supplement after `supplement` whose term has passed, in the order of their ids.

    Supplements of schema 0007 and before have no stored date, and those whose notice nobody has printed have none yet;
    both get twice the term and two weeks, which is never shorter than the working days of a notice. Cases whose version
    of the catalogue is missing are left out: they would be refused each time.
    """
    long_ago = now - (2 * read_policy(tx).supplement_working_days + 14) * _DAY
    while rows := tx.query_all(
        "cases.supplements_past_term", now=now, long_ago=long_ago, supplement=supplement, most=_TERMS_AT_ONCE
    ):
        for row in rows:
            if is_readable_version(tx, row["catalogue"], row["catalogue_version"], row["one_thing"]):
                yield EndPapersTerm(task=row["task"], supplement=row["id"])
        supplement = rows[-1]["id"]


def _decide(tx: Transaction, command: EndPapersTerm, moment: Moment) -> PapersTermEnded:
    case = read_case(tx, case_number_of(command.task))
    supplement = next((row for row in case.supplements if row["id"] == command.supplement), None)
    if supplement is None or supplement["kind"] or supplement["answered_at"] is not None:
        raise Refused("answered", "The papers were brought, or the matter has ended.")
    if supplement["deadline_at"] is not None and moment.decided_at <= supplement["deadline_at"]:
        raise Refused("too_early", "The papers can still be brought.")
    calendar = read_calendar(tx, case.catalogue)
    ended_at = min(moment.corrected_at, supplement["deadline_at"] or moment.corrected_at)
    ended = msgspec.structs.replace(moment, corrected_at=ended_at)
    resumed = resume_task(calendar, case, supplement, ended)
    return PapersTermEnded(
        case=case.number,
        ended_at=ended_at,
        resumed=resumed,
        dates=compute_dates_after(calendar, case, (resumed,), (), ended),
        withdrawn_notices=find_settled_notices(tx, case, {command.supplement}),
    )


@RULES.register(
    EndPapersTerm,
    PapersTermEnded,
    permission="task.end_papers_term",
    roles=(Role.SCHEDULE, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("End of the term for papers"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[EndPapersTerm, PapersTermEnded]) -> None:
    decision, task = entry.decision, entry.decision.resumed
    tx.update("supplements", {"id": task.supplement}, term_ended=True)
    return_to_queue(tx, task, decision.ended_at or entry.moment.corrected_at, papers_overdue=True)
    withdraw_notices(tx, decision.withdrawn_notices)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
