"""`DrawingApp`, an app whose widgets can have pictures and large text drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.visible_screens import VisibleScreens

if TYPE_CHECKING:
    from clerk_app.views.drawing import DrawingService
    from clerk_app.views.workstation import Workstation


class DrawingApp(VisibleScreens):
    """An app whose workstation draws, once it is open."""

    @property
    def workstation(self) -> Workstation | None:
        """The workstation, None until the store is open."""
        return None

    @property
    def drawing(self) -> DrawingService | None:
        """Draws pictures and large text; None until the store is open."""
        return self.workstation.drawing if self.workstation is not None else None

    @property
    def has_all_colours(self) -> bool:
        """Whether colours are sent in 24 bits, unchanged."""
        return self.console.color_system == "truecolor"

    def write_graphics(self, message: str) -> None:
        """Send a message of a graphics protocol, which moves no cursor, to the terminal."""
        if self._driver is not None:
            self._driver.write(message)
