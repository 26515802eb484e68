"""The counter's words for the keys of the key table, and which of them are offered in each situation."""

from __future__ import annotations

from typing import Literal

from clerk_app.desk import CounterView
from clerk_app.locales import mark
from screens import keys
from screens.keys import Act

Mode = Literal["hall", "called", "person", "intake", "case", "receipt"]

NEXT = keys.NEXT.named(mark("Next"), mark("Ends with this citizen and calls the next ticket."))
RECALL = keys.RECALL.named(mark("Recall"), mark("Calls the ticket again; without a ticket, opens a draft again."))
HOLD = keys.HOLD.named(mark("Hold"), mark("Puts the ticket aside; without a ticket, takes one back."))
CHOOSE = keys.CHOOSE.named(mark("Choose"), mark("Chooses what the citizen came for, by name or initials."))
RETURN = keys.RETURN.named(mark("No-show"), mark("Nobody came; with a case open, takes in what was asked for."))
SCAN = keys.SCAN
MORE = keys.MORE
SUBMIT = keys.SUBMIT.named(mark("Accept"), mark("Accepts the case; with a case open, hands over the results."))
LOCK, BACK, JUMP = keys.LOCK, keys.BACK, keys.JUMP

ACTS = (NEXT, RECALL, HOLD, CHOOSE, RETURN, SCAN, MORE, SUBMIT, LOCK, keys.LINE, JUMP, BACK)

_DRAFTS = RECALL.named(mark("Drafts"), RECALL.help)
_HELD = HOLD.named(mark("Held"), HOLD.help)
_CONFIRM = SUBMIT.named(mark("Agree"), mark("Person and photo agree."))
_TAKE_IN = RETURN.named(mark("Take in"), RETURN.help)
_HAND_OVER = SUBMIT.named(mark("Hand over"), SUBMIT.help)
_PARTY = SCAN.named(mark("Party"), SCAN.help)

OFFERED: dict[Mode, tuple[Act, ...]] = {
    "hall": (NEXT, _DRAFTS, _HELD, SCAN, MORE, LOCK),
    "called": (NEXT, RECALL, HOLD, RETURN, SCAN, MORE, LOCK),
    "person": (CHOOSE, SCAN, MORE, _CONFIRM, HOLD, NEXT, LOCK),
    "intake": (CHOOSE, _PARTY, MORE, SUBMIT, HOLD, NEXT, LOCK),
    "case": (NEXT, _TAKE_IN, SCAN, MORE, _HAND_OVER, LOCK),
    "receipt": (NEXT, SCAN, MORE, LOCK),
}


def mode_of(view: CounterView, closed_receipt: str) -> Mode:
    """The situation that a view shows; a receipt that the clerk closed does not come back."""
    if view.receipt is not None and view.receipt.id != closed_receipt:
        return "receipt"
    if view.case is not None:
        return "case"
    if view.intake is not None:
        return "intake"
    if view.applicant is not None:
        return "person"
    return "called" if view.serving is not None else "hall"


def offered(mode: Mode, view: CounterView | None) -> tuple[Act, ...]:
    """The acts of the key line; at a case only those that the desk allows."""
    acts = OFFERED[mode]
    if mode != "case" or view is None or view.case is None:
        return acts
    refused = {
        key.id for key, act in ((keys.RETURN, "take_in"), (keys.SUBMIT, "hand_over")) if act not in view.case.acts
    }
    return tuple(act for act in acts if act.id not in refused)
