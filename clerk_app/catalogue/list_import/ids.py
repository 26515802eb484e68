"""Makes ids of Chinese names that no object of the catalogue has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.template import derive_id
from clerk_app.errors import BadData

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_LONGEST = 44  # the field of the handling items and a number follow


class IdMaker:
    """Ids by list; each is given once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._taken = {
            section: {item.id for item in getattr(catalogue, section)} for section in ("matters", "materials", "organs")
        }
        self._next: dict[tuple[str, str], int] = {}

    def make(self, section: str, name: str) -> str:
        """Return a new id: the pinyin of the name, with a number if it is taken."""
        try:
            base = derive_id(name, _LONGEST)
        except BadData:
            base = section.removesuffix("s")
        number = self._next.get((section, base), 1)
        made = base if number == 1 else f"{base}-{number}"
        while made in self._taken[section]:
            number += 1
            made = f"{base}-{number}"
        self._next[section, base] = number + 1
        self._taken[section].add(made)
        return made
