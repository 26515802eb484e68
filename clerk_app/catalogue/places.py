"""Who decides a matter, by place, and service centres (sites) with their level, as data of the catalogue.

Sources: 分级审批 and 放权 (delegation to districts), 企业事项 to district centres and 个人事项 to streets.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue.base_model import CatalogueModel, Condition, ExtendedModel, Id, Level, PlainText, Text


class DecidingOrgan(CatalogueModel):
    """An organ that decides a matter where `when` holds; `delegation`: the act that authorises it (委托, 下放)."""

    organ: Id
    when: Condition
    delegation: Text | None = None


class ServiceSite(ExtendedModel):
    """A service centre (site): `id` is the organ that runs its windows, `level` decides what it may accept.

    `area` is the organ of the area in which it lies, such as a district government: with it the scope of a matter
    (通办范围) is enforced. None: this site accepts matters of every area.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"area"})

    id: Id
    name: Text
    level: Level
    address: Text
    phone: PlainText
    area: Id | None = None
