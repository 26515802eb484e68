"""Signed codes on paper for somebody without a smartphone (证照码凭条).

With `confirm_codes` of the policy the kiosk shows a short number. A clerk at a counter or the reception of the hall
compares the person with their document and types the last characters of its number, or declines. No name goes to the
clerk's machine: the center compares. A request ends after `confirm_minutes`, or with the session.
"""

from __future__ import annotations

from secrets import randbelow, token_hex
from typing import Any, ClassVar, Literal

from clerk_app.cases.status_query import SecondFactor, matches_second_factor
from clerk_app.catalogue.publication import read_policy
from clerk_app.citizen.licence_copies import require_own_licence
from clerk_app.citizen.sessions import KIOSK_ROLES, require_person, session_stream, touch_session
from clerk_app.errors import Refused
from clerk_app.hall.tickets import require_own_hall
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, single_row_type
from clerk_app.ledger.tries import CONFIRMATION, MICROSECONDS_PER_MINUTE, count_failure, locked_until
from clerk_app.locales import mark
from db.engines import Row, Transaction

RequestState = Literal["waiting", "confirmed", "declined", "ended"]
WAITING: RequestState = "waiting"
CONFIRMED: RequestState = "confirmed"
DECLINED: RequestState = "declined"
ENDED: RequestState = "ended"
_WRONG = "document"  # reason of a refusal
_MAX_WRONG = 3  # of one request
_HOUR = 3_600_000_000  # microseconds
_CODE_ID_BYTES = 12

RULES = RuleSet()


class CodeSlipRequested(CommandDecision, frozen=True, kw_only=True):
    """The request, its short number, and until when a clerk may confirm it (microseconds UTC)."""

    stored_name: ClassVar[str] = "CodeSlipRequested"
    request: str
    number: str
    ends_at: int


class RequestCodeSlip(Command[CodeSlipRequested], frozen=True, kw_only=True):
    """Asks the clerks of the hall to confirm the print of a signed code."""

    stored_name: ClassVar[str] = "RequestCodeSlip"
    hall: str
    session: str
    licence: str


class CodeSlipAnswered(CommandDecision, frozen=True, kw_only=True):
    """Hall and state (confirmed, declined) of the request. A confirmation holds until `ends_at` (microseconds)."""

    stored_name: ClassVar[str] = "CodeSlipAnswered"
    hall: str
    state: str
    ends_at: int


class AnswerCodeSlip(Command[CodeSlipAnswered], frozen=True, kw_only=True):
    """Confirms a request with the last characters of the person's document, or declines it."""

    stored_name: ClassVar[str] = "AnswerCodeSlip"
    request: str
    confirms: bool
    personal: SecondFactor | None = None


class CodeSlipIssued(CommandDecision, frozen=True, kw_only=True):
    """The licence of the code, its id in hexadecimal digits, and its expiry (microseconds UTC).

    The signed text may be read with the key of the entry.
    """

    stored_name: ClassVar[str] = "CodeSlipIssued"
    key: str
    licence: str
    code_id: str
    expires_at: int
    confirmed_by: str = ""  # id of the clerk; empty where the city asks for none


class IssueCodeSlip(Command[CodeSlipIssued], frozen=True, kw_only=True):
    """Issues a signed code for one print; with the confirmed request where the city asks for one."""

    stored_name: ClassVar[str] = "IssueCodeSlip"
    session: str
    licence: str
    request: str = ""


class CodeSlipState(CommandDecision, frozen=True, kw_only=True):
    """The state of the request: waiting, confirmed, declined or ended."""

    stored_name: ClassVar[str] = "CodeSlipState"
    state: RequestState


class ReadCodeSlipState(Command[CodeSlipState], frozen=True, kw_only=True):
    """Asks whether a clerk has answered a request."""

    stored_name: ClassVar[str] = "ReadCodeSlipState"
    session: str
    request: str


def list_open_requests(tx: Transaction, hall: str, now: int) -> list[Row]:
    """Return the requests of a hall that wait for a clerk at `now` (microseconds UTC), oldest first."""
    return tx.query_all("citizen_papers.open_code_requests", hall=hall, now=now)


