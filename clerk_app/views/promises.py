"""Promises at the counter: commitments (告知承诺) and papers to be brought later (容缺)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

View_co = TypeVar("View_co", covariant=True)


@dataclass(frozen=True)
class PromiseRow:
    """What may be promised: `kind` is matter, material or gap; `term` until when it is checked or brought, in words."""

    id: str
    kind: str
    name: str
    term: str
    is_made: bool


@dataclass(frozen=True)
class PromiseView:
    """Promises of a draft. `sheet` is the number of the sheet that was printed or signed for what is promised now.

    `excluded` is why no promise is taken from the applicant; empty if one may be. `reviewed` is why a material that a
    commitment usually replaces is reviewed here, such as public safety; empty without one. `is_declined`: the applicant
    makes no commitment, so that matters are handled in the ordinary procedure.
    """

    rows: tuple[PromiseRow, ...]
    sheet: str = ""
    is_signed: bool = False
    needs_signature: bool = False
    excluded: str = ""
    is_declined: bool = False
    reviewed: str = ""

    @property
    def has_commitments(self) -> bool:
        """Whether a commitment is made or may be made, was declined, or is excluded for a reason that is shown."""
        return self.is_declined or bool(self.reviewed) or any(row.kind != "gap" for row in self.rows)

    @property
    def has_gaps(self) -> bool:
        """Whether a paper may be brought later."""
        return any(row.kind == "gap" for row in self.rows)


class PromiseService(Protocol[View_co]):
    """Actions on the promises of the draft on the screen."""

    def set_promise(self, promise: str, *, is_made: bool) -> View_co:
        """Take a promise of `PromiseView.rows`, or take it back. Raises Refused for an excluded applicant."""
        ...

    def decline_commitments(self, *, is_declined: bool) -> View_co:
        """Handle all matters in the ordinary procedure, without a commitment, or take that back."""
        ...

    def print_promises(self) -> View_co:
        """Print the sheet for the signature under all promises. Raises OutOfReach if nothing came out."""
        ...
