"""Windows: registration, opening, pausing and closing, with the clerk who works there."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.hall.day_state import is_older_than_closing
from clerk_app.hall.duty import DutyDay, find_duty_day, follow_window
from clerk_app.hall.reasons import require_reason_code
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.visit_records import end_visit
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()

_MICROSECONDS_PER_MINUTE = 60_000_000


class WindowGivenBack(MessagePart, frozen=True, kw_only=True):
    """A window that closes, with its open visit and the ticket being served; both are empty if there is none."""

    window: str
    hall: str
    visit: str = ""
    ticket: str = ""


class WindowStateSet(CommandDecision, frozen=True, kw_only=True):
    """Hall and lease of the window, and what changes with it.

    `held_visit`, `held_ticket`: the visit of another clerk that was open there and is put on hold. `given_back`:
    windows that the clerk or a supervisor gives back; their visits end, and their tickets wait again at their places.
    `resumed_ticket`: the ticket of the clerk's own open visit there, which waits again since the lease ended.
    `stays_closed`: the command was given before the service day was closed, and reached the authority afterwards; the
    window does not change, and only the visit that is open there ends if it would have ended then.
    """

    stored_name: ClassVar[str] = "WindowSet"
    held_visit: str = ""
    held_ticket: str = ""
    hall: str = ""
    lease_until: int | None = None  # microseconds UTC; None for a closed window
    renews: bool = False  # the window was open under the same name: only its lease changes
    given_back: tuple[WindowGivenBack, ...] = ()
    stays_closed: bool = False
    resumed_ticket: str = ""
    holder: str = ""  # who holds the window afterwards; empty: the actor
    duty: DutyDay | None = None  # None for a window that closes, and in older entries


class RegisterWindow(Command[WindowStateSet], frozen=True, kw_only=True):
    """Registers a window of a hall; `categories` has the letters of the ticket categories served, such as "AB"."""

    stored_name: ClassVar[str] = "RegisterWindow"
    id: str
    name: str
    categories: str
    hall: str = ""
    site: str = msgspec.field(name="organ", default="")  # the service centre for which this window accepts cases


class SetWindowState(Command[WindowStateSet], frozen=True, kw_only=True):
    """Opens, pauses or closes a window in the name of the actor.

    An open window is held under a lease, which a further command renews. A clerk opens a second window only when the
    lease of the first has ended; the first is then closed. A paused window calls nobody; its visit stays open. A window
    that a clerk holds is paused and opened again by a supervisor in the name of that clerk; `staff` names the clerk for
    whom a supervisor opens a closed window.
    """

    stored_name: ClassVar[str] = "SetWindow"
    window: str
    state: str  # open | paused | closed
    reason: str = ""  # code of the reason of a pause
    staff: str = ""  # clerk in whose name a supervisor opens the window; empty: the actor, or who holds it


@lru_cache(maxsize=256)  # each call of a ticket parses those of its window
def parse_categories(text: str) -> frozenset[str]:
    """Return the category letters in the text of `windows.categories`; older versions stored "AB"."""
    return frozenset(decode_json_list(text, old_separator=""))


def lease_end(tx: Transaction, window: Row) -> int:
    """Return the time at which the lease of an open window ends (microseconds UTC).

    A window that an earlier version opened has a lease from its opening.
    """
    until = window["lease_until"]
    return int(until) if until is not None else int(window["since"]) + _lease_length(tx)


def is_lease_valid(tx: Transaction, window: Row, now: int) -> bool:
    """Return whether a person holds the window: it is open or paused, and its lease has not ended."""
    return window["state"] != "closed" and lease_end(tx, window) > now


def _lease_length(tx: Transaction) -> int:
    return read_policy(tx).window_lease_minutes * _MICROSECONDS_PER_MINUTE


def _decide_register(tx: Transaction, command: RegisterWindow, moment: Moment) -> WindowStateSet:
    if tx.get("windows", id=command.id) is not None:
        raise Refused("exists", "There is a window {window} already.", window=command.id)
    namesake = tx.get("windows", hall=command.hall, name=command.name)
    if namesake is not None and not moment.already_decided:
        raise Refused("name", "Window {window} of this hall has this name already.", window=namesake["id"])
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
    if command.reason:
        require_reason_code("pause", command.reason)
    window = tx.get("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    require_site(window, moment)
    holder = _find_holder(tx, command, window, moment)
    visit = tx.query_one("hall.visit_at_window", window=command.window)
    is_replaced = visit is not None and visit["staff"] != holder
    if is_older_than_closing(tx, window["since"], moment):
        ends_visit = is_replaced or command.state == "closed"
        ended_visit = visit["id"] if visit is not None and ends_visit else ""
        return WindowStateSet(hall=window["hall"], held_visit=ended_visit, stays_closed=True)
    if command.state == "closed":
        _require_may_close(tx, window, moment)
        return WindowStateSet(hall=window["hall"], given_back=(give_back(tx, window),))
    return WindowStateSet(
        hall=window["hall"],
        lease_until=moment.corrected_at + _lease_length(tx),
        renews=_is_same(window, command, holder),
        given_back=_give_back_other_windows(tx, command, holder, moment) if command.state == "open" else (),
        held_visit=visit["id"] if visit is not None and is_replaced else "",
        held_ticket=_find_held_ticket(tx, visit) if visit is not None and is_replaced else "",
        resumed_ticket=_find_waiting_ticket(tx, visit) if visit is not None and not is_replaced else "",
        holder=holder if holder != moment.actor.id else "",
        duty=find_duty_day(tx, window["hall"]),
    )


def _is_same(window: Row, command: SetWindowState, holder: str) -> bool:
    """Return whether the command changes nothing but the lease."""
    has_reason = command.state != "paused" or window["pause_reason"] == command.reason
    return window["state"] == command.state and window["staff"] == holder and has_reason


def _find_holder(tx: Transaction, command: SetWindowState, window: Row, moment: Moment) -> str:
    """Return in whose name the window is opened or paused. Raise Refused if a supervisor may not do it for them."""
    if moment.actor.role not in (Role.SUPERVISOR, Role.ADMINISTRATOR) or command.state == "closed":
        return moment.actor.id
    if command.staff:
        clerk = tx.get("staff", id=command.staff)
        if clerk is None or not clerk["active"] or clerk["role"] != Role.CLERK:
            raise Refused("clerk", "Only a clerk of the staff list works at a window.")
        if window["organ"] not in ("", clerk["organ"]):
            raise Refused("other_site", "{window} is a window of another service centre.", window=window["name"])
        return command.staff
    if is_lease_valid(tx, window, moment.decided_at):
        return str(window["staff"])
    if command.state == "paused":
        raise Refused("closed", "{window} is closed.", window=window["name"])
    return moment.actor.id


def _find_waiting_ticket(tx: Transaction, visit: Row) -> str:
    """Return the ticket of an open visit if it waits again; empty if not."""
    ticket = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
    return str(ticket["id"]) if ticket is not None and ticket["state"] == "waiting" else ""


def _find_held_ticket(tx: Transaction, visit: Row) -> str:
    """Return the ticket of a visit that is put on hold; empty if it is not being served there any more."""
    ticket = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
    is_elsewhere = ticket is not None and (ticket["state"] != "serving" or ticket["window_id"] != visit["window_id"])
    return "" if is_elsewhere else str(visit["ticket"] or "")


def require_site(window: Row, moment: Moment) -> None:
    """Raise Refused if the window is one of another service centre. Windows of the first versions have none."""
    if moment.actor.role != Role.ADMINISTRATOR and window["organ"] not in ("", moment.actor.organ):
        raise Refused("other_site", "{window} is a window of another service centre.", window=window["name"])


def _require_may_close(tx: Transaction, window: Row, moment: Moment) -> None:
    """Raise Refused if a colleague of the actor holds the window: closing it would end the colleague's visit."""
    if moment.already_decided or moment.actor.role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        return
    if window["staff"] != moment.actor.id and is_lease_valid(tx, window, moment.decided_at):
        raise Refused(
            "other_clerk",
            "{window} is open under the name of a colleague, who can sign out there (^D). A supervisor can close it.",
            window=window["name"],
        )


