"""What a citizen sees in a session without another factor: the own cases, their state, and who saw the own data.

A receipt shows its own case only. Each act is recorded at the center; the list of cases has no personal data but their
numbers.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_messages import CITIZEN, list_unread_messages
from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.objections import has_doubts
from clerk_app.cases.status_query import CaseStatus, build_case_status, list_requested_materials
from clerk_app.citizen.sessions import (
    BY_RECEIPT,
    KIOSK_ROLES,
    CitizenSession,
    require_person,
    require_session,
    session_stream,
    touch_session,
)
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people.access_report import MAX_ACCESSES, Access, list_accesses
from db.engines import Row, Transaction

MAX_CASES = 30  # in one list, the newest

RULES = RuleSet()


class OwnCase(MessagePart, frozen=True, kw_only=True):
    """A case in the list: its state, the promised time (microseconds UTC), papers to bring, messages that wait."""

    number: str
    one_thing: str
    catalogue: str
    version: int
    state: str
    promised_at: int | None = None
    papers: int = 0
    messages: int = 0


class OwnCasesListed(CommandDecision, frozen=True, kw_only=True):
    """The cases, newest first, and how many there are in all."""

    stored_name: ClassVar[str] = "OwnCasesListed"
    cases: tuple[OwnCase, ...]
    total: int


class QueryOwnCases(Command[OwnCasesListed], frozen=True, kw_only=True):
    """Asks for the cases of the person of a session, or for the one case of a receipt."""

    stored_name: ClassVar[str] = "QueryOwnCases"
    session: str


class OwnCaseShown(CommandDecision, frozen=True, kw_only=True):
    """The status of the case, as with its receipt and second factor."""

    stored_name: ClassVar[str] = "OwnCaseShown"
    status: CaseStatus


class QueryOwnCase(Command[OwnCaseShown], frozen=True, kw_only=True):
    """Asks for the status of a case of the session."""

    stored_name: ClassVar[str] = "QueryOwnCase"
    session: str
    case: str


class OwnAccessesListed(CommandDecision, frozen=True, kw_only=True):
    """The accesses without the staff who made them, newest first, and how many there are in all."""

    stored_name: ClassVar[str] = "OwnAccessesListed"
    accesses: tuple[Access, ...]
    total: int


class QueryOwnAccesses(Command[OwnAccessesListed], frozen=True, kw_only=True):
    """Asks who saw the data of the person of a session: organ or machine, when and why, no names of staff."""

    stored_name: ClassVar[str] = "QueryOwnAccesses"
    session: str


def require_own_case(tx: Transaction, session: CitizenSession, number: str) -> Row:
    """Return a case of the session. Raises Refused for any other, also if there is none with the number."""
    case: Row | None = tx.get("cases", number=number)
    is_own = (
        session.case == number if session.kind == BY_RECEIPT else bool(case and case["applicant"] == session.person)
    )
    if case is None or not is_own:
        raise Refused("other_case", "This case does not belong to what you have opened here. Please ask at a window.")
    return case


def _decide_cases(tx: Transaction, command: QueryOwnCases, moment: Moment) -> OwnCasesListed:
    session = require_session(tx, command.session, moment)
    if session.kind == BY_RECEIPT:
        rows = tx.select("cases", number=session.case)
    else:
        rows = tx.query_all("citizen.cases_of_applicant", person=session.person)
    cases = tuple(_summarise(tx, row) for row in rows[:MAX_CASES])
    return OwnCasesListed(cases=cases, total=len(rows))


def _summarise(tx: Transaction, row: Row) -> OwnCase:
    number, state = row["number"], row["state"]
    return OwnCase(
        number=number,
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state="closed" if state == "issued" and has_doubts(tx, number) else state,
        promised_at=row["promised_at"],
        papers=len(list_requested_materials(read_case(tx, number))) if state == "accepted" else 0,
        messages=len(list_unread_messages(tx, number, CITIZEN)),
    )


def _decide_case(tx: Transaction, command: QueryOwnCase, moment: Moment) -> OwnCaseShown:
    require_own_case(tx, require_session(tx, command.session, moment), command.case)
    return OwnCaseShown(status=build_case_status(tx, read_case(tx, command.case), moment.decided_at))


def _decide_accesses(tx: Transaction, command: QueryOwnAccesses, moment: Moment) -> OwnAccessesListed:
    session = require_person(tx, command.session, moment)
    accesses = list_accesses(tx, session.person)
    shown = tuple(msgspec.structs.replace(access, actor="", staff="") for access in accesses[:MAX_ACCESSES])
    return OwnAccessesListed(accesses=shown, total=len(accesses))


@RULES.register(
    QueryOwnCases,
    OwnCasesListed,
    permission="citizen.session",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("A citizen's list of own cases"),
    decide=_decide_cases,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_cases(tx: Transaction, entry: Entry[QueryOwnCases, OwnCasesListed]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)


@RULES.register(
    QueryOwnCase,
    OwnCaseShown,
    permission="citizen.session",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state, in a citizen's session"),
    decide=_decide_case,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_case(tx: Transaction, entry: Entry[QueryOwnCase, OwnCaseShown]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line


@RULES.register(
    QueryOwnAccesses,
    OwnAccessesListed,
    permission="citizen.session",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Who saw my data"),
    decide=_decide_accesses,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_accesses(tx: Transaction, entry: Entry[QueryOwnAccesses, OwnAccessesListed]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)
