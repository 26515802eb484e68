"""The check of enterprise names at the counter, and the hint of similar applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

ViewT_co = TypeVar("ViewT_co", covariant=True)


@dataclass(frozen=True)
class CheckedName:
    """What the center found about a name. `findings` are sentences, the gravest first; [ ] marks what is the same.

    `reserved_until` is the day until which this draft has reserved the name; empty if it has not.
    """

    field: str
    name: str
    severity: Literal["stop", "reason", "note", ""]
    verdict: str
    findings: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    reserved_until: str = ""


class NameService(Protocol[ViewT_co]):
    """Actions on the enterprise names of the draft on the screen. The center performs them."""

    def check_name(self, field: str) -> CheckedName:
        """Check the name in a field. Raises Refused (the field is empty), OutOfReach (no connection)."""
        ...

    def reserve_name(self, field: str, reason: str = "") -> ViewT_co:
        """Reserve the name in a field for the draft. Raises Refused if another draft has it."""
        ...

    def release_name(self, field: str) -> ViewT_co:
        """End the reservation of a field."""
        ...

    def hint_similar(self) -> tuple[str, ...]:
        """Return in sentences what the center has of applications similar to the draft, without their content.

        Raises Refused (no compared text is filled in), OutOfReach.
        """
        ...
