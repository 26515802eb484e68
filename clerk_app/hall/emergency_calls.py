"""Calls for help from a window: raised by its clerk, seen and ended by a supervisor.

A call is raised at the authority only: a window that cannot reach it learns within RAISE_SECONDS that nobody got it.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.windows import require_site
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import single_row_type
from clerk_app.locales import mark
from db.engines import Row, Transaction

RAISE_SECONDS = 4.0

RULES = RuleSet()

EMERGENCY_DOCUMENT = single_row_type(
    "emergency_call",
    "emergency_calls",
    "id",
    lambda row: f"hall/{row['hall']}",
    frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR, MachineKind.RECEPTION}),
)


class EmergencyRaised(CommandDecision, frozen=True, kw_only=True):
    """The call, and its hall. `is_new` is False if the window had called before and nobody has ended that call."""

    stored_name: ClassVar[str] = "EmergencyRaised"
    call: str
    hall: str
    is_new: bool = True


class RaiseEmergency(Command[EmergencyRaised], frozen=True, kw_only=True):
    """Calls for help from a window."""

    stored_name: ClassVar[str] = "RaiseEmergency"
    window: str


class EmergencyChanged(CommandDecision, frozen=True, kw_only=True):
    """The hall of the call."""

    stored_name: ClassVar[str] = "EmergencyChanged"
    hall: str


class AnswerEmergency(Command[EmergencyChanged], frozen=True, kw_only=True):
    """States that the actor has seen a call for help and comes."""

    stored_name: ClassVar[str] = "AnswerEmergency"
    call: str


class EndEmergency(Command[EmergencyChanged], frozen=True, kw_only=True):
    """Ends a call for help."""

    stored_name: ClassVar[str] = "EndEmergency"
    call: str


def list_open_calls(tx: Transaction, hall: str) -> list[Row]:
    """Return the calls for help of a hall that nobody has ended: those that nobody has seen first, then by time."""
    return tx.query_all("hall.open_emergencies", hall=hall)


def _decide_raise(tx: Transaction, command: RaiseEmergency, moment: Moment) -> EmergencyRaised:
    window = tx.get_for_update("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    require_site(window, moment)
    pending = tx.query_one("hall.open_emergency_at", window=command.window)
    if pending is not None:
        return EmergencyRaised(call=pending["id"], hall=window["hall"], is_new=False)
    return EmergencyRaised(call=moment.key, hall=window["hall"])


@RULES.register(
    RaiseEmergency,
    EmergencyRaised,
    permission="emergency.raise",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call for help from a window"),
    decide=_decide_raise,
    stream=lambda command, _: f"emergencies/{command.window}",
    documents=("emergency_call",),
    placement=Placement.REMOTE,
    wait_seconds=RAISE_SECONDS,
)
def _apply_raise(tx: Transaction, entry: Entry[RaiseEmergency, EmergencyRaised]) -> None:
    decision = entry.decision
    if not decision.is_new:
        return
    tx.insert(
        "emergency_calls",
        id=decision.call,
        hall=decision.hall,
        window_id=entry.command.window,
        staff=entry.moment.actor.id,
        raised_at=entry.decided_at,
        seen_by="",
        ended_by="",
    )
    tx.mark_changed(f"hall/{decision.hall}", f"emergency_call/{decision.call}")


def _decide_change(tx: Transaction, command: AnswerEmergency | EndEmergency, moment: Moment) -> EmergencyChanged:
    call = tx.get_for_update("emergency_calls", id=command.call)
    if call is None or call["ended_at"] is not None:
        raise Refused("ended", "This call for help has ended.")
    window = tx.get("windows", id=call["window_id"])
    if window is not None:
        require_site(window, moment)
    return EmergencyChanged(hall=call["hall"])


@RULES.register(
    AnswerEmergency,
    EmergencyChanged,
    permission="emergency.answer",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Answer to a call for help"),
    decide=_decide_change,
    stream=lambda command, _: f"emergency/{command.call}",
    documents=("emergency_call",),
    placement=Placement.REMOTE,
)
def _apply_answer(tx: Transaction, entry: Entry[AnswerEmergency, EmergencyChanged]) -> None:
    call = tx.get("emergency_calls", id=entry.command.call)
    if call is not None and call["seen_at"] is None:  # the first who comes is named
        seen = {"seen_at": entry.decided_at, "seen_by": entry.moment.actor.id}
        tx.update("emergency_calls", {"id": entry.command.call}, **seen)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"emergency_call/{entry.command.call}")


@RULES.register(
    EndEmergency,
    EmergencyChanged,
    permission="emergency.answer",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("End of a call for help"),
    decide=_decide_change,
    stream=lambda command, _: f"emergency/{command.call}",
    documents=("emergency_call",),
    placement=Placement.REMOTE,
)
def _apply_end(tx: Transaction, entry: Entry[EndEmergency, EmergencyChanged]) -> None:
    ended = {"ended_at": entry.decided_at, "ended_by": entry.moment.actor.id}
    tx.update("emergency_calls", {"id": entry.command.call}, **ended)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"emergency_call/{entry.command.call}")
