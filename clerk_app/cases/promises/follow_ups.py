"""Follow-up of promises by their organ: a check passed, its term extended once, or a promise reported as false.

These are commands of the authority: the organ may follow up a case of which its machines hold nothing any more.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.identifiers import case_number_of_promise
from clerk_app.cases.promises.offers import GAP, RELIED, compute_follow_up
from clerk_app.cases.promises.rows import KEPT, OPEN, REPORTED, get_promise, recover_promise_act, update_promise
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class PromiseKept(CommandDecision, frozen=True, kw_only=True):
    """The case of the promise."""

    stored_name: ClassVar[str] = "PromiseKept"
    case: str


class KeepPromise(Command[PromiseKept], frozen=True, kw_only=True):
    """Records that the check of a promise was passed. `note` states what was checked."""

    stored_name: ClassVar[str] = "KeepPromise"
    promise: str
    note: str


class PromiseExtended(CommandDecision, frozen=True, kw_only=True):
    """The new date until which the promise is followed up, microseconds UTC."""

    stored_name: ClassVar[str] = "PromiseExtended"
    case: str
    due_at: int
    expected: bool = False


class ExtendPromise(Command[PromiseExtended], frozen=True, kw_only=True):
    """Extends the term of a follow-up, once, by working days."""

    stored_name: ClassVar[str] = "ExtendPromise"
    promise: str
    working_days: int
    reason: str


class PromiseReported(CommandDecision, frozen=True, kw_only=True):
    """The report waits for a second person of the organ."""

    stored_name: ClassVar[str] = "PromiseReported"
    case: str


class ReportPromise(Command[PromiseReported], frozen=True, kw_only=True):
    """Reports a promise as false, or a paper as not brought in time. The applicant reads `reason`.

    `evidence` names what shows it.
    """

    stored_name: ClassVar[str] = "ReportPromise"
    promise: str
    reason: str
    evidence: str


def get_own_promise(tx: Transaction, promise: str, moment: Moment, *states: str) -> Row:
    """Return a promise that the actor's organ follows up. Raises Refused for another organ or state."""
    row = get_promise(tx, promise)
    if row["organ"] != moment.actor.organ:
        raise Refused("organ", "Another department follows up this promise.")
    if row["state"] not in states:
        raise Refused("promise_state", "This promise is not open any more, or was reported already.")
    return row


def _decide_keep(tx: Transaction, command: KeepPromise, moment: Moment) -> PromiseKept:
    row = get_own_promise(tx, command.promise, moment, OPEN)
    require_reason(command.note)
    if row["kind"] == GAP:
        raise Refused("gap", "The paper is taken in at the counter: that settles the promise.")
    return PromiseKept(case=row["case_number"])


@RULES.register(
    KeepPromise,
    PromiseKept,
    permission="promise.follow_up",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Check of a promise passed"),
    decide=_decide_keep,
    stream=lambda command, _: f"case/{case_number_of_promise(command.promise)}",
    documents=("promise", "case"),
    placement=Placement.REMOTE,
    recover=recover_promise_act,
)
def _apply_keep(tx: Transaction, entry: Entry[KeepPromise, PromiseKept]) -> None:
    settled = {"settled_by": entry.moment.actor.id, "settled_at": entry.moment.corrected_at}
    row = get_promise(tx, entry.command.promise)
    update_promise(tx, row, state=KEPT, note=entry.command.note.strip(), **settled)
    mark_case_changed(tx, entry.decision.case)


def _decide_extend(tx: Transaction, command: ExtendPromise, moment: Moment) -> PromiseExtended:
    row = get_own_promise(tx, command.promise, moment, OPEN)
    require_reason(command.reason)
    if row["extended_days"]:
        raise Refused("extended", "The term was extended already: it is extended once.")
    if row["kind"] == GAP:
        raise Refused("gap", "The term for a missing paper ends with the promised term, and is not extended.")
    most = read_policy(tx).follow_up_extension_days
    if not 1 <= command.working_days <= most:
        raise Refused("extension_days", "A time limit is extended by 1 to {most} working days.", most=most)
    case = read_case(tx, row["case_number"])
    calendar = read_calendar(tx, case.catalogue)
    due_at, expected = compute_follow_up(calendar, row["organ"], row["due_at"], command.working_days)
    return PromiseExtended(case=case.number, due_at=due_at, expected=expected)


@RULES.register(
    ExtendPromise,
    PromiseExtended,
    permission="promise.follow_up",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Check of a promise extended"),
    decide=_decide_extend,
    stream=lambda command, _: f"case/{case_number_of_promise(command.promise)}",
    documents=("promise", "case"),
    placement=Placement.REMOTE,
    recover=recover_promise_act,
)
def _apply_extend(tx: Transaction, entry: Entry[ExtendPromise, PromiseExtended]) -> None:
    command, decision = entry.command, entry.decision
    extended = {"extended_days": command.working_days, "extended_reason": command.reason.strip()}
    row = get_promise(tx, command.promise)
    update_promise(tx, row, due_at=decision.due_at, expected=decision.expected, **extended)
    mark_case_changed(tx, decision.case)


def _decide_report(tx: Transaction, command: ReportPromise, moment: Moment) -> PromiseReported:
    row = get_own_promise(tx, command.promise, moment, OPEN)
    require_reason(command.reason)
    require_reason(command.evidence)
    if row["kind"] == GAP and moment.corrected_at <= row["due_at"]:
        raise Refused("too_early", "The papers can still be brought.")
    return PromiseReported(case=row["case_number"])


@RULES.register(
    ReportPromise,
    PromiseReported,
    permission="promise.follow_up",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Promise reported as false"),
    decide=_decide_report,
    stream=lambda command, _: f"case/{case_number_of_promise(command.promise)}",
    documents=("promise", "case"),
    placement=Placement.REMOTE,
    recover=recover_promise_act,
)
def _apply_report(tx: Transaction, entry: Entry[ReportPromise, PromiseReported]) -> None:
    command = entry.command
    reported = {"reported_by": entry.moment.actor.id, "reported_at": entry.moment.corrected_at}
    text = {"reason": command.reason.strip(), "evidence": command.evidence.strip()}
    update_promise(tx, get_promise(tx, command.promise), state=REPORTED, **reported, **text)
    mark_case_changed(tx, entry.decision.case)


def is_only_check(promise: Row) -> bool:
    """Return whether a follow-up checks an approval that relied on a revoked one: nobody promised anything there."""
    return bool(promise["kind"] == RELIED)
