"""Windows: registration, opening, pausing and closing, with the clerk who works there."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.tickets import hall_scope
from clerk_app.hall.visits import mark_visit_changed
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()


class WindowStateSet(CommandDecision, frozen=True, kw_only=True):
    """Hall of the window, and the visit of another clerk that was open there and is put on hold."""

    stored_name: ClassVar[str] = "WindowSet"
    held_visit: str = ""
    held_ticket: str = ""
    hall: str = ""


class RegisterWindow(Command[WindowStateSet], frozen=True, kw_only=True):
    """Registers a window of a hall; `categories` has the letters of the ticket categories served, such as "AB"."""

    stored_name: ClassVar[str] = "RegisterWindow"
    id: str
    name: str
    categories: str
    hall: str = ""
    site: str = msgspec.field(name="organ", default="")  # the service centre for which this window accepts cases


class SetWindowState(Command[WindowStateSet], frozen=True, kw_only=True):
    """Opens, pauses or closes a window in the name of the actor."""

    stored_name: ClassVar[str] = "SetWindow"
    window: str
    state: str  # open | paused | closed


def parse_categories(text: str) -> frozenset[str]:
    """Return the category letters in the text of `windows.categories`; older versions stored "AB"."""
    return frozenset(decode_json_list(text, old_separator=""))


def _decide_register(tx: Transaction, command: RegisterWindow, _: Moment) -> WindowStateSet:
    if tx.get("windows", id=command.id) is not None:
        raise Refused("exists", "There is a window {window} already.", window=command.id)
    return WindowStateSet()


@RULES.register(
    RegisterWindow,
    WindowStateSet,
    permission="window.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of a window"),
    decide=_decide_register,
    stream=lambda command, _: f"window/{command.id}",
    documents=("window",),
)
def _apply_register(tx: Transaction, entry: Entry[RegisterWindow, WindowStateSet]) -> None:
    command = entry.command
    tx.insert(
        "windows",
        id=command.id,
        name=command.name,
        categories=encode_json_list(command.categories),
        hall=command.hall,
        organ=command.site,
        state="closed",
        since=entry.decided_at,
        staff=None,
    )
    tx.mark_changed(f"hall/{command.hall}", f"window/{command.id}")


def _decide_set(tx: Transaction, command: SetWindowState, moment: Moment) -> WindowStateSet:
    if command.state not in ("open", "paused", "closed"):
        raise Refused("state", "Unknown state of a window: {state}", state=command.state)
    window = tx.get("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    other = tx.query_one("hall.window_of_staff", staff=moment.actor.id, window=command.window)
    if other is not None and command.state == "open":  # a clerk works at one window at a time
        raise Refused("two_windows", "You are signed in at {other} already. Sign out there first.", other=other["name"])
    visit = tx.query_one("hall.visit_at_window", window=command.window)
    if visit is None or visit["staff"] == moment.actor.id:
        return WindowStateSet(hall=window["hall"])
    return WindowStateSet(held_visit=visit["id"], held_ticket=visit["ticket"] or "", hall=window["hall"])


@RULES.register(
    SetWindowState,
    WindowStateSet,
    permission="window.open",
    roles=(
        Role.CLERK,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(
        MachineKind.COUNTER,
        MachineKind.SUPERVISOR,
    ),
    label=mark("Opening or closing of a window"),
    decide=_decide_set,
    stream=lambda command, _: f"window/{command.window}",
    documents=(
        "ticket",
        "visit",
        "window",
    ),
)
def _apply_set(tx: Transaction, entry: Entry[SetWindowState, WindowStateSet]) -> None:
    command, decision = entry.command, entry.decision
    staff = None if command.state == "closed" else entry.moment.actor.id
    tx.update("windows", {"id": command.window}, state=command.state, since=entry.decided_at, staff=staff)
    if decision.held_visit:
        tx.update("visits", {"id": decision.held_visit}, ended_at=entry.decided_at)
        mark_visit_changed(tx, decision.held_visit)
    if decision.held_ticket:
        tx.update("tickets", {"id": decision.held_ticket}, state="held")
        tx.mark_changed(hall_scope(decision.held_ticket), f"ticket/{decision.held_ticket}")
    tx.mark_changed(f"hall/{decision.hall}", f"window/{command.window}")
