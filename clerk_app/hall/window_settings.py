"""Changes of a window at work: its functions, its zone, and whether it closes after the present visit."""

from __future__ import annotations

import re
from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.hall.duty import DutyDay, find_duty_day, follow_window
from clerk_app.hall.windows import WindowGivenBack, apply_give_back, give_back, require_site
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

_CATEGORY = re.compile("[A-Z]")
_LONGEST_ZONE = 40  # characters
_ROLES = (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)
_MACHINES = (MachineKind.COUNTER, MachineKind.SUPERVISOR)

RULES = RuleSet()


class WindowChanged(CommandDecision, frozen=True, kw_only=True):
    """The hall of the window; `given_back` if it closes at once, because nobody is being served there."""

    stored_name: ClassVar[str] = "WindowChanged"
    hall: str
    given_back: WindowGivenBack | None = None
    duty: DutyDay | None = None  # of the duty period with other functions


class SetWindowCategories(Command[WindowChanged], frozen=True, kw_only=True):
    """Changes the ticket categories that a window serves, from the next call on.

    A supervisor may do it at each window of the service centre; the clerk at the own window, if the policy of the city
    allows it.
    """

    stored_name: ClassVar[str] = "SetWindowCategories"
    window: str
    categories: tuple[str, ...]


class CloseWindowAfterVisit(Command[WindowChanged], frozen=True, kw_only=True):
    """Lets a window close when the visit that is open there ends; without one, at once. `closes` False undoes it."""

    stored_name: ClassVar[str] = "CloseWindowAfterVisit"
    window: str
    closes: bool = True


class SetWindowZone(Command[WindowChanged], frozen=True, kw_only=True):
    """States in which part of the hall a window is, as on the signs; empty for none."""

    stored_name: ClassVar[str] = "SetWindowZone"
    window: str
    zone: str


def _get_window(tx: Transaction, window_id: str, moment: Moment) -> Row:
    """Return a window of the actor's service centre. Raise Refused otherwise, and to a clerk who does not hold it."""
    window = tx.get_for_update("windows", id=window_id)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=window_id)
    if moment.actor.role != Role.SYSTEM:
        require_site(window, moment)
    if moment.actor.role == Role.CLERK and window["staff"] != moment.actor.id:
        raise Refused("other_clerk", "{window} is not open under your name.", window=window["name"])
    return window


def _decide_categories(tx: Transaction, command: SetWindowCategories, moment: Moment) -> WindowChanged:
    window = _get_window(tx, command.window, moment)
    if moment.actor.role == Role.CLERK and not read_policy(tx).clerks_change_functions:
        raise Refused("policy", "A supervisor changes what a window serves.")
    if not command.categories or len(set(command.categories)) != len(command.categories):
        raise Refused("category", "A window serves at least one category of tickets.")
    if not all(_CATEGORY.fullmatch(letter) for letter in command.categories):
        raise Refused("category", "There is no such category of tickets.")
    return WindowChanged(hall=window["hall"], duty=find_duty_day(tx, window["hall"]))


@RULES.register(
    SetWindowCategories,
    WindowChanged,
    permission="window.functions",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Change of what a window serves"),
    decide=_decide_categories,
    stream=lambda command, _: f"window/{command.window}",
    documents=("window",),
    placement=Placement.REMOTE,
)
def _apply_categories(tx: Transaction, entry: Entry[SetWindowCategories, WindowChanged]) -> None:
    command = entry.command
    tx.update("windows", {"id": command.window}, categories=encode_json_list(command.categories))
    follow_window(tx, command.window, entry.moment, entry.decision.duty)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"window/{command.window}")


def _decide_close_after(tx: Transaction, command: CloseWindowAfterVisit, moment: Moment) -> WindowChanged:
    window = _get_window(tx, command.window, moment)
    if window["state"] == "closed":
        raise Refused("closed", "{window} is closed.", window=window["name"])
    is_serving = tx.query_one("hall.visit_at_window", window=command.window) is not None
    is_serving = is_serving or tx.query_one("hall.ticket_served_at", window=command.window) is not None
    closes_now = command.closes and not is_serving
    return WindowChanged(hall=window["hall"], given_back=give_back(tx, window) if closes_now else None)


@RULES.register(
    CloseWindowAfterVisit,
    WindowChanged,
    permission="window.close_after",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Closing of a window after its visit"),
    decide=_decide_close_after,
    stream=lambda command, _: f"window/{command.window}",
    documents=("ticket", "visit", "window"),
)
def _apply_close_after(tx: Transaction, entry: Entry[CloseWindowAfterVisit, WindowChanged]) -> None:
    command, decision = entry.command, entry.decision
    if decision.given_back is not None:
        apply_give_back(tx, decision.given_back, entry.moment)
        return
    tx.update("windows", {"id": command.window}, closes_after=command.closes)
    tx.mark_changed(f"hall/{decision.hall}", f"window/{command.window}")


def _decide_zone(tx: Transaction, command: SetWindowZone, moment: Moment) -> WindowChanged:
    window = _get_window(tx, command.window, moment)
    if len(command.zone) > _LONGEST_ZONE:
        raise Refused("zone", "The name of a zone has at most {count} characters.", count=_LONGEST_ZONE)
    return WindowChanged(hall=window["hall"])


@RULES.register(
    SetWindowZone,
    WindowChanged,
    permission="window.zone",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.SUPERVISOR, MachineKind.ADMIN),
    label=mark("Zone of a window"),
    decide=_decide_zone,
    stream=lambda command, _: f"window/{command.window}",
    documents=("window",),
    placement=Placement.REMOTE,
)
def _apply_zone(tx: Transaction, entry: Entry[SetWindowZone, WindowChanged]) -> None:
    tx.update("windows", {"id": entry.command.window}, zone=entry.command.zone)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"window/{entry.command.window}")