def _decide_request(tx: Transaction, command: RequestCodeSlip, moment: Moment) -> CodeSlipRequested:
    require_own_hall(tx, command.hall, moment)
    session = require_person(tx, command.session, moment)
    require_own_licence(tx, session.person, command.licence, moment.decided_at)
    ends_at = moment.decided_at + read_policy(tx).citizen_papers.confirm_minutes * MICROSECONDS_PER_MINUTE
    taken = {row["number"] for row in list_open_requests(tx, command.hall, moment.decided_at)}
    number = next(
        (text for _attempt in range(100) if (text := f"{randbelow(900) + 100}") not in taken), token_hex(3).upper()
    )
    return CodeSlipRequested(request=moment.key, number=number, ends_at=ends_at)


@RULES.register(
    RequestCodeSlip,
    CodeSlipRequested,
    permission="citizen.code",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Signed code on paper asked for at a kiosk"),
    decide=_decide_request,
    stream=lambda command, _: session_stream(command.session),
    documents=("code_request",),
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=2000,
    keep_call=False,
)
def _apply_request(tx: Transaction, entry: Entry[RequestCodeSlip, CodeSlipRequested]) -> None:
    command, decision = entry.command, entry.decision
    touch_session(tx, command.session, entry.decided_at)
    tx.insert(
        "code_requests",
        id=decision.request,
        hall=command.hall,
        number=decision.number,
        node=node_of_chain(entry.moment.node),
        session=command.session,
        licence=command.licence,
        state=WAITING,
        asked_at=entry.decided_at,
        ends_at=decision.ends_at,
        answered_by="",
    )
    _mark_changed(tx, command.hall, decision.request)


def _mark_changed(tx: Transaction, hall: str, request: str) -> None:
    tx.mark_changed(f"hall/{hall}", f"code_request/{request}")


def _decide_answer(tx: Transaction, command: AnswerCodeSlip, moment: Moment) -> CodeSlipAnswered:
    row = tx.get_for_update("code_requests", id=command.request)
    if row is None:
        raise Refused("no_request", "There is no such request.")
    require_own_hall(tx, row["hall"], moment)
    session = tx.get("citizen_sessions", id=row["session"])
    if _state_of(row, session, moment.decided_at) != WAITING:
        raise Refused("request_ended", "This request has ended. The citizen begins again at the kiosk.")
    if not command.confirms:
        return CodeSlipAnswered(hall=row["hall"], state=DECLINED, ends_at=row["ends_at"])
    if locked_until(tx, CONFIRMATION, command.request, moment.decided_at, _MAX_WRONG) is not None:
        raise Refused("request_ended", "Wrong characters were entered too often for this request. Decline it.")
    person = tx.get("persons", id=session["person"]) if session is not None else None
    number = person["id_number"] if person is not None else None
    if not matches_second_factor(number, command.personal.last if command.personal is not None else ""):
        raise Refused(
            _WRONG,
            "The document of the person at the kiosk has other last characters. Compare it again, or decline.",
            until=row["ends_at"],
        )
    ends_at = moment.decided_at + read_policy(tx).citizen_papers.confirm_minutes * MICROSECONDS_PER_MINUTE
    return CodeSlipAnswered(hall=row["hall"], state=CONFIRMED, ends_at=ends_at)


def _state_of(row: Row, session: Row | None, now: int) -> RequestState:
    """Return the state of a request, which ends with its time or its session."""
    is_over = session is None or session["ended_at"] is not None or now >= row["ends_at"]
    state: RequestState = row["state"]
    return ENDED if is_over else state