def _give_back_other_windows(
    tx: Transaction, command: SetWindowState, holder: str, moment: Moment
) -> tuple[WindowGivenBack, ...]:
    """Give back the windows where the holder is signed in elsewhere. Raise Refused if the lease of one is valid."""
    others = tx.query_all("hall.windows_of_staff", staff=holder, window=command.window)
    for other in others:
        if is_lease_valid(tx, other, moment.decided_at):  # a clerk works at one window at a time
            if holder != moment.actor.id:
                raise Refused("two_windows", "This clerk works at {other}.", other=other["name"])
            raise Refused(
                "two_windows",
                "You are signed in at {other}. Sign out there (^D), or ask a supervisor to close it. "
                "In {minutes} minutes it is free by itself.",
                other=other["name"],
                minutes=-((moment.decided_at - lease_end(tx, other)) // _MICROSECONDS_PER_MINUTE),  # rounded up
            )
    return tuple(give_back(tx, other) for other in others)


def give_back(tx: Transaction, window: Row) -> WindowGivenBack:
    """Return what is given back with a window: its open visit, and the ticket being served."""
    visit = tx.query_one("hall.visit_at_window", window=window["id"])
    ticket = tx.query_one("hall.ticket_served_at", window=window["id"])  # a visit is only in the store of its window
    return WindowGivenBack(
        window=window["id"],
        hall=window["hall"],
        visit=visit["id"] if visit is not None else "",
        ticket=ticket["id"] if ticket is not None else "",
    )


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
    stands_alone=True,
)
def _apply_set(tx: Transaction, entry: Entry[SetWindowState, WindowStateSet]) -> None:
    command, decision = entry.command, entry.decision
    for given_back in decision.given_back:
        apply_give_back(tx, given_back, entry.moment)
    if not decision.stays_closed:
        staff = None if command.state == "closed" else decision.holder or entry.moment.actor.id
        changed = {} if decision.renews else {"since": entry.decided_at, "closes_after": False}
        reason = command.reason if command.state == "paused" else ""
        columns = {"state": command.state, "staff": staff, "lease_until": decision.lease_until, **changed}
        tx.update("windows", {"id": command.window}, pause_reason=reason, **columns)
        follow_window(tx, command.window, entry.moment, decision.duty)
    if decision.held_visit:
        end_visit(tx, decision.held_visit, entry.decided_at, "finished" if decision.stays_closed else "held")
    if decision.held_ticket:
        tx.update("tickets", {"id": decision.held_ticket}, state="held")
        tx.mark_changed(hall_scope(decision.held_ticket), f"ticket/{decision.held_ticket}")
    if decision.resumed_ticket:
        tx.update("tickets", {"id": decision.resumed_ticket}, state="serving", calls=1, window_id=command.window)
        tx.mark_changed(hall_scope(decision.resumed_ticket), f"ticket/{decision.resumed_ticket}")
    tx.mark_changed(f"hall/{decision.hall}", f"window/{command.window}")


def close_window(tx: Transaction, window: str, hall: str, moment: Moment) -> None:
    """Close a window: nobody holds it any more, and the duty period there ends."""
    closed = {"state": "closed", "staff": None, "lease_until": None, "pause_reason": "", "closes_after": False}
    tx.update("windows", {"id": window}, since=moment.decided_at, **closed)
    follow_window(tx, window, moment)
    tx.mark_changed(f"hall/{hall}", f"window/{window}")


def apply_give_back(tx: Transaction, given_back: WindowGivenBack, moment: Moment) -> None:
    """Close a window, end its visit, and put its ticket back to its place."""
    close_window(tx, given_back.window, given_back.hall, moment)
    if given_back.visit:
        end_visit(tx, given_back.visit, moment.decided_at, "requeued" if given_back.ticket else "finished")
    if given_back.ticket:
        tx.update("tickets", {"id": given_back.ticket}, state="waiting", calls=0, window_id=None)
        tx.mark_changed(hall_scope(given_back.ticket), f"ticket/{given_back.ticket}")
