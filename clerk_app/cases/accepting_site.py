"""Levels and areas of service centres: which site may accept the matters of a case, and where else to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.competence import find_accepting_site, find_matter_above, find_matter_outside
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.places import ServiceSite
    from clerk_app.catalogue.plan import PlannedMatter
    from db.engines import Transaction


def require_accepting_site(catalogue: Catalogue, matters: Iterable[PlannedMatter], site: str) -> None:
    """Raise Refused with the site to go to if one of the matters is not accepted at `site`.

    The reason is "site_level" if its level is too low, "site_scope" if it lies outside the scope (通办范围).
    Matters that do not apply do not count. A site that the catalogue does not list accepts everything.
    """
    active = [planned for planned in matters if planned.inapplicable_reason is None]
    above = find_matter_above(catalogue.sites, site, (planned.matter for planned in active))
    if above is not None:
        name = join_names([above.name])
        nowhere = Refused(
            "site_level", "{matter} is not accepted here: the level of this service centre is too low.", matter=name
        )
        raise _name_site(nowhere, name, find_accepting_site(catalogue.sites, above.level))
    outside = find_matter_outside(
        catalogue.organs, catalogue.sites, site, [(planned.matter, planned.decided_by) for planned in active]
    )
    if outside is not None:
        name = join_names([outside.matter.name])
        nowhere = Refused(
            "site_scope",
            "{matter} is accepted only in the area of {area}, and this service centre lies elsewhere.",
            matter=name,
            area=join_names([outside.area.name]),
        )
        raise _name_site(nowhere, name, outside.site)


def _name_site(nowhere: Refused, matter: str, other: ServiceSite | None) -> Refused:
    """Return the refusal with the site to go to; `nowhere` if there is none."""
    if other is None:
        return nowhere
    return Refused(
        nowhere.reason,
        "{matter} is not accepted here, but at {name}, {address}, phone {phone}.",
        matter=matter,
        name=join_names([other.name]),
        address=join_names([other.address]),
        phone=other.phone,
    )


def find_site_of_window(tx: Transaction, window: str) -> str:
    """Return the organ of the service centre of a window; empty without one."""
    row = tx.get("windows", id=window)
    return str(row["organ"]) if row is not None else ""
