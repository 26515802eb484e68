"""Reads the papers of a draft in the background, one after another, without delaying a key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar

from clerk_app.errors import ClerkError
from clerk_app.views.case import IntakeView
from clerk_app.views.paper_review import PaperReviewService
from screens.host import ScreenHost

V = TypeVar("V")


class ReadingScreen(Protocol[V]):
    """A screen that shows a draft with papers."""

    @property
    def host(self) -> ScreenHost:
        """The app."""
        ...

    @property
    def service(self) -> PaperReviewService[V]:
        """Reads papers and stores what was read."""
        ...

    def paint(self, view: V) -> Awaitable[None]:
        """Show a view."""
        ...


class BackgroundReader:
    """Reads each paper of a draft that waits for it. `find_draft` returns the draft on the screen, None without one."""

    def __init__(self, find_draft: Callable[[], IntakeView | None]) -> None:
        self._find_draft = find_draft
        self._is_reading = False
        self._failed: set[tuple[str, str]] = set()  # draft and material of papers whose file was out of reach

    def read_waiting(self, screen: ReadingScreen[V]) -> None:
        """Read the papers that wait for it, unless one is being read."""
        if not self._is_reading and self._find_waiting():
            self._is_reading = True
            screen.host.run_in_background(self._read_all(screen))

    def retry(self, material: str) -> None:
        """Read a paper again whose file was out of reach."""
        self._failed = {failed for failed in self._failed if failed[1] != material}

    def _find_waiting(self) -> tuple[str, str] | None:
        draft = self._find_draft()
        rows: Iterable[tuple[str, str]] = (
            ((draft.draft, row.id) for row in draft.materials if row.reading == "waiting") if draft is not None else ()
        )
        return next((row for row in rows if row not in self._failed), None)

    async def _read_all(self, screen: ReadingScreen[V]) -> None:
        try:
            while (waiting := self._find_waiting()) is not None:
                try:
                    reading = await asyncio.to_thread(screen.service.read_paper, waiting[1])
                except ClerkError:
                    self._failed.add(waiting)
                    raise
                await screen.paint(await screen.host.ask(partial(screen.service.record_reading, reading)))
        finally:
            self._is_reading = False
