"""Lists on the sharing of data: requirement (需求清单), responsibility (责任清单) and negative list (负面清单)."""

from __future__ import annotations

from pydantic import Field as Key

from clerk_app.catalogue.base_model import Id, LicenceCode, SourcedModel, Text


class DataRequirement(SourcedModel):
    """The claims of a licence type that a matter needs, and whether it needs the picture (需求清单)."""

    id: Id
    matter: Id
    licence_type: LicenceCode
    claims: tuple[Id, ...] = Key(min_length=1)
    picture: bool = False


class DataResponsibility(SourcedModel):
    """Responsibility list (责任清单): the organ that answers for the data of a licence type."""

    id: Id
    licence_type: LicenceCode
    organ: Id


class DataExclusion(SourcedModel):
    """Negative list (负面清单): claims of a licence type that are not shared, or the whole type, and the reason."""

    id: Id
    licence_type: LicenceCode
    claims: tuple[Id, ...] = ()
    reason: Text
