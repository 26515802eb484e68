"""Contract of the flow in which a citizen applies for a single matter at a kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_app.views.shared import LabelledValue, Option

AnswerKind = Literal["choice", "digits", "date", "letters"]
"""How a question is answered: a button for each answer, a number pad, a number pad for a day, or on-screen keys."""


@dataclass(frozen=True)
class MatterChoice:
    """A matter that can be applied for, shown as a button."""

    id: str
    name: str
    description: str  # organ, and days until the decision


@dataclass(frozen=True)
class MatterOffer:
    """What a matter needs: `held` is what the city holds, each with its source; `missing` has to be brought.

    With something missing, the matter cannot be applied for at a kiosk.
    """

    name: str
    held: tuple[LabelledValue, ...]
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the city holds everything."""
        return not self.missing


@dataclass(frozen=True)
class MatterQuestion:
    """A question of the form, the `number`-th of `count`. `value` is the answer so far; for a date, its digits."""

    field: str
    name: str
    hint: str
    kind: AnswerKind
    number: int
    count: int
    choices: tuple[Option, ...] = ()
    value: str = ""
    is_required: bool = True
    max_length: int = 40


@dataclass(frozen=True)
class MatterSummary:
    """Everything that is applied for: the answers with their sources, and the materials that are used."""

    name: str
    answers: tuple[LabelledValue, ...]
    materials: tuple[str, ...]
    promise: str  # how long it takes


@dataclass(frozen=True)
class AcceptedMatter:
    """An accepted case. `promised` is the day by which it is decided; empty if it is not known."""

    number: str
    name: str
    promised: str
    was_accepted_before: bool = False


@dataclass(frozen=True)
class PrintedReceipt:
    """What is known about the receipt: `is_printed`, or a sentence that states what to do instead."""

    is_printed: bool
    sentence: str


class MattersService(Protocol):
    """One application of a citizen in the open session. Answers are in the memory of this program until `discard`.

    Methods raise Refused, BadData or OutOfReach with a sentence for the citizen.
    """

    def list_matters(self) -> tuple[MatterChoice, ...]: ...
    def open(self, matter: str) -> MatterOffer:
        """List what the city holds for a matter."""
        ...

    def agree(self) -> MatterQuestion | MatterSummary:
        """Agree to the use of what is held; return the first question."""
        ...

    def decline(self) -> tuple[str, ...]:
        """Do not agree; return what to bring to a window."""
        ...

    def answer(self, field: str, value: str) -> MatterQuestion | MatterSummary:
        """Answer a question; an empty value leaves it out. Return the next question. Raises BadData for a wrong one."""
        ...

    def go_back(self) -> MatterQuestion | None:
        """Return the question before; None at the first one."""
        ...

    def read_step(self) -> MatterOffer | MatterQuestion | MatterSummary | AcceptedMatter | None:
        """Return the present step again, in the current language; None before a matter was chosen."""
        ...

    def accept(self) -> AcceptedMatter:
        """Apply. A repeated call gives the same case."""
        ...

    def print_receipt(self) -> PrintedReceipt:
        """Print the receipt of the accepted case."""
        ...

    def discard(self) -> None:
        """Remove everything that was answered and shown."""
        ...
