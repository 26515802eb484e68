"""Which facts of a licence an organ may receive for its matters: requirement, responsibility and negative lists.

The requirement list (需求清单) names what a matter needs, the responsibility list (责任清单) the organ that answers for
a type of licence, the negative list (负面清单) what is not shared. A catalogue without any of them releases every claim
of the types that its materials name, as earlier catalogues did.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition, Text


class ReleaseScope(msgspec.Struct, frozen=True):
    """What may be released of a licence: claims (None for all), and the picture. Nothing if both are empty."""

    claims: frozenset[str] | None = None
    has_picture: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing may be released."""
        return self.claims is not None and not self.claims

    def select(self, claims: dict[str, str]) -> dict[str, str]:
        """Return the claims that may be released."""
        return {name: value for name, value in claims.items() if self.claims is None or name in self.claims}


NOTHING = ReleaseScope(frozenset(), has_picture=False)


def find_release_scope(catalogue: Catalogue, matters: Collection[str], licence_type: str) -> ReleaseScope:
    """Return what may be released of a licence of this type for these matters."""
    return _find_cached(catalogue, frozenset(matters), licence_type)


def find_exclusion(catalogue: Catalogue, material: MaterialDefinition) -> Text | None:
    """Return why a material has to be brought although another organ has it (负面清单); None if it is shared."""
    if material.not_shared is not None or material.licence_type is None:
        return material.not_shared
    reasons = (
        entry.reason
        for entry in catalogue.data_exclusions
        if entry.licence_type == material.licence_type and not entry.claims
    )
    return next(reasons, None)


@lru_cache(maxsize=4096)
def _find_cached(catalogue: Catalogue, matters: frozenset[str], licence_type: str) -> ReleaseScope:
    excluded = [entry for entry in catalogue.data_exclusions if entry.licence_type == licence_type]
    responsible = {entry.licence_type for entry in catalogue.data_responsibilities}
    if any(not entry.claims for entry in excluded) or (responsible and licence_type not in responsible):
        return NOTHING
    hidden = {claim for entry in excluded for claim in entry.claims}
    if catalogue.data_requirements:
        required = [
            entry
            for entry in catalogue.data_requirements
            if entry.licence_type == licence_type and entry.matter in matters
        ]
        claims = {claim for entry in required for claim in entry.claims}
        return ReleaseScope(frozenset(claims - hidden), any(entry.picture for entry in required) and not hidden)
    if not hidden:
        return ReleaseScope()
    known = {claim.id for entry in catalogue.licence_types if entry.code == licence_type for claim in entry.claims}
    return ReleaseScope(frozenset(known - hidden), has_picture=False)
