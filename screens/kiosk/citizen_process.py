"""The end of a kiosk's program: by staff, by its citizen, and by no other key or signal of the terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from signal import SIG_IGN, SIGTSTP, signal
from typing import Literal

from textual import on
from textual.events import Mount

from clerk_app.errors import ClerkError
from clerk_app.views.kiosk import KioskService
from clerk_app.views.workstation import Workstation
from screens.app import ClerkApp
from screens.kiosk.question_page import QuestionPage

SIGN_SECONDS = 1.0  # between two signs of life


class CitizenProcess(ClerkApp, inherit_bindings=False):
    """An app that ends with its citizen, if its parent (`clerk_app/cli/kiosk_parent.py`) has a new process ready."""

    ends_with_citizen = False
    """Whether the program ends where personal data would have to be removed."""
    ended_by: Literal["", "staff", "citizen"] = ""
    """Who ended the program; empty for a signal or a failure."""
    on_alive: Callable[[], None] | None = None
    """Called every SIGN_SECONDS while the screen works: a parent replaces a process that does it no more."""

    def end_for_staff(self) -> None:
        """End the program after staff have unlocked it."""
        self.ended_by = "staff"
        self.exit()

    async def unlock(self, workstation: Workstation, service: KioskService, page: QuestionPage, secret: str) -> None:
        """Check what staff have typed on `page`; close the store and end the program if it is right."""
        try:
            await self.ask(partial(service.unlock, secret))
        except ClerkError as error:
            page.show_error(str(error))
        else:
            await self.ask(workstation.close)
            self.end_for_staff()

    def end_with_citizen(self, *, was_personal: bool) -> bool:
        """End the program if it does so with its citizen; return whether it ends."""
        if self.ends_with_citizen and was_personal:
            self.ended_by = "citizen"
            self.exit()
        return self.ended_by == "citizen"

    @on(Mount)
    def _watch_process(self) -> None:
        if self.is_headless:
            return
        signal(SIGTSTP, SIG_IGN)  # the driver of Textual would stop the program
        if self.on_alive is not None:
            self.on_alive()
            self.set_interval(SIGN_SECONDS, self.on_alive)
