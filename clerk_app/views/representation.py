"""Contract of acting for an absent party at the counter (代办)."""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar

from clerk_app.views.promises import PromiseService
from clerk_app.views.shared import Option

View_co = TypeVar("View_co", covariant=True)
DelegationBasis = Literal["codes", "paper"]
"""How a delegation is shown: by the codes of both, or on paper with the codes of both."""


class RepresentationService(PromiseService[View_co], Protocol[View_co]):
    """Actions for a person who is served and acts for an absent party of the draft on the screen."""

    def represent(self, role: str, basis: DelegationBasis) -> View_co:
        """Take the holder of `CounterView.found_party` as an absent party. Raises Refused, OutOfReach."""
        ...

    def list_principals(self) -> tuple[Option, ...]:
        """Ask the center for whom the person served acts by a registered relation. Raises Refused, OutOfReach."""
        ...

    def represent_relation(self, principal: str) -> View_co:
        """Take one of `list_principals` as an absent party."""
        ...
