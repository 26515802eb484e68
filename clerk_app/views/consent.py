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


@dataclass(frozen=True)
class BroughtList:
    """A consent list that an absent party signed elsewhere, as the center issued it: what its paper has to name."""

    number: str
    party: str  # role, and masked name that the form has
    one_thing: str
    materials: tuple[str, ...]
    printed: str  # day
    needs_phone: bool  # whether the party wrote the last digits of their telephone on it


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

    def withdraw_case_consent(self, materials: Sequence[str], number: str = "") -> View_co:
        """Record that a party takes back the consent to `CaseView.withdrawable` materials of the open case.

        `number` is that of the identity document of a party who has no code with them and signed a paper.
        The center decides: raises Refused once an organ has decided on one, OutOfReach. The notice is printed.
        """
        ...

    def print_consent_list(self) -> View_co:
        """Print a list for each party who agreed to something, for their signature. Raises Refused, OutOfReach."""
        ...

    def print_absent_list(self, role: str) -> View_co:
        """Print the list by which a party of `IntakeView.absent_lists` agrees elsewhere. Raises Refused, OutOfReach."""
        ...

    def take_absent_list(self, number: str, phone: str = "") -> View_co:
        """Record the list `CounterView.brought_list`, which the clerk compared with its paper, and fetch its licences.

        `phone` are the digits that the party wrote on it. Raises Refused, OutOfReach.
        """
        ...

    def confirm_consents(self, lists: Sequence[str]) -> View_co:
        """Record that the parties of these printed lists, of `IntakeView.consent_lists`, have signed them."""
        ...

    def co_sign(self, text: str) -> View_co:
        """Let a further party of `IntakeView.unsigned` sign by their code. Raises Refused, OutOfReach."""
        ...

    def print_sheet(self, role: str) -> View_co:
        """Print the sheet for the signature of one of `IntakeView.unsigned`. Raises Refused, OutOfReach."""
        ...

    def co_sign_on_paper(self, role: str) -> View_co:
        """Record that one of `IntakeView.sheets` has signed the sheet, which the clerk has checked."""
        ...
