"""How a store becomes a window: it is told who it is, and who its authority is."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Reach, Rule
from db.engines import Transaction


class WindowFounded(Decided, frozen=True, kw_only=True):
    """From now on this store has a center."""


class FoundWindow(Command[WindowFounded], frozen=True, kw_only=True):
    """The first entry of a window's store, as its center admitted it."""

    node: str
    name: str
    node_kind: str
    hall: str
    window: str
    organs: tuple[str, ...]
    center: str
    url: str


def _decide(tx: Transaction, _: FoundWindow, __: Moment) -> WindowFounded:
    if tx.one("ledger.here") is not None:
        raise Refused("enrolled", "This store belongs to a node already.")
    return WindowFounded()


def _apply(tx: Transaction, entry: Entry[WindowFounded]) -> None:
    command: FoundWindow = entry.command
    tx.insert(
        "nodes",
        id=command.node,
        name=command.name,
        kind=command.node_kind,
        incarnation=1,
        here=True,
        enrolled_at=entry.at,
        hall=command.hall,
        window_id=command.window,
        organs=",".join(command.organs),
    )
    tx.insert("center_lines", center=command.center, url=command.url, epoch="", clock_offset=0, safe=0)


FOUNDING = Rule(
    FoundWindow,
    WindowFounded,
    permission="node.enrol",
    decide=_decide,
    apply=_apply,
    stream=lambda command, _: f"node/{command.node}",
    reach=Reach.OWN,
)
