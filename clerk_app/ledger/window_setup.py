"""Set-up of a window's store: its node and its center."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import ANY_MACHINE, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()


class WindowInitialised(CommandDecision, frozen=True, kw_only=True):
    """The store belongs to a node and has a center."""

    stored_name: ClassVar[str] = "WindowFounded"


class InitialiseWindow(Command[WindowInitialised], frozen=True, kw_only=True):
    """Set up a window's store, as its first entry: the node that the center admitted, and the center's URL."""

    stored_name: ClassVar[str] = "FoundWindow"
    node: str
    name: str
    node_kind: str
    hall: str
    window: str
    organs: tuple[str, ...]
    center: str
    url: str
    public_key: str = ""  # of the node; "" for a node that has a bearer key only
    center_key: str = ""  # the center's public key; "" where it is not known
    center_key_number: int = 0


def _decide(tx: Transaction, _: InitialiseWindow, __: Moment) -> WindowInitialised:
    if tx.query_one("ledger.own_node") is not None:
        raise Refused("enrolled", "This store belongs to a node already.")
    return WindowInitialised()


@RULES.register(
    InitialiseWindow,
    WindowInitialised,
    permission="node.enrol",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=ANY_MACHINE,
    label=mark("Set-up of a window's store"),
    decide=_decide,
    stream=lambda command, _: f"node/{command.node}",
    placement=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[InitialiseWindow, WindowInitialised]) -> None:
    command = entry.command
    tx.insert(
        "nodes",
        id=command.node,
        name=command.name,
        kind=command.node_kind,
        incarnation=1,
        here=True,
        enrolled_at=entry.decided_at,
        hall=command.hall,
        window_id=command.window,
        organs=encode_json_list(command.organs),
        public_key=command.public_key,
        key_number=1 if command.public_key else 0,
    )
    tx.insert(
        "center_lines",
        center=command.center,
        url=command.url,
        epoch="",
        clock_offset=0,
        safe=0,
        public_key=command.center_key,
        key_number=command.center_key_number,
    )
