"""The release of a window by its own machine, when the person who holds it may not close it any more.

Somebody who was dismissed or suspended, or has another role now, can still sign out: the window is free at once.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.windows import WindowStateSet, apply_give_back, give_back
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class ReleaseWindow(Command[WindowStateSet], frozen=True, kw_only=True):
    """Closes the window of this machine, if it is held by `staff`."""

    stored_name: ClassVar[str] = "ReleaseWindow"
    window: str
    staff: str


def _decide(tx: Transaction, command: ReleaseWindow, moment: Moment) -> WindowStateSet:
    window = tx.get_for_update("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    node = tx.get("nodes", id=node_of_chain(moment.node))
    if node is not None and node["kind"] != MachineKind.CENTER and node["window_id"] != command.window:
        raise Refused("other_window", "This machine may release its own window only.")
    if window["staff"] != command.staff:  # released since, or held by a colleague
        return WindowStateSet(hall=window["hall"], stays_closed=True)
    return WindowStateSet(hall=window["hall"], given_back=(give_back(tx, window),))


@RULES.register(
    ReleaseWindow,
    WindowStateSet,
    permission="window.release",
    roles=(Role.NODE, Role.SYSTEM),
    machines=(MachineKind.COUNTER,),
    label=mark("Release of a window"),
    decide=_decide,
    stream=lambda command, _: f"window/{command.window}",
    documents=("ticket", "visit", "window"),
    stands_alone=True,
)
def _apply(tx: Transaction, entry: Entry[ReleaseWindow, WindowStateSet]) -> None:
    for given_back in entry.decision.given_back:
        apply_give_back(tx, given_back, entry.moment)
