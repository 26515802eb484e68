"""Reservation of an enterprise name for a draft: one counter gets it, and others see it until it is used or lapses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people import SCHEDULE
from clerk_app.similarity.names.checking import (
    CHECK_SECONDS,
    MOST_FINDINGS,
    RESERVATIONS,
    AskedName,
    NameChecked,
    check_name,
    keep_check,
    require_asked,
    to_city_time,
)
from clerk_app.similarity.names.comparison import REASON, STOP, NameFinding, worst_severity
from clerk_app.similarity.names.parts import split_name
from clerk_app.similarity.names.register import RegisteredName, delete_name, insert_name
from db.engines import Transaction

_DAY = 86_400_000_000  # microseconds
_AT_ONCE = 200
HELD, USED, RELEASED, LAPSED = "held", "used", "released", "lapsed"

RULES = RuleSet()


class NameReserved(CommandDecision, frozen=True, kw_only=True):
    """A reservation, until a time (microseconds UTC); `replaces` are those of the same field that end by it."""

    stored_name: ClassVar[str] = "NameReserved"
    reservation: str
    until: int
    severity: str
    findings: tuple[NameFinding, ...] = ()
    replaces: tuple[str, ...] = ()


class ReserveName(Command[NameReserved], frozen=True, kw_only=True):
    """Reserves the name in a field of a draft. A near name needs a reason, such as the consent of the other."""

    stored_name: ClassVar[str] = "ReserveName"
    draft: str
    field: str
    personal: AskedName | None = None


class NameReleased(CommandDecision, frozen=True, kw_only=True):
    """The state in which the reservation ends: released or lapsed."""

    stored_name: ClassVar[str] = "NameReleased"
    state: str


class ReleaseName(Command[NameReleased], frozen=True, kw_only=True):
    """Ends a reservation of a draft: the name is free again."""

    stored_name: ClassVar[str] = "ReleaseName"
    draft: str
    reservation: str


def list_due_releases(tx: Transaction, now: int, reservation: str = "") -> Iterator[ReleaseName]:
    """Yield the command for each reservation after an id whose time has ended, or whose case ended without a result."""
    while rows := tx.query_all("names.due_reservations", now=now, after=reservation, many=_AT_ONCE):
        for row in rows:
            yield ReleaseName(draft=row["draft"], reservation=row["id"])
        reservation = rows[-1]["id"]


def use_reservations(tx: Transaction, draft: str, number: str, values: Mapping[str, str]) -> None:
    """Mark the reserved names that a new case uses, so that they do not lapse."""
    for row in tx.select("name_reservations", draft=draft, state=HELD):
        if values.get(row["field"]) == row["name"]:
            tx.update("name_reservations", {"id": row["id"]}, state=USED, case_number=number)
            tx.update("enterprise_names", {"source": RESERVATIONS, "identifier": row["id"]}, until=0)


def _decide_reserve(tx: Transaction, command: ReserveName, moment: Moment) -> NameReserved:
    asked = require_asked(command.personal)
    findings = check_name(tx, asked.name, to_city_time(tx, moment), draft=command.draft)
    severity = worst_severity(findings)
    if severity == STOP:
        other = findings[0].other
        if other:
            raise Refused("name_taken", "The name {name} is used or reserved. Nothing was reserved.", name=other)
        raise Refused("name_stopped", "The name cannot be used: check it again and read why. Nothing was reserved.")
    if severity == REASON and not asked.reason.strip():
        raise Refused("name_reason", "Another name is near: write down why this one is used. Nothing was reserved.")
    before = tx.select("name_reservations", draft=command.draft, field=command.field, state=HELD)
    claim = tx.get_for_update("name_claims", claim=_make_claim(asked.name))
    if claim is not None and claim["reservation"] not in {row["id"] for row in before}:
        raise Refused("name_taken", "The name {name} is used or reserved. Nothing was reserved.", name=asked.name)
    return NameReserved(
        reservation=moment.key,
        until=moment.decided_at + read_policy(tx).name_reservation_days * _DAY,
        severity=severity,
        findings=tuple(findings[:MOST_FINDINGS]),
        replaces=tuple(row["id"] for row in before),
    )


def _make_claim(name: str) -> str:
    """Return the key that only one reservation in force may have: place, core and trade."""
    parts = split_name(name)
    return f"{parts.place}|{parts.core}|{parts.trade}"


@RULES.register(
    ReserveName,
    NameReserved,
    permission="name.reserve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Reservation of an enterprise name"),
    decide=_decide_reserve,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.REMOTE,
    wait_seconds=CHECK_SECONDS,
    max_bytes=8000,
    survives_restore=False,
)
def _apply_reserve(tx: Transaction, entry: Entry[ReserveName, NameReserved]) -> None:
    command, decision, asked = entry.command, entry.decision, entry.command.personal
    for before in decision.replaces:
        _end_reservation(tx, before, RELEASED)
    if asked is None:  # erased
        return
    checked = NameChecked(severity=decision.severity, findings=decision.findings)
    keep_check(tx, command.draft, command.field, asked.name, checked, entry.decided_at)
    tx.insert(
        "name_reservations",
        id=decision.reservation,
        draft=command.draft,
        field=command.field,
        case_number="",
        name=asked.name,
        reason=asked.reason.strip(),
        findings=msgspec.json.encode(decision.findings).decode(),
        state=HELD,
        reserved_at=entry.decided_at,
        until=decision.until,
    )
    tx.insert("name_claims", claim=_make_claim(asked.name), reservation=decision.reservation)
    row = RegisteredName(identifier=decision.reservation, name=asked.name, state="reserved", digest="")
    insert_name(tx, RESERVATIONS, row, until=decision.until)


def _end_reservation(tx: Transaction, reservation: str, state: str) -> None:
    row = tx.get("name_reservations", id=reservation)
    if row is None:
        return
    tx.update("name_reservations", {"id": reservation}, state=state)
    tx.delete("name_claims", claim=_make_claim(row["name"]))
    delete_name(tx, RESERVATIONS, reservation)


def erase_reservations(tx: Transaction, number: str) -> None:
    """Remove the reservations of a case whose personal data is erased; its names are in the register by then."""
    for row in tx.select("name_reservations", case_number=number):
        _end_reservation(tx, row["id"], RELEASED)
        tx.delete("name_reservations", id=row["id"])


def _decide_release(tx: Transaction, command: ReleaseName, moment: Moment) -> NameReleased:
    row = tx.get_for_update("name_reservations", id=command.reservation)
    is_schedule = moment.actor.id == SCHEDULE
    if row is None or row["draft"] != command.draft or row["state"] not in (HELD, *((USED,) if is_schedule else ())):
        raise Refused("no_reservation", "This reservation has ended.")
    if is_schedule and row["state"] == HELD and moment.decided_at < row["until"]:
        raise Refused("too_early", "The name is still reserved.")
    return NameReleased(state=LAPSED if is_schedule else RELEASED)


@RULES.register(
    ReleaseName,
    NameReleased,
    permission="name.release",
    roles=(Role.CLERK, Role.SCHEDULE),
    machines=(MachineKind.COUNTER, MachineKind.CENTER),
    label=mark("End of a reservation of a name"),
    decide=_decide_release,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.REMOTE,
)
def _apply_release(tx: Transaction, entry: Entry[ReleaseName, NameReleased]) -> None:
    _end_reservation(tx, entry.command.reservation, entry.decision.state)
