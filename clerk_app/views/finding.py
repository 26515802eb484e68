"""Contract of finding what the counter can accept, and of the service guide (办事指南)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from clerk_app.views.shared import LabelledValue

View_co = TypeVar("View_co", covariant=True)
Facet = Literal["theme", "life_event", "organ"]
FACETS: tuple[Facet, ...] = ("theme", "life_event", "organ")


@dataclass(frozen=True)
class OfferRow:
    """A one thing, a matter or a handling item. `key` is the number of a one thing in the list.

    `marked` is the matching part of the name, as start and end; (0, 0) if it matches in another way.
    """

    id: str
    name: str
    kind: str  # in words
    organ: str
    days: int  # promised working days
    key: str = ""
    number: str = ""  # code of the implementing list
    marked: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class OfferPage:
    """The best matches; `total` counts all, `names` is how many names are searched."""

    rows: tuple[OfferRow, ...]
    total: int
    names: int


@dataclass(frozen=True)
class FacetValue:
    """A theme, life event or organ, and how many of the matches it has."""

    id: str
    name: str
    count: int


@dataclass(frozen=True)
class OfferPreview:
    """What something that can be accepted consists of; lists have names, `materials` with where each comes from."""

    name: str
    kind: str
    facts: tuple[LabelledValue, ...]
    matters: tuple[str, ...]
    materials: tuple[str, ...]


@dataclass(frozen=True)
class GuideLine:
    """A value of the service guide and its source; `sample` is in place of a source that is not known."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class GuideSection:
    """A section of the service guide, such as the materials of one matter."""

    title: str
    lines: tuple[GuideLine, ...]


@dataclass(frozen=True)
class GuideView:
    """The service guide of a one thing, of a matter or of a handling item."""

    offer: str
    name: str
    sections: tuple[GuideSection, ...]


class FindingService(Protocol[View_co]):
    """Finds one things, matters and handling items."""

    def find_offers(self, text: str, facets: Mapping[Facet, str]) -> OfferPage:
        """Find what matches a text and values of facets, best first; nothing: the one things."""
        ...

    def list_facet_values(self, text: str, facets: Mapping[Facet, str], facet: Facet) -> tuple[FacetValue, ...]:
        """Return the values of a facet that the matches have, the most frequent first."""
        ...

    def preview_offer(self, offer: str) -> OfferPreview: ...
    def read_guide(self, offer: str = "") -> GuideView:
        """Return the guide of what was found, or of the matters of the draft. Raises BadData."""
        ...

    def print_guide(self, one_thing: str = "") -> View_co:
        """Print the service guide of a one thing, of that of the draft if it is empty. Raises Refused, OutOfReach."""
        ...
