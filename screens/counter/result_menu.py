"""Items of the F8 menu for results, and for papers that the courier carries."""

from __future__ import annotations

from clerk_app.locales import mark
from screens.counter.frame import CounterFrame
from screens.counter.hand_over import hand_over_early
from screens.counter.menu_item import MenuItem
from screens.courier import RECEIVE, SEND, receive_papers, send_papers


async def _send_papers(screen: CounterFrame) -> None:
    await send_papers(screen, screen.service)


async def _receive_papers(screen: CounterFrame) -> None:
    await receive_papers(screen, screen.service)


RESULT_ITEMS = (
    MenuItem(
        35,
        "hand_over_part",
        mark("Hand finished results over early"),
        lambda view: view.case is not None and "hand_over_part" in view.case.actions,
        hand_over_early,
    ),
    MenuItem(SEND[0], "send_papers", SEND[1], lambda _view: True, _send_papers),
    MenuItem(RECEIVE[0], "receive_papers", RECEIVE[1], lambda _view: True, _receive_papers),
)
