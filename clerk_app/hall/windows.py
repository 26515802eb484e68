"""Windows: who sits where."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.tickets import hall_of
from clerk_app.hall.visits import tell_visit
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class WindowSet(Decided, frozen=True, kw_only=True):
    """The window is as asked. A visit that another clerk left open there is put on hold."""

    stored_name: ClassVar[str] = "WindowSet"
    held_visit: str = ""
    held_ticket: str = ""
    hall: str = ""


class RegisterWindow(Command[WindowSet], frozen=True, kw_only=True):
    """A window of the hall and the ticket categories (letters) it serves."""

    stored_name: ClassVar[str] = "RegisterWindow"
    id: str
    name: str
    categories: str
    hall: str = ""
    organ: str = ""  # the centre whose cases are accepted here


class SetWindow(Command[WindowSet], frozen=True, kw_only=True):
    """Opens, pauses or closes a window under the actor's name."""

    stored_name: ClassVar[str] = "SetWindow"
    window: str
    state: str  # open | paused | closed


def _decide_register(tx: Transaction, command: RegisterWindow, _: Moment) -> WindowSet:
    if tx.row("windows", id=command.id) is not None:
        raise Refused("exists", "There is a window {window} already.", window=command.id)
    return WindowSet()


@RULES.register(
    RegisterWindow,
    WindowSet,
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
def _apply_register(tx: Transaction, entry: Entry[RegisterWindow, WindowSet]) -> None:
    command: RegisterWindow = entry.command
    tx.insert(
        "windows",
        id=command.id,
        name=command.name,
        categories=command.categories,
        hall=command.hall,
        organ=command.organ,
        state="closed",
        since=entry.at,
        staff=None,
    )
    tx.touch(f"hall/{command.hall}", f"window/{command.id}")


def _decide_set(tx: Transaction, command: SetWindow, moment: Moment) -> WindowSet:
    if command.state not in ("open", "paused", "closed"):
        raise Refused("state", "Unknown state of a window: {state}", state=command.state)
    window = tx.row("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    other = tx.one("hall.window_of_staff", staff=moment.actor.id, window=command.window)
    if other is not None and command.state == "open":  # one clerk cannot sit at two windows
        raise Refused("two_windows", "You are signed in at {other} already. Sign out there first.", other=other["name"])
    visit = tx.one("hall.visit_at_window", window=command.window)
    if visit is None or visit["staff"] == moment.actor.id:
        return WindowSet(hall=window["hall"])
    return WindowSet(held_visit=visit["id"], held_ticket=visit["ticket"] or "", hall=window["hall"])


@RULES.register(
    SetWindow,
    WindowSet,
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
def _apply_set(tx: Transaction, entry: Entry[SetWindow, WindowSet]) -> None:
    command, made = entry.command, entry.decision
    staff = None if command.state == "closed" else entry.moment.actor.id
    tx.change("windows", {"id": command.window}, state=command.state, since=entry.at, staff=staff)
    if made.held_visit:
        tx.change("visits", {"id": made.held_visit}, ended_at=entry.at)
        tell_visit(tx, made.held_visit)
    if made.held_ticket:
        tx.change("tickets", {"id": made.held_ticket}, state="held")
        tx.touch(hall_of(made.held_ticket), f"ticket/{made.held_ticket}")
    tx.touch(f"hall/{made.hall}", f"window/{command.window}")
