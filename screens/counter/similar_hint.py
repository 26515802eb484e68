"""Hint of similar applications before the acceptance."""

from __future__ import annotations

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import ReadDialog


async def show_hint(screen: CounterFrame) -> None:
    """Ask the center and show what it found, without the content of other applications."""
    sentences = await screen.host.ask(screen.service.hint_similar)
    await screen.host.show(ReadDialog(_("Similar applications"), sentences=sentences))


def _has_compared_texts(view: CounterView) -> bool:
    return view.intake is not None and view.intake.has_compared_texts and not view.intake.is_masked


HINT_ITEMS = (MenuItem(70, "similar", mark("Similar applications: hint"), _has_compared_texts, show_hint),)
