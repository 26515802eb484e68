"""Which organ decides a matter, from the answers of the form, and which service centre may accept it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.catalogue.conditions import evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Level
    from clerk_app.catalogue.matters import MatterDefinition
    from clerk_app.catalogue.model import OrganDefinition
    from clerk_app.catalogue.places import ServiceSite

_LEVELS: tuple[Level, ...] = ("street", "district", "city")


def find_deciding_organ(matter: MatterDefinition, facts: Mapping[str, str]) -> str:
    """Return the organ that decides a matter: the first whose condition holds, otherwise that of the matter.

    Empty while a fact is unknown on which that depends.
    """
    for deciding in matter.decides:
        holds = evaluate_condition(deciding.when, facts)
        if holds != "no":
            return deciding.organ if holds == "yes" else ""
    return matter.organ


def find_matter_above(
    sites: Iterable[ServiceSite], site_id: str, matters: Iterable[MatterDefinition]
) -> MatterDefinition | None:
    """Return the matter with the highest level that a site may not accept; None if it may accept all of them.

    A site that the catalogue does not list accepts every matter.
    """
    site = next((site for site in sites if site.id == site_id), None)
    if site is None:
        return None
    own = _LEVELS.index(site.level)
    above = [matter for matter in matters if _LEVELS.index(matter.level) > own]
    return max(above, key=lambda matter: _LEVELS.index(matter.level), default=None)


def find_accepting_site(sites: Iterable[ServiceSite], level: Level) -> ServiceSite | None:
    """Return a site that accepts matters of `level`: the lowest such, the first of the list; None if there is none."""
    able = [site for site in sites if _LEVELS.index(site.level) >= _LEVELS.index(level)]
    return min(able, key=lambda site: _LEVELS.index(site.level), default=None)


class MatterOutside(NamedTuple):
    """A matter that a site may not accept because of its scope, the organ of the area, and a site there or None."""

    matter: MatterDefinition
    area: OrganDefinition
    site: ServiceSite | None


def find_matter_outside(
    organs: Sequence[OrganDefinition],
    sites: Sequence[ServiceSite],
    site_id: str,
    matters: Iterable[tuple[MatterDefinition, str]],
) -> MatterOutside | None:
    """Return the first matter whose scope (通办范围) does not cover a site; None if it may accept all of them.

    `matters` have the organ that decides each of them, empty if that is not known yet: then it is not judged.
    A scope is the area, at its level, of the organ that decides the matter. It binds sites whose area is known;
    province and country bind none of a city.
    """
    site = next((site for site in sites if site.id == site_id), None)
    if site is None or site.area is None:
        return None
    by_id = {organ.id: organ for organ in organs}
    for matter, organ in matters:
        scope = matter.scope
        if scope is None or scope not in _LEVELS or not organ:
            continue
        area = _find_area(by_id, organ, scope)
        if area is None or _lies_in(by_id, site.area, area.id):
            continue
        level = _LEVELS.index(matter.level)
        able = [
            other
            for other in sites
            if other.area and _lies_in(by_id, other.area, area.id) and _LEVELS.index(other.level) >= level
        ]
        return MatterOutside(matter, area, min(able, key=lambda found: _LEVELS.index(found.level), default=None))
    return None


def _find_area(organs: Mapping[str, OrganDefinition], organ: str, scope: Level) -> OrganDefinition | None:
    """Return the highest organ of the level of a scope above an organ, or of its own level if that is higher."""
    chain = _list_chain(organs, organ)
    if not chain:
        return None
    wanted = max(_LEVELS.index(scope), _LEVELS.index(chain[0].level))
    return next((found for found in reversed(chain) if _LEVELS.index(found.level) <= wanted), chain[0])


def _lies_in(organs: Mapping[str, OrganDefinition], organ: str, area: str) -> bool:
    """Return whether an organ belongs to an area; also if they have nothing in common, which proves nothing."""
    own, other = _list_chain(organs, organ), _list_chain(organs, area)
    if not own or not other or own[-1] is not other[-1]:
        return True
    return any(found.id == area for found in own)


def _list_chain(organs: Mapping[str, OrganDefinition], organ: str) -> list[OrganDefinition]:
    """Return an organ and the organs to which it belongs, itself first; a cycle ends it."""
    chain: list[OrganDefinition] = []
    found = organs.get(organ)
    while found is not None and found not in chain:
        chain.append(found)
        found = organs.get(found.parent or "")
    return chain
