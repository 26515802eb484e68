"""What the sources of pages have in common: how pages are added, and the message that counts them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from clerk_app.locales import _
from clerk_app.views.papers import PaperTakingService, TakenPaper
from screens.host import ScreenHost

Flow = Callable[[ScreenHost, PaperTakingService, TakenPaper], Awaitable[TakenPaper]]
"""Adds pages to a paper; returns the paper as it was if the user went back."""


def page_counter(host: ScreenHost) -> Callable[[int], None]:
    """Return a function that shows on the message line how many pages were taken; any thread may call it."""
    loop, sentence = asyncio.get_running_loop(), _("Pages taken in: {count}")

    def show(count: int) -> None:
        loop.call_soon_threadsafe(lambda: host.notify(sentence.format(count=count)))

    return show
