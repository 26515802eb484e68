"""Appointments (预约) at a hall, booked elsewhere. The code of an appointment gives a ticket at its time.

No personal data is kept: an appointment is a code, a slot and a category. Of the code only its digest is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from clerk_app.catalogue.publication import read_hall, read_policy
from clerk_app.errors import Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.ticket_numbers import local_moment, local_time
from clerk_app.ledger.access import MACHINE_REFUSAL, MachineKind, Role, machine_kinds
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.tries import APPOINTMENT_CODE, MICROSECONDS_PER_MINUTE, count_failure, locked_until
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.hall import AppointmentTolerances

RULES = RuleSet()

MAX_REGISTERED = 500  # appointments of one command
WRONG_CODE = "appointment_code"
"""Reason of the refusal of a code that belongs to no appointment: it counts against guessing."""
_DIGEST = re.compile("[0-9a-f]{64}")
_ROLES = (Role.ADMINISTRATOR, Role.SYSTEM, Role.NODE)
_MACHINES = (MachineKind.ADMIN, MachineKind.PORTAL)


class BookedSlot(MessagePart, frozen=True, kw_only=True):
    """An appointment: local date, begin and end by the city's clock (09:30), category, and the digest of its code."""

    day: str
    begin: str
    end: str
    category: str
    code: str


class RegisteredSlot(MessagePart, frozen=True, kw_only=True):
    """Id of an appointment, and its begin and end in microseconds UTC."""

    appointment: str
    slot_from: int
    slot_to: int


class AppointmentsRegistered(CommandDecision, frozen=True, kw_only=True):
    """The registered appointments, in the order of the command."""

    stored_name: ClassVar[str] = "AppointmentsRegistered"
    slots: tuple[RegisteredSlot, ...]


class RegisterAppointments(Command[AppointmentsRegistered], frozen=True, kw_only=True):
    """Registers appointments at a hall, all or none of them; `source` names where they were booked."""

    stored_name: ClassVar[str] = "RegisterAppointments"
    hall: str
    source: str
    slots: tuple[BookedSlot, ...]


class AppointmentCancelled(CommandDecision, frozen=True, kw_only=True):
    """The cancelled appointment."""

    stored_name: ClassVar[str] = "AppointmentCancelled"
    appointment: str


class CancelAppointment(Command[AppointmentCancelled], frozen=True, kw_only=True):
    """Cancels the appointment with this code (its digest) on a day, as long as nobody has come with it."""

    stored_name: ClassVar[str] = "CancelAppointment"
    hall: str
    day: str
    code: str


def find_slot_mistake(tx: Transaction, hall: str, slot: BookedSlot, now: int) -> Refused | None:
    """Return what is wrong with an appointment, or None if it can be registered."""
    configuration = read_hall(tx)
    if configuration is not None and configuration.category(slot.category) is None:
        return Refused("category", "There is no ticket category {letter}.", letter=slot.category)
    if not _DIGEST.fullmatch(slot.code):
        return Refused("code", "The code of an appointment is registered as its SHA-256 digest.")
    try:
        begin, end = local_moment(tx, slot.day, slot.begin), local_moment(tx, slot.day, slot.end)
    except ValueError:
        return Refused("slot", "The date is given as 2026-05-01, the times as 09:30.")
    if end <= begin:
        return Refused("slot", "The appointment ends at {end}, not after its begin.", end=slot.end)
    if slot.day < f"{local_time(tx, now):%Y-%m-%d}":
        return Refused("slot", "The day {day} is over.", day=slot.day)
    if tx.query_one("hall.appointment_with_code", hall=hall, day=slot.day, code=slot.code) is not None:
        return Refused("code", "On {day} there is an appointment with this code already.", day=slot.day)
    return None


def _require_right(tx: Transaction, hall: str, moment: Moment) -> None:
    """Raise Refused if a machine acts for itself without being a portal, or is a portal of another hall.

    A portal that was enrolled without a hall serves all halls of the city.
    """
    if not moment.is_remote or moment.actor.role != Role.SYSTEM:
        return
    node = tx.get("nodes", id=node_of_chain(moment.node))
    if node is None or MachineKind.PORTAL not in machine_kinds(node["kind"]):
        raise Refused(MACHINE_REFUSAL, "At a machine of this kind a person must be signed in to do this.")
    if node["hall"] not in ("", hall):
        raise Refused("other_place", "This machine changes appointments of its own hall only.")


