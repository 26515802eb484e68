"""The interface between the kiosk's screen and its app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from clerk_app.views.kiosk import KioskService, KioskView
from screens.host import ScreenHost
from screens.kiosk.question_page import KioskField, QuestionPage
from screens.kiosk.sizes import Mount
from screens.scan_receiver import Scan
from screens.widgets.paint import Line


class KioskHost(ScreenHost, Protocol):
    """The methods of the kiosk's app that its screen may call, in addition to those of `ScreenHost`."""

    def head_lines(self, width: int) -> Iterable[Line]:
        """Return the lines above the page."""
        ...

    def hint_lines(self, width: int) -> Iterable[Line]:
        """Return the lines below the name of the office."""
        ...

    def press_button(self, button: str) -> None:
        """Run the action of the button with this id."""
        ...

    def check_answer(self, field: KioskField, value: str) -> str:
        """Return why a value cannot be right, empty if it can."""
        ...

    def submit_answers(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        """Process the values typed on a page."""
        ...

    def use_scan(self, scan: Scan) -> None:
        """Show the page of a case for a scanned receipt."""
        ...

    def go_home(self) -> None:
        """End the session, and return to the front page."""
        ...

    def go_back(self) -> None:
        """Return to the page before, to the menu of the session, or to the front page."""
        ...

    @property
    def has_session(self) -> bool:
        """Whether a citizen's session is open."""
        ...

    @property
    def service(self) -> KioskService | None:
        """The service of the kiosk; None until the store is open."""
        ...

    @property
    def view(self) -> KioskView | None:
        """The front page as read last; None until the store is open."""
        ...

    def restart_idle_time(self) -> None:
        """Begin the idle time again, after an act of the program that took long."""
        ...

    @property
    def default_language(self) -> str:
        """The language of the front page when nobody uses the machine."""
        ...

    @property
    def screen_mount(self) -> Mount | None:
        """The heights of the edges of the screen above the floor; None if they are not in the settings."""
        ...

    async def reload_view(self) -> None:
        """Read the view again, in the current language."""
        ...