def _count_wrong(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    if entry.decision.reason == _WRONG and "until" in entry.decision.facts:
        until = int(entry.decision.facts["until"])
        count_failure(tx, CONFIRMATION, entry.command.request, entry.decided_at, until)


@RULES.register(
    AnswerCodeSlip,
    CodeSlipAnswered,
    permission="citizen.confirm",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER, MachineKind.RECEPTION),
    label=mark("Clerk's answer for a signed code at a kiosk"),
    decide=_decide_answer,
    stream=lambda command, _: f"code_request/{command.request}",
    documents=("code_request",),
    placement=Placement.REMOTE,
    apply_refusal=_count_wrong,
    survives_restore=False,
    max_bytes=2000,
    keep_call=False,
    keep_personal=False,
)
def _apply_answer(tx: Transaction, entry: Entry[AnswerCodeSlip, CodeSlipAnswered]) -> None:
    answered = {"state": entry.decision.state, "answered_by": entry.moment.actor.id, "ends_at": entry.decision.ends_at}
    tx.update("code_requests", {"id": entry.command.request}, **answered)
    _mark_changed(tx, entry.decision.hall, entry.command.request)


def _decide_state(tx: Transaction, command: ReadCodeSlipState, moment: Moment) -> CodeSlipState:
    session = require_person(tx, command.session, moment)
    row = tx.get("code_requests", id=command.request)
    if row is None or row["session"] != session.id:
        raise Refused("no_request", "There is no such request.")
    return CodeSlipState(state=_state_of(row, tx.get("citizen_sessions", id=session.id), moment.decided_at))


@RULES.register(
    ReadCodeSlipState,
    CodeSlipState,
    permission="citizen.code",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("State of a request at a kiosk read"),
    decide=_decide_state,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=1000,
    keep_call=False,
)
def _apply_state(tx: Transaction, entry: Entry[ReadCodeSlipState, CodeSlipState]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)


def _decide_issue(tx: Transaction, command: IssueCodeSlip, moment: Moment) -> CodeSlipIssued:
    session = require_person(tx, command.session, moment)
    rules = read_policy(tx).citizen_papers
    require_own_licence(tx, session.person, command.licence, moment.decided_at)
    confirmed_by = _require_confirmation(tx, command, moment) if rules.confirm_codes else ""
    return CodeSlipIssued(
        key=moment.key,
        licence=command.licence,
        code_id=token_hex(_CODE_ID_BYTES),
        expires_at=moment.decided_at + rules.code_hours * _HOUR,
        confirmed_by=confirmed_by,
    )


def _require_confirmation(tx: Transaction, command: IssueCodeSlip, moment: Moment) -> str:
    """Return the clerk who confirmed the request. Raises Refused without an open, confirmed one for this licence."""
    row = tx.get_for_update("code_requests", id=command.request)
    if row is None or (row["session"], row["licence"]) != (command.session, command.licence):
        raise Refused("unconfirmed", "A clerk of the hall has to confirm this first.")
    state = _state_of(row, tx.get("citizen_sessions", id=command.session), moment.decided_at)
    if state != CONFIRMED:
        raise Refused("unconfirmed", "A clerk of the hall has to confirm this first.", state=state)
    return str(row["answered_by"])


@RULES.register(
    IssueCodeSlip,
    CodeSlipIssued,
    permission="citizen.code",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Signed code on paper at a kiosk"),
    decide=_decide_issue,
    stream=lambda command, _: f"licence/{command.licence}",
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=2000,
    keep_call=False,
)
def _apply_issue(tx: Transaction, entry: Entry[IssueCodeSlip, CodeSlipIssued]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)


_ROW = single_row_type("code_request", "code_requests", "id", lambda row: f"hall/{row['hall']}")


def _visible_rows(tx: Transaction, request: str, reader: Reader) -> Rows | None:
    """Return a request without session and licence, which are for the kiosk and the center only."""
    rows = _ROW.visible_rows(tx, request, reader)
    return {"code_requests": [{**row, "session": "", "licence": ""} for row in rows["code_requests"]]} if rows else None


CODE_REQUEST_DOCUMENT = DocumentType(
    "code_request",
    _ROW.read_rows,
    _visible_rows,
    _ROW.delete_rows,
    _ROW.list_all,
    machines=frozenset({MachineKind.COUNTER, MachineKind.RECEPTION}),
)