def _decide_register(tx: Transaction, command: RegisterAppointments, moment: Moment) -> AppointmentsRegistered:
    if not 0 < len(command.slots) <= MAX_REGISTERED:
        raise Refused("many", "At most {many} appointments are registered at once.", many=MAX_REGISTERED)
    _require_right(tx, command.hall, moment)
    known: set[tuple[str, str]] = set()
    for slot in command.slots:
        mistake = find_slot_mistake(tx, command.hall, slot, moment.decided_at)
        if mistake is not None:
            raise mistake
        if (slot.day, slot.code) in known:
            raise Refused("code", "On {day} there is an appointment with this code already.", day=slot.day)
        known.add((slot.day, slot.code))
    return AppointmentsRegistered(
        slots=tuple(
            RegisteredSlot(
                appointment=f"{moment.key}-{number}",
                slot_from=local_moment(tx, slot.day, slot.begin),
                slot_to=local_moment(tx, slot.day, slot.end),
            )
            for number, slot in enumerate(command.slots, 1)
        )
    )


@RULES.register(
    RegisterAppointments,
    AppointmentsRegistered,
    permission="appointment.register",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Registration of appointments"),
    decide=_decide_register,
    stream=lambda command, _: f"appointments/{command.hall}",
    documents=("appointment",),
    placement=Placement.REMOTE,
)
def _apply_register(tx: Transaction, entry: Entry[RegisterAppointments, AppointmentsRegistered]) -> None:
    command = entry.command
    for slot, registered in zip(command.slots, entry.decision.slots, strict=True):
        tx.insert(
            "appointments",
            id=registered.appointment,
            hall=command.hall,
            day=slot.day,
            category=slot.category,
            code=slot.code,
            slot_from=registered.slot_from,
            slot_to=registered.slot_to,
            state="booked",
            ticket="",
            source=command.source,
        )
        mark_appointment_changed(tx, command.hall, registered.appointment)


def _decide_cancel(tx: Transaction, command: CancelAppointment, moment: Moment) -> AppointmentCancelled:
    _require_right(tx, command.hall, moment)
    row = tx.query_one("hall.appointment_with_code", hall=command.hall, day=command.day, code=command.code)
    if row is None:
        raise Refused("code", "On {day} there is no appointment with this code.", day=command.day)
    if row["state"] == "arrived":
        raise Refused("used", "Somebody has come for this appointment already: it cannot be cancelled.")
    return AppointmentCancelled(appointment=row["id"])


@RULES.register(
    CancelAppointment,
    AppointmentCancelled,
    permission="appointment.cancel",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Cancellation of an appointment"),
    decide=_decide_cancel,
    stream=lambda command, _: f"appointments/{command.hall}",
    documents=("appointment",),
    placement=Placement.REMOTE,
)
def _apply_cancel(tx: Transaction, entry: Entry[CancelAppointment, AppointmentCancelled]) -> None:
    tx.update("appointments", {"id": entry.decision.appointment}, state="cancelled")
    mark_appointment_changed(tx, entry.command.hall, entry.decision.appointment)


