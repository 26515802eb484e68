"""Choosing one of today's cases of this window, to look at it or to print its papers again."""

from __future__ import annotations

from functools import partial

from screens.counter.frame import CounterFrame
from screens.counter.own_cases import OwnCasesDialog


async def choose_or_find(screen: CounterFrame) -> None:
    """Show today's cases of this window, and open the chosen one."""
    cases = await screen.host.ask(screen.service.list_own_cases)
    chosen = await screen.host.show(OwnCasesDialog(cases))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.open_case, chosen))
