"""The base of the flows of a kiosk: what a citizen can do besides taking a ticket.

A flow shows its pages on the screen and asks its part of the service (`host.service`) with `host.ask`. What is typed
and shown is in the pages alone, so that leaving a page removes it. To add a flow: one module here, one entry in
`FLOWS` of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clerk_app.errors import ClerkError
from clerk_app.views.kiosk_session import OpenSession
from screens.kiosk.pages import FLOW_PREFIX, SentencePage

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

Needs = Literal["nothing", "session", "person"]
"""What a flow needs: nothing, a session opened by code or receipt, or the session of a person by their code."""


class Flow:
    """One thing that a citizen can do. Those that need nothing are on the front page, the others in the menu."""

    id: ClassVar[str]
    needs: ClassVar[Needs] = "session"

    @property
    def button(self) -> str:
        """The id of the button that starts the flow."""
        return FLOW_PREFIX + self.id

    def name(self) -> str:
        """Return the name on the button, in the current language."""
        raise NotImplementedError

    def description(self) -> str:
        """Return the text below the name, in the current language."""
        return ""

    def is_allowed(self, session: OpenSession | None) -> bool:
        """Return whether the flow is offered in this session, or without one."""
        if self.needs == "nothing":
            return session is None
        return session is not None and (self.needs == "session" or session.kind == "code")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        """Show the first page. An error of the service (ClerkError) that it raises is shown as a page."""
        raise NotImplementedError


async def show_failure(host: KioskHost, screen: KioskScreen, error: ClerkError, kept: str = "") -> None:
    """Show what happened, and what is kept or where to go (`kept`); both in the current language."""
    sentence = f"x {error}" + (f"\n\n{kept}" if kept else "")
    screen.app.bell()
    await screen.show_page(SentencePage(lambda: sentence, "bad"))
    host.restart_idle_time()
