"""The period in which the citizen brings what a received case lacks: its extension, and the end by a person."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_stock_reasons
from clerk_app.cases.dates import compute_papers_deadline
from clerk_app.cases.notices import insert_notice
from clerk_app.cases.received_records import ONE_TIME, TABLE, get_received, mark_received_changed, remove_record
from clerk_app.cases.states import next_case_state
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()
NOT_COMPLETED = "not_completed"
"""Reason of the end of a case whose rest was not brought in time; the notice states it in words."""


class ReceivedExtended(CommandDecision, frozen=True, kw_only=True):
    """The new end of the period (microseconds UTC), and the notice that states it."""

    stored_name: ClassVar[str] = "ReceivedExtended"
    site: str
    bring_until: int
    expected: bool
    notice: str


class ExtendReceived(Command[ReceivedExtended], frozen=True, kw_only=True):
    """Extends the period to bring what is missing, once, with a reason; a new notice states the date."""

    stored_name: ClassVar[str] = "ExtendReceived"
    case: str
    window: str
    reason: str


class ReceivedClosed(CommandDecision, frozen=True, kw_only=True):
    """State of the case, and the notice of non-acceptance."""

    stored_name: ClassVar[str] = "ReceivedClosed"
    state: str
    notice: str


class CloseReceived(Command[ReceivedClosed], frozen=True, kw_only=True):
    """Ends a received case that was not completed in time (不予受理), in writing."""

    stored_name: ClassVar[str] = "CloseReceived"
    case: str
    window: str
    reason: str
    reason_codes: tuple[str, ...] = ()


def _decide_extend(tx: Transaction, command: ExtendReceived, moment: Moment) -> ReceivedExtended:
    _case, record = get_received(tx, command.case, moment)
    require_reason(command.reason)
    if record["bring_until"] is None:
        raise Refused("not_notified", "Print the notice first: the period begins with it.")
    if record["extended_reason"]:
        raise Refused("extended", "The period was extended before. It can be extended once.")
    found = read_case(tx, command.case)
    start = max(record["bring_until"], moment.corrected_at)
    organs = (record["site"],) if record["site"] else ()
    days = read_policy(tx).supplement_working_days
    until, expected = compute_papers_deadline(read_calendar(tx, found.catalogue), organs, start, days)
    notice = f"{command.case}-{ONE_TIME}-{record['notices'] + 1}"
    return ReceivedExtended(site=record["site"], bring_until=until, expected=expected, notice=notice)


@RULES.register(
    ExtendReceived,
    ReceivedExtended,
    permission="case.extend_received",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER, MachineKind.SUPERVISOR),
    label=mark("More time to bring what is missing"),
    decide=_decide_extend,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
)
def _apply_extend(tx: Transaction, entry: Entry[ExtendReceived, ReceivedExtended]) -> None:
    command, decision = entry.command, entry.decision
    record = tx.get(TABLE, case_number=command.case)
    if record is None:
        return
    tx.update(
        TABLE,
        {"case_number": command.case},
        bring_until=decision.bring_until,
        bring_expected=decision.expected,
        extended_reason=command.reason,
        notices=record["notices"] + 1,
    )
    insert_notice(tx, decision.notice, command.case, ONE_TIME, command.window, entry.moment.corrected_at)
    mark_case_changed(tx, command.case)
    mark_received_changed(tx, command.case, decision.site)


def _decide_close(tx: Transaction, command: CloseReceived, moment: Moment) -> ReceivedClosed:
    case, record = get_received(tx, command.case, moment)
    state = next_case_state(case["state"], "not_accept")
    found = read_case(tx, command.case)
    require_stock_reasons(found.catalogue, command.reason_codes)
    if not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "A reason is needed: the citizen gets it in writing.")
    if record["bring_until"] is None or moment.corrected_at <= record["bring_until"]:
        raise Refused("too_early", "The citizen can still bring what is missing.")
    return ReceivedClosed(state=state, notice=f"{command.case}-not_accepted")


@RULES.register(
    CloseReceived,
    ReceivedClosed,
    permission="case.close_received",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER, MachineKind.SUPERVISOR),
    label=mark("End of a received case that was not completed in time"),
    decide=_decide_close,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
)
def _apply_close(tx: Transaction, entry: Entry[CloseReceived, ReceivedClosed]) -> None:
    command, decision = entry.command, entry.decision
    remove_record(tx, command.case)
    tx.update(
        "cases",
        {"number": command.case},
        state=decision.state,
        accepted_at=entry.moment.corrected_at,  # of the decision, from which its retention counts
        ended_reason=command.reason,
        reason_codes=encode_json_list(command.reason_codes),
    )
    insert_notice(tx, decision.notice, command.case, "not_accepted", command.window, entry.moment.corrected_at)
    mark_case_changed(tx, command.case)
