"""The actions of the counter screen, and the selection that the key line shows in each mode."""

from __future__ import annotations

from typing import Literal

from clerk_app.locales import mark
from clerk_app.views.case import CaseAction
from clerk_app.views.counter import CounterView
from screens import keys
from screens.keys import KeyAction, KeyHelp

Mode = Literal["hall", "called", "person", "intake", "case", "receipt"]

NEXT = keys.NEXT.with_label(mark("Next"), mark("Ends this visit and calls the next ticket."))
RECALL = keys.RECALL.with_label(
    mark("Recall"), mark("Calls the ticket again; without one, reopens a ticket that was just ended, or a draft.")
)
HOLD = keys.HOLD.with_label(mark("Hold"), mark("Puts the ticket on hold; without a ticket, takes one back."))
CHOOSE = keys.CHOOSE.with_label(
    mark("Choose"),
    mark("Chooses what the citizen came for, by name or initials; in the list of waiting tickets, the marked one."),
)
RETURN = keys.RETURN.with_label(
    mark("No-show"), mark("Marks the ticket as a no-show; with a case open, takes in the requested materials.")
)
SCAN = keys.SCAN
MORE = keys.MORE
SUBMIT = keys.SUBMIT.with_label(mark("Accept"), mark("Accepts the case; with a case open, hands over the results."))
HELP_CALL = keys.HELP_CALL
LOCK, BACK, JUMP = keys.LOCK, keys.BACK, keys.JUMP

SIGN_OUT = keys.SIGN_OUT.with_label(keys.SIGN_OUT.label, mark("Gives back the window with its ticket; drafts stay."))

ACTIONS = (
    NEXT,
    RECALL,
    HOLD,
    CHOOSE,
    RETURN,
    SCAN,
    MORE,
    SUBMIT,
    LOCK,
    keys.CONNECTION,
    JUMP,
    keys.UNDO_ACT,
    keys.READ,
    HELP_CALL,
    BACK,
)
OTHER_KEYS = (
    KeyHelp("enter", mark("Enter"), mark("next field; confirms the person; opens the marked material")),
    KeyHelp("up,down,home,end", mark("Up / Down"), mark("field or row before / after; in a list, Home and End too")),
    KeyHelp(
        "pageup,pagedown", mark("Page Up / Down"), mark("field before / after that needs an answer; a page in a list")
    ),
    KeyHelp("", "1-9", mark("picks an answer of a choice field")),
    KeyHelp(
        "left,right",
        mark("Left / Right"),
        mark("answer before / after in a choice field; earlier / later in the course"),
    ),
    KeyHelp("space", mark("Space"), mark("ticks the marked row; the next answer in a choice field")),
    KeyHelp("ctrl+k", "^K", mark("pre-review of the marked paper")),
    KeyHelp("delete,backspace", mark("Delete"), mark("removes what was typed or the answer")),
    keys.UNDO,
    keys.PARTS,
    keys.PANELS,
)

_NOBODY_WAITS = NEXT.with_label(mark("Nobody waits"), NEXT.help)
_DRAFTS = RECALL.with_label(mark("Drafts"), RECALL.help)
_REOPEN = RECALL.with_label(mark("Reopen"), RECALL.help)
_HELD = HOLD.with_label(mark("Held"), HOLD.help)
_CONFIRM = SUBMIT.with_label(mark("Confirm"), mark("Person and photo match."))
_TAKE_IN = RETURN.with_label(mark("Take in"), RETURN.help)
_HAND_OVER = SUBMIT.with_label(mark("Hand over"), SUBMIT.help)
_FIND = CHOOSE.with_label(mark("Find"), mark("Shows today's cases of this window; finds a person or another case."))
_TICKET = CHOOSE.with_label(
    mark("This ticket"), mark("Calls the marked ticket before its turn, for a reason; elsewhere shows today's cases.")
)
_PARTY = SCAN.with_label(mark("Party"), SCAN.help)

OFFERED_ACTIONS: dict[Mode, tuple[KeyAction, ...]] = {
    "hall": (NEXT, _DRAFTS, _HELD, _FIND, SCAN, MORE, LOCK),
    "called": (NEXT, RECALL, HOLD, CHOOSE, RETURN, SCAN, MORE),
    "person": (CHOOSE, SCAN, MORE, _CONFIRM, HOLD, NEXT, LOCK),
    "intake": (CHOOSE, _PARTY, MORE, SUBMIT, HOLD, NEXT, LOCK),
    "case": (NEXT, _TAKE_IN, SCAN, MORE, _HAND_OVER, LOCK),
    "receipt": (NEXT, SCAN, MORE, LOCK),
}


def mode_of(view: CounterView, closed_receipt_id: str) -> Mode:
    """Return the mode in which the screen shows `view`; the receipt `closed_receipt_id` is not shown again."""
    if view.receipt is not None and view.receipt.id != closed_receipt_id:
        return "receipt"
    if view.case is not None:
        return "case"
    if view.intake is not None:
        return "intake"
    if view.applicant is not None:
        return "person"
    return "called" if view.serving is not None else "hall"


def offered_actions(mode: Mode, view: CounterView | None, *, is_ticket_marked: bool) -> tuple[KeyAction, ...]:
    """Return the actions of the key line; for a case, only those that the service allows.

    F3 reopens what was just ended; F5 is for a ticket that is marked in the list of waiting tickets. F9 confirms the
    person until that is done, also above a form; after a refused code there is no person to confirm.
    """
    offered = OFFERED_ACTIONS[mode]
    if mode == "hall" and view is not None:
        return _offered_in_hall(view, is_ticket_marked=is_ticket_marked)
    if mode in ("person", "intake") and view is not None and view.applicant is not None:
        if view.applicant.needs_confirmation:
            return tuple(_CONFIRM if action.id == SUBMIT.id else action for action in offered)
        return tuple(action for action in offered if action != _CONFIRM)
    if mode != "case" or view is None or view.case is None:
        return offered
    needed: tuple[tuple[KeyAction, CaseAction], ...] = ((keys.RETURN, "take_in"), (keys.SUBMIT, "hand_over"))
    hidden = {action.id for action, permission in needed if permission not in view.case.actions}
    return tuple(action for action in offered if action.id not in hidden)


def _offered_in_hall(view: CounterView, *, is_ticket_marked: bool) -> tuple[KeyAction, ...]:
    nobody_waits = view.status.waiting == 0 and view.status.connection_level == "good"
    replaced = {
        NEXT: _NOBODY_WAITS if nobody_waits else NEXT,
        _DRAFTS: _REOPEN if view.ended else _DRAFTS,
        _FIND: _TICKET if is_ticket_marked else _FIND,
    }
    return tuple(replaced.get(action, action) for action in OFFERED_ACTIONS["hall"])
