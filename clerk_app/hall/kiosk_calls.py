"""Calls of citizens at a kiosk for a member of staff, and who has seen them.

A call is recorded at the authority only: a kiosk that cannot reach it states within CALL_SECONDS that nobody was
called. It names the kiosk and no person.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import single_row_type
from clerk_app.locales import mark
from db.engines import Row, Transaction

CALL_SECONDS = 4.0
OPEN_SECONDS = 15 * 60  # after which an unanswered call is no longer listed: the citizen has left

RULES = RuleSet()

KIOSK_CALL_DOCUMENT = single_row_type(
    "kiosk_call",
    "kiosk_calls",
    "id",
    lambda row: f"hall/{row['hall']}",
    frozenset({MachineKind.SUPERVISOR, MachineKind.RECEPTION}),
)


class StaffCalled(CommandDecision, frozen=True, kw_only=True):
    """The call, its hall and the name of the kiosk. `is_new` is False if its earlier call was not answered yet."""

    stored_name: ClassVar[str] = "KioskStaffCalled"
    call: str
    hall: str
    kiosk: str
    is_new: bool = True


class CallStaff(Command[StaffCalled], frozen=True, kw_only=True):
    """Calls a member of staff to a kiosk. `hall` is the hall of its settings, if its node is not assigned to one."""

    stored_name: ClassVar[str] = "CallStaffToKiosk"
    hall: str


class KioskCallAnswered(CommandDecision, frozen=True, kw_only=True):
    """The hall of the call."""

    stored_name: ClassVar[str] = "KioskCallAnswered"
    hall: str


class AnswerKioskCall(Command[KioskCallAnswered], frozen=True, kw_only=True):
    """States that the actor has seen the call of a kiosk and goes there."""

    stored_name: ClassVar[str] = "AnswerKioskCall"
    call: str


def list_kiosk_calls(tx: Transaction, hall: str, now: int) -> list[Row]:
    """Return the calls of the kiosks of a hall that nobody has answered and that are not older than OPEN_SECONDS."""
    return tx.query_all("hall.open_kiosk_calls", hall=hall, since=now - OPEN_SECONDS * 1_000_000)


def _decide_call(tx: Transaction, command: CallStaff, moment: Moment) -> StaffCalled:
    kiosk = node_of_chain(moment.node)
    node = tx.get("nodes", id=kiosk) or {}
    hall = node.get("hall") or command.hall
    since = moment.decided_at - OPEN_SECONDS * 1_000_000
    pending = tx.query_one("hall.open_call_of_kiosk", kiosk=kiosk, since=since)
    name = str(node.get("name") or kiosk)
    if pending is not None:
        return StaffCalled(call=pending["id"], hall=pending["hall"], kiosk=name, is_new=False)
    return StaffCalled(call=moment.key, hall=hall, kiosk=name)


@RULES.register(
    CallStaff,
    StaffCalled,
    permission="kiosk.call_staff",
    roles=(Role.KIOSK, Role.SYSTEM, Role.NODE),
    machines=(MachineKind.KIOSK,),
    label=mark("Call for staff from a kiosk"),
    decide=_decide_call,
    stream=lambda command, _: f"kiosk_calls/{command.hall}",
    documents=("kiosk_call",),
    placement=Placement.REMOTE,
    wait_seconds=CALL_SECONDS,
    keep_call=False,  # a call that arrives later calls somebody to a citizen who has left
)
def _apply_call(tx: Transaction, entry: Entry[CallStaff, StaffCalled]) -> None:
    decision = entry.decision
    if not decision.is_new:
        return
    tx.insert(
        "kiosk_calls",
        id=decision.call,
        hall=decision.hall,
        kiosk=node_of_chain(entry.moment.node),
        name=decision.kiosk,
        called_at=entry.decided_at,
        seen_by="",
    )
    tx.mark_changed(f"hall/{decision.hall}", f"kiosk_call/{decision.call}")


def _decide_answer(tx: Transaction, command: AnswerKioskCall, _: Moment) -> KioskCallAnswered:
    call = tx.get_for_update("kiosk_calls", id=command.call)
    if call is None or call["seen_at"] is not None:
        raise Refused("answered", "Somebody has answered this call already.")
    return KioskCallAnswered(hall=call["hall"])


@RULES.register(
    AnswerKioskCall,
    KioskCallAnswered,
    permission="kiosk.answer_call",
    roles=(Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.RECEPTION, MachineKind.SUPERVISOR),
    label=mark("Answer to a call from a kiosk"),
    decide=_decide_answer,
    stream=lambda command, _: f"kiosk_call/{command.call}",
    documents=("kiosk_call",),
    placement=Placement.REMOTE,
)
def _apply_answer(tx: Transaction, entry: Entry[AnswerKioskCall, KioskCallAnswered]) -> None:
    seen = {"seen_at": entry.decided_at, "seen_by": entry.moment.actor.id}
    tx.update("kiosk_calls", {"id": entry.command.call}, **seen)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"kiosk_call/{entry.command.call}")
