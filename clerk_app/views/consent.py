"""Contract of the consent of citizens to the use of what the city holds, as the counter asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

View_co = TypeVar("View_co", covariant=True)


@dataclass(frozen=True)
class ConsentListRow:
    """The list of one party: their role and masked name, what they agreed to, and the number once it is printed."""

    party: str
    licences: tuple[str, ...]
    number: str = ""


class ConsentService(Protocol[View_co]):
    """Actions on consents for the draft on the screen. Each returns the view after the action."""

    def record_consent(self, materials: Sequence[str]) -> View_co: ...
    def release_materials(self, phone: str = "") -> View_co:
        """Fetch what was agreed to; with a printed code after the last four digits of the registered telephone."""
        ...

    def decline_consent(self, materials: Sequence[str]) -> View_co:
        """Record that the citizen does not agree to the use of these materials: papers are needed instead."""
        ...

    def withdraw_consent(self, materials: Sequence[str]) -> View_co:
        """Record that the citizen takes a consent back; what these materials filled in leaves the form."""
        ...

    def withdraw_case_consent(self, materials: Sequence[str]) -> View_co:
        """Record that a party takes back the consent to `CaseView.withdrawable` materials of the open case.

        The center decides: raises Refused once an organ has decided on one, OutOfReach. The notice is printed.
        """
        ...

    def print_consent_list(self) -> View_co:
        """Print a list for each party who agreed to something, for their signature. Raises Refused, OutOfReach."""
        ...

    def confirm_consents(self, lists: Sequence[str]) -> View_co:
        """Record that the parties of these printed lists, of `IntakeView.consent_lists`, have signed them."""
        ...

    def co_sign(self, text: str) -> View_co:
        """Let a further party of `IntakeView.unsigned` sign by their code. Raises Refused, OutOfReach."""
        ...

    def co_sign_on_paper(self, role: str) -> View_co:
        """Record that a further party has signed a sheet, which the clerk has checked."""
        ...
