"""What Ctrl+Z would undo at a staff screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UndoOffer:
    """The last act of a person within two minutes.

    `question` names what would be undone and whom it concerns; if it is empty, the act cannot be undone, and `reason`
    names the cause and the act that corrects it.
    """

    id: int
    question: str = ""
    reason: str = ""
