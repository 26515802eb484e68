"""Contract of the comparison of face and photo at the counter."""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar

from clerk_app.views.page_view import PaperPages

View_co = TypeVar("View_co", covariant=True)
Compared = Literal["", "live", "portrait"]
"""Which pictures the screen showed: the portrait and the live picture, the portrait alone, or none."""


class IdentityService(Protocol[View_co]):
    """Outcomes of a comparison. Each is recorded with what was compared, and without any picture."""

    def confirm_person(self, compared: Compared = "") -> View_co:
        """Record that the person at the window is the one identified. Raises Refused after `doubt_person`."""
        ...

    def reject_person(self, compared: Compared = "") -> View_co:
        """Record that the person at the window is another one: the identification of the visit ends."""
        ...

    def doubt_person(self, compared: Compared = "") -> View_co:
        """Record that the clerk is not sure: a second person decides (`settle_doubt`)."""
        ...

    def settle_doubt(self, number: str, pin: str, *, same: bool, compared: Compared = "") -> View_co:
        """Record the decision of a second person, who signs with number and PIN.

        Raises Refused: for the clerk of the window, a wrong PIN, a person of another site or role; OutOfReach.
        """
        ...

    def open_portrait(self) -> PaperPages:
        """Return the original of the portrait. Raises Refused without one."""
        ...
