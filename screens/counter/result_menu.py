"""Items of the F8 menu for results, and for papers that the courier carries."""

from __future__ import annotations

from clerk_app.locales import mark
from screens.counter.hand_over import hand_over_early
from screens.counter.menu_item import MenuItem

RESULT_ITEMS = (
    MenuItem(
        35,
        "hand_over_part",
        mark("Hand finished results over early"),
        lambda view: view.case is not None and "hand_over_part" in view.case.actions,
        hand_over_early,
    ),
)
