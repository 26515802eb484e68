"""Checks that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import Role
from clerk_app.ledger.commands import Actor, Moment
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


class _Transfer(msgspec.Struct):
    """The previous site in the decision of a transfer."""

    before: str = ""


_CITY_WIDE = frozenset({Role.ADMINISTRATOR, Role.SYSTEM, Role.SCHEDULE})


def require_place(actor: Actor, *organs: str | None) -> None:
    """Raise Refused ("other_site") unless the actor works for one of these organs, or for the whole city.

    Cases of the first versions have no site; they belong to every site.
    """
    if actor.role not in _CITY_WIDE and actor.organ not in organs and "" not in organs:
        raise Refused("other_site", "This belongs to another service centre or department.")


def require_site(tx: Transaction, moment: Moment, case: Row | None, *organs: str | None) -> None:
    """Raise Refused ("other_site") unless the actor works at the site of a case, for the city, or for one of `organs`.

    What another node did before the case was transferred from its site counts.
    """
    site = case["centre"] if case is not None else None
    if case is not None and moment.is_remote and moment.actor.organ != site:
        transfers = tx.query_all("cases.transfers_after", stream=f"case/{case['number']}", at=moment.corrected_at)
        earlier = [msgspec.json.decode(row["decision"], type=_Transfer).before for row in transfers]
        organs = (*organs, *filter(None, earlier))
    require_place(moment.actor, site, *organs)


def require_reason(reason: str) -> None:
    """Raise Refused when a reason that is stored with the case is empty."""
    if not reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")


def require_stock_reasons(catalogue: Catalogue, codes: Iterable[str]) -> None:
    """Raise Refused for the id of a stock reason that the catalogue does not have."""
    known = {reason.id for reason in catalogue.stock_reasons}
    for code in codes:
        if code not in known:
            raise Refused("reason", "The catalogue has no stock reason {name}.", name=code)