def find_presented(tx: Transaction, hall: str, code: str, moment: Moment) -> Row:
    """Return the appointment of a code that somebody presents, locked for update.

    Raise Refused, with what to do, if the code belongs to none (reason WRONG_CODE), came too early or too late, or was
    used. A rule that calls this must have `count_wrong_code` as `apply_refusal`.
    """
    tolerances, now = _read_tolerances(tx), moment.decided_at
    node = node_of_chain(moment.node)
    if locked_until(tx, APPOINTMENT_CODE, node, now, tolerances.wrong_codes_of_machine) is not None:
        raise Refused("too_many_tries", "Too many wrong codes were entered here. Please ask at the reception.")
    current = find_open_day(tx, hall)
    day = current["day"] if current is not None else f"{local_time(tx, now):%Y-%m-%d}"
    found = tx.query_one("hall.appointment_with_code", hall=hall, day=day, code=code)
    if found is None:
        later = tx.query_one("hall.later_appointment", hall=hall, day=day, code=code)
        if later is not None:
            raise Refused("early", "This appointment is on {day}. Please come on that day.", day=later["day"])
        until = now + read_policy(tx).factor_lockout_minutes * MICROSECONDS_PER_MINUTE
        raise Refused(
            WRONG_CODE, "No appointment has this code. Please compare the code, or ask at the reception.", until=until
        )
    row = tx.get_for_update("appointments", id=found["id"])
    assert row is not None, "it was found above"
    _require_in_time(tx, row, tolerances, now)
    return row


def _require_in_time(tx: Transaction, row: Row, tolerances: AppointmentTolerances, now: int) -> None:
    """Raise Refused if an appointment was used, or it is too early or too late for it."""
    if row["state"] == "arrived":
        raise Refused(
            "used",
            "The ticket {number} was taken with this code. Please ask at the reception if you do not have it.",
            number=row["ticket"].rpartition("/")[2],
        )
    opens_at = row["slot_from"] - tolerances.early_minutes * MICROSECONDS_PER_MINUTE
    if now < opens_at:
        raise Refused(
            "early",
            "This appointment is at {time}. There is a ticket for it from {begin} on: please come back then.",
            time=f"{local_time(tx, row['slot_from']):%H:%M}",
            begin=f"{local_time(tx, opens_at):%H:%M}",
        )
    if now > row["slot_to"] + tolerances.late_minutes * MICROSECONDS_PER_MINUTE:
        raise Refused(
            "late",
            "This appointment was until {time}. Please take a ticket without an appointment, or ask at the reception.",
            time=f"{local_time(tx, row['slot_to']):%H:%M}",
        )


def _read_tolerances(tx: Transaction) -> AppointmentTolerances:
    hall = read_hall(tx)
    if hall is not None:
        return hall.appointments
    from clerk_app.catalogue.hall import DEFAULT_APPOINTMENTS

    return DEFAULT_APPOINTMENTS


def count_wrong_code(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a wrong code by the machine at which it was entered."""
    refusal = entry.decision
    if refusal.reason == WRONG_CODE and "until" in refusal.facts:
        node = node_of_chain(entry.moment.node)
        count_failure(tx, APPOINTMENT_CODE, node, entry.decided_at, int(refusal.facts["until"]))


def use_appointment(tx: Transaction, appointment: str, hall: str, ticket: str) -> None:
    """Record that somebody has come for an appointment and got this ticket."""
    tx.update("appointments", {"id": appointment}, state="arrived", ticket=ticket)
    mark_appointment_changed(tx, hall, appointment)


def free_appointment(tx: Transaction, ticket: str) -> None:
    """Let the code of an appointment be used again, because the slip of its ticket was not printed."""
    for row in tx.select("appointments", ticket=ticket):
        tx.update("appointments", {"id": row["id"]}, state="booked", ticket="")
        mark_appointment_changed(tx, row["hall"], row["id"])


def miss_appointments(tx: Transaction, hall: str, day: str) -> None:
    """Mark the appointments of a day, and of the days before, for which nobody has come."""
    for row in tx.query_all("hall.booked_until", hall=hall, day=day):
        tx.update("appointments", {"id": row["id"]}, state="missed")
        mark_appointment_changed(tx, hall, row["id"])


def mark_appointment_changed(tx: Transaction, hall: str, appointment: str) -> None:
    """Mark an appointment as changed for the machines of its hall."""
    tx.mark_changed(f"hall/{hall}", f"appointment/{appointment}")


def list_feed_appointments(tx: Transaction) -> Iterator[tuple[str, str]]:
    """Yield scope and id of the appointments that are still to come or of the newest service day."""
    return ((f"hall/{row['hall']}", row["id"]) for row in tx.query_all("hall.appointments_to_come"))
