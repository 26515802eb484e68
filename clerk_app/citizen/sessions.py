"""Session of a citizen at a kiosk: what opened it, how long it lasts, and its end.

Table `citizen_sessions` exists at the center only. A session belongs to one kiosk and to one person or one case; when
it ends, person and case are cleared. Kinds of a session and ways in which it ended, which are stored:

    code     opened by a code that the center verified: for the person or organisation of the code
    receipt  opened by a case number with its second factor: for that case alone

    citizen | idle | due | replaced   ended by the citizen, by the kiosk, by the center, by a newer session there
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

BY_CODE, BY_RECEIPT = "code", "receipt"
BY_CITIZEN, BY_IDLE, BY_LIMIT, BY_NEWER = "citizen", "idle", "due", "replaced"
SESSION_ENDED = "session_ended"  # reason of a refusal
KIOSK_ROLES = (Role.KIOSK, Role.SYSTEM, Role.NODE)
"""Roles of the commands of a session: an enrolled kiosk acts under its own id, one with a store under its account."""
_MICROSECONDS = 1_000_000
_AT_ONCE = 200

RULES = RuleSet()


@dataclass(frozen=True)
class CitizenSession:
    """An open session. `person` is the id of the person or organisation of a code, `case` the number of a receipt."""

    id: str
    node: str
    kind: str
    person: str
    case: str


class SessionEnded(CommandDecision, frozen=True, kw_only=True):
    """The session has ended; `how` is how."""

    stored_name: ClassVar[str] = "CitizenSessionEnded"
    how: str


class EndCitizenSession(Command[SessionEnded], frozen=True, kw_only=True):
    """Ends a session: the citizen pressed the button, or went away (`idle`). The center ends those that are due."""

    stored_name: ClassVar[str] = "EndCitizenSession"
    session: str
    how: str = BY_CITIZEN


class SessionProlonged(CommandDecision, frozen=True, kw_only=True):
    """The idle time of the session begins again."""

    stored_name: ClassVar[str] = "CitizenSessionProlonged"


class ProlongCitizenSession(Command[SessionProlonged], frozen=True, kw_only=True):
    """Begins the idle time again, for a citizen who reads and touches without an act at the center."""

    stored_name: ClassVar[str] = "ProlongCitizenSession"
    session: str


def require_session(tx: Transaction, session: str, moment: Moment) -> CitizenSession:
    """Return the open session with this id, locked for update. Raises Refused unless it is of this kiosk and in time.

    The refusal is the same for an unknown id, an ended session and one of another kiosk.
    """
    row = tx.get_for_update("citizen_sessions", id=session) if session else None
    node = node_of_chain(moment.node)
    if row is None or row["ended_at"] is not None or row["node"] != node or _is_due(tx, row, moment.decided_at):
        raise Refused(SESSION_ENDED, "Your session at this machine has ended. Scan your code or receipt again.")
    return CitizenSession(row["id"], row["node"], row["kind"], row["person"], row["case_number"])


def require_person(tx: Transaction, session: str, moment: Moment) -> CitizenSession:
    """Return a session like `require_session`. Raises Refused for a session that a receipt opened."""
    found = require_session(tx, session, moment)
    if found.kind != BY_CODE or not found.person:
        raise Refused("needs_code", "For this, scan your code: a receipt opens its own case only.")
    return found


def touch_session(tx: Transaction, session: str, at: int) -> None:
    """Record that a session was used; for the `apply` of each command with a session."""
    tx.update("citizen_sessions", {"id": session}, used_at=at)


def session_stream(session: str) -> str:
    """Return the stream of the acts of a session."""
    return f"citizen/{session}"


def list_due_ends(tx: Transaction, now: int, after: str = "") -> Iterator[EndCitizenSession]:
    """Yield the command for each session after an id that nobody ended in time, as when a kiosk was cut off."""
    idle_since = now - read_policy(tx).citizen_session_idle_seconds * _MICROSECONDS
    while rows := tx.query_all("citizen.due_sessions", now=now, idle_since=idle_since, after=after, many=_AT_ONCE):
        for row in rows:
            yield EndCitizenSession(session=row["id"], how=BY_LIMIT)
        after = rows[-1]["id"]


def _is_due(tx: Transaction, row: Row, now: int) -> bool:
    idle = read_policy(tx).citizen_session_idle_seconds * _MICROSECONDS
    return bool(now >= row["ends_at"] or now >= row["used_at"] + idle)


def _decide_end(tx: Transaction, command: EndCitizenSession, moment: Moment) -> SessionEnded:
    if moment.actor.role != Role.SCHEDULE:
        require_session(tx, command.session, moment)
        return SessionEnded(how=BY_IDLE if command.how == BY_IDLE else BY_CITIZEN)
    row = tx.get_for_update("citizen_sessions", id=command.session)
    if row is None or row["ended_at"] is not None or not _is_due(tx, row, moment.decided_at):
        raise Refused("not_due", "This session has ended already, or is not due.")
    return SessionEnded(how=BY_LIMIT)


@RULES.register(
    EndCitizenSession,
    SessionEnded,
    permission="citizen.end",
    roles=(*KIOSK_ROLES, Role.SCHEDULE),
    machines=(MachineKind.KIOSK, MachineKind.CENTER),
    label=mark("End of a citizen's session"),
    decide=_decide_end,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
    wait_seconds=3.0,  # the next citizen waits; the center ends it by itself
)
def _apply_end(tx: Transaction, entry: Entry[EndCitizenSession, SessionEnded]) -> None:
    how, at = entry.decision.how, entry.decided_at
    tx.update("citizen_sessions", {"id": entry.command.session}, ended_at=at, ended_how=how, person="", case_number="")


def _decide_prolong(tx: Transaction, command: ProlongCitizenSession, moment: Moment) -> SessionProlonged:
    require_session(tx, command.session, moment)
    return SessionProlonged()


@RULES.register(
    ProlongCitizenSession,
    SessionProlonged,
    permission="citizen.session",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("A citizen's session is prolonged"),
    decide=_decide_prolong,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_prolong(tx: Transaction, entry: Entry[ProlongCitizenSession, SessionProlonged]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)
