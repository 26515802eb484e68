"""Contract of the service guide at a kiosk: find what the city offers, read what to bring, print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.finding import Facet, FacetValue, GuideSection, OfferRow
from clerk_app.views.shared import LabelledValue


@dataclass(frozen=True)
class BroughtMaterial:
    """A paper that the citizen brings: its name, in which form, and what else holds for it, as sentences."""

    name: str
    form: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KioskGuide:
    """What something consists of, for a citizen: first what to bring, then the guide in full."""

    offer: str
    name: str
    brought: tuple[BroughtMaterial, ...]
    held: tuple[str, ...]  # names of what the city has, which is used with consent
    facts: tuple[LabelledValue, ...]
    sections: tuple[GuideSection, ...]


@dataclass(frozen=True)
class PrintedGuide:
    """A guide that was given to the printer. `is_unknown`: it is not known whether it came out."""

    is_unknown: bool = False


class KioskGuideService(Protocol):
    """Finds and prints service guides. It uses and stores no data of the citizen."""

    def list_values(self, facet: Facet) -> tuple[FacetValue, ...]:
        """Return the themes, life events or departments that something has, the most frequent first."""
        ...

    def list_offers(self, facet: Facet, value: str) -> tuple[OfferRow, ...]:
        """Return what has a value of a facet."""
        ...

    def find_offers(self, text: str) -> tuple[OfferRow, ...]:
        """Return what matches a name, initials of its pinyin, or a number, best first. Raises Refused after many."""
        ...

    def read_guide(self, offer: str) -> KioskGuide:
        """Return the guide of what was found. Raises BadData if the catalogue does not have it any more."""
        ...

    def print_guide(self, offer: str) -> PrintedGuide:
        """Print a guide. Raises OutOfReach if nothing was printed, Refused if it is too much paper."""
        ...
